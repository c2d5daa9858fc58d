"""A published place in a store that fsspec opens: s3://, gs://, az://, sftp://, file:// and others.

The store's own library must be installed, and reads its credentials from the environment.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import cached_property
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from kadr.bundle.fetch_place import CURRENT, MAX_POINTER_BYTES, PIECE_BYTES, Head, Part
from kadr.bundle.manifest import is_version
from kadr.errors import BundleDamaged, BundleMissing, ConfigError, KadrError, ServiceBusy, ServiceRefused

if TYPE_CHECKING:
    from fsspec import AbstractFileSystem  # type: ignore[import-untyped]  # it ships no types

__all__ = ["StorePlace"]


class StorePlace:
    """One folder of a store; see `Place`.

    Args:
        address: as fsspec opens it.
    """

    def __init__(self, address: str) -> None:
        self._address = address.rstrip("/")
        self.where = _shown(self._address)

    def head(self, last: Head | None = None) -> Head:
        """Return what the pointer says; see `Place.head`."""
        with self._faults(CURRENT):
            text = self._store.cat_file(self._at(CURRENT), start=0, end=MAX_POINTER_BYTES).decode(errors="replace")
        version = text.removesuffix("\n")
        if not is_version(version):
            raise BundleDamaged(f"{self.where}: {CURRENT} does not hold the name of a version; publish again")
        return last if last and last.version == version else Head(version)

    @contextmanager
    def part(self, path: str, start: int, head: Head) -> Iterator[Part]:  # noqa: ARG002  # a store has no states
        """Give a file from a byte on; see `Place.part`."""
        with self._faults(path):
            self._store.invalidate_cache()  # a listing from before the last publication knows no new file
            file = self._store.open(self._at(path), "rb")
        with file:
            with self._faults(path):
                file.seek(start)
            yield Part(start, self._pieces(file.read, path))

    def close(self) -> None:
        """Do nothing: the store's own library keeps its connections for all who open it."""

    def _pieces(self, read: Callable[[int], bytes], path: str) -> Iterator[bytes]:
        while True:
            with self._faults(path):
                piece = read(PIECE_BYTES)
            if not piece:
                return
            yield piece

    @cached_property
    def _opened(self) -> "tuple[AbstractFileSystem, str]":
        from fsspec.core import url_to_fs  # type: ignore[import-untyped]  # it ships no types

        store, root = url_to_fs(self._address)
        return store, str(root).rstrip("/")

    @property
    def _store(self) -> "AbstractFileSystem":
        return self._opened[0]

    def _at(self, path: str) -> str:
        return f"{self._opened[1]}/{path}"

    @contextmanager
    def _faults(self, path: str) -> Iterator[None]:
        """Turn what a store's own library raises into an error of ours; its text may hold a signed address."""
        try:
            yield
        except KadrError:
            raise
        except FileNotFoundError:
            missing = f"{self.where}: has no {path}; look at KADR_BUNDLE, or run `kadr publish`"
            raise BundleMissing(missing) from None
        except ImportError as error:
            lacks = error.name or "a package"
            raise ConfigError(f"{self.where}: opening it needs {lacks} (pip install s3fs, gcsfs, adlfs...)") from None
        except PermissionError:
            raise ServiceRefused(f"{self.where}: may not be read; check the store's credentials") from None
        except ValueError as error:
            raise ConfigError(f"{self.where}: cannot be opened ({type(error).__name__}); check KADR_BUNDLE") from None
        except Exception as error:  # noqa: BLE001  # each store has errors of its own
            raise ServiceBusy(
                f"{self.where}: {path}: cannot be read ({type(error).__name__}); it is asked again"
            ) from None


def _shown(address: str) -> str:
    """Return an address without a user's name, query and fragment."""
    parts = urlsplit(address)
    return f"{parts.scheme}://{parts.netloc.rpartition('@')[2]}{parts.path}"
