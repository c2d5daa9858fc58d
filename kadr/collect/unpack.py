"""Bytes out of a file, an address or an archive, never more than a bound."""

import gzip
import io
import zipfile
import zlib
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import Protocol

from kadr.collect.download import download, shown_url
from kadr.errors import SourceError

__all__ = ["MAX_BYTES", "Blob", "load", "read_bounded", "unpack"]

MAX_BYTES = 1 << 30
"""1 GiB: ten times a table of a million films; what unpacks to more is a mistake or a bomb."""
_CHUNK = 1 << 20
_DEPTH = 3  # .csv.gz inside a .zip is the deepest that anyone makes
_SHOWN_MEMBERS = 5


class Readable(Protocol):
    """What can be read in pieces."""

    def read(self, size: int, /) -> bytes:
        """Return up to `size` bytes, none at the end."""
        ...


@dataclass(frozen=True, slots=True)
class Blob:
    """Content, and the name whose suffix tells its format."""

    name: str
    data: bytes


def shown(path: str) -> str:
    """Return a path or address as it may be printed: addresses without user, password and query."""
    return shown_url(path) if "://" in path else path


def load(path: str) -> Blob:
    """Read a local path or an https address, and take it out of its .gz or .zip.

    Raises:
        SourceError: it cannot be read, is empty, is too large, or the archive is broken.
    """
    if "://" in path:
        blob = Blob(PurePosixPath(shown_url(path)).name, download(path, limit=MAX_BYTES))
    else:
        blob = Blob(Path(path).name, _read_local(Path(path)))
    try:
        blob = unpack(blob, MAX_BYTES)
    except SourceError as fault:
        raise SourceError(f"{shown(path)}: {fault}") from fault
    if not blob.data.strip():
        raise SourceError(f"{shown(path)}: the file is empty")
    return blob


def unpack(blob: Blob, limit: int) -> Blob:
    """Return what an archive holds, through up to three layers; anything else comes back as it is.

    Archives are told by their first bytes, so a wrong suffix does no harm. An .xlsx, a zip too, is left whole.

    Raises:
        SourceError: broken, more than `limit` bytes, or a zip without exactly one data file.
    """
    for _ in range(_DEPTH):
        if blob.data.startswith(b"\x1f\x8b"):
            blob = Blob(blob.name.removesuffix(".gz"), _gunzip(blob.data, limit))
        elif blob.data.startswith(b"PK\x03\x04") or blob.data.startswith(b"PK\x05\x06"):
            inner = _unzip(blob, limit)
            if inner is blob:
                return blob
            blob = inner
        else:
            return blob
    raise SourceError("archives are nested too deeply; unpack it first")


def read_bounded(stream: Readable, limit: int) -> bytes:
    """Read a stream to its end.

    Raises:
        SourceError: there are more than `limit` bytes; reading stopped there.
    """
    parts, size = [], 0
    while part := stream.read(_CHUNK):
        size += len(part)
        if size > limit:
            raise SourceError(f"holds more than {limit:,} bytes; split it into smaller files")
        parts.append(part)
    return b"".join(parts)


def _read_local(path: Path) -> bytes:
    try:
        with path.open("rb") as stream:
            return read_bounded(stream, MAX_BYTES)
    except FileNotFoundError as cause:
        raise SourceError(f"{path}: no such file; check the path") from cause
    except IsADirectoryError as cause:
        raise SourceError(f"{path}: is a folder; name one file in it") from cause
    except (OSError, ValueError) as cause:  # ValueError: a NUL in the path
        raise SourceError(f"{path!s}: cannot be read ({cause}); check its permissions") from cause
    except SourceError as fault:
        raise SourceError(f"{path}: {fault}") from fault


def _gunzip(data: bytes, limit: int) -> bytes:
    try:
        with gzip.GzipFile(fileobj=io.BytesIO(data)) as stream:
            return read_bounded(stream, limit)
    except (OSError, EOFError, zlib.error) as cause:
        raise SourceError("the .gz is broken or cut short; fetch it again") from cause


def _unzip(blob: Blob, limit: int) -> Blob:
    try:
        with zipfile.ZipFile(io.BytesIO(blob.data)) as archive:
            if any(name.startswith("xl/workbook") for name in archive.namelist()):
                return _workbook(blob, archive.infolist(), limit)
            member = _only_member(archive.infolist())
            with archive.open(member) as stream:
                return Blob(PurePosixPath(member.filename).name, read_bounded(stream, limit))
    except SourceError:
        raise
    except RuntimeError as cause:  # zipfile's word for "encrypted", and NotImplementedError, its child
        raise SourceError("the .zip is encrypted or packed in an unknown way; pack it anew") from cause
    except Exception as cause:  # damaged headers reach struct, zlib, lzma and bz2, each with errors of its own
        raise SourceError("the .zip is broken or cut short; fetch it again") from cause


def _workbook(blob: Blob, members: list[zipfile.ZipInfo], limit: int) -> Blob:
    """Return an .xlsx as it is; zipfile never reads more of a member than the size it states here."""
    if sum(info.file_size for info in members) > limit:
        raise SourceError(f"unpacks to more than {limit:,} bytes; split it into smaller files")
    return blob


def _only_member(members: list[zipfile.ZipInfo]) -> zipfile.ZipInfo:
    data = [m for m in members if not m.is_dir() and not _is_litter(m.filename)]
    if len(data) == 1:
        return data[0]
    if not data:
        raise SourceError("the .zip holds no file")
    names = ", ".join(sorted(repr(m.filename[:60]) for m in data)[:_SHOWN_MEMBERS])
    raise SourceError(f"the .zip holds {len(data)} files ({names}); pack exactly one")


def _is_litter(name: str) -> bool:
    parts = PurePosixPath(name).parts
    return "__MACOSX" in parts or (bool(parts) and parts[-1].startswith("."))
