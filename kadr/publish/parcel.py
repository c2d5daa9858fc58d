"""The parcel: one verified bundle with all that is published beside it."""

import tempfile
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from kadr.bundle import Manifest, resolve, verify
from kadr.bundle.manifest import MANIFEST, PROVENANCE, is_file_path
from kadr.bundle.trail import lines_of
from kadr.catalogue.export import export
from kadr.engine import Engine
from kadr.evaluate.questions import chosen_titles, put_questions
from kadr.publish.card import CATALOGUE
from kadr.publish.plan import Plan
from kadr.publish.provenance import provenance

__all__ = [
    "CARD",
    "CURRENT",
    "HISTORY",
    "VERSIONS",
    "Content",
    "Parcel",
    "arrived",
    "beside",
    "is_part",
    "packed",
    "version_folder",
    "version_in",
]

CURRENT, HISTORY, CARD, VERSIONS = "current", "history", "README.md", "versions"
"""What stands at the root of a published place."""
QUESTIONS = 3
"""The first film, one in the middle and the last: an index that is cut short or shifted fails one of them."""

Content = Path | bytes
"""A file's content: on the disk, or in the hand."""


@dataclass(frozen=True, slots=True)
class Parcel:
    """A bundle that is ready to go.

    `folder`: the bundle, verified and questioned. `provenance`: the text that goes with it. `catalogue`: the table of
    its films. `titles`: what it is asked for on arrival.
    """

    folder: Path
    manifest: Manifest
    provenance: str
    catalogue: Path
    titles: tuple[str, ...]

    @property
    def version(self) -> str:
        """The version of the bundle."""
        return self.manifest.version

    @property
    def size_bytes(self) -> int:
        """The listed files together."""
        return sum(entry.size for entry in self.manifest.files.values())

    def files(self) -> dict[str, Content]:
        """Return the version's files by their paths inside it; the manifest is the last."""
        listed: dict[str, Content] = {path: self.folder / path for path in sorted(self.manifest.files)}
        return {**listed, PROVENANCE: self.provenance.encode(), MANIFEST: self.folder / MANIFEST}


@contextmanager
def packed(bundles: Path, environ: Mapping[str, str]) -> Iterator[Parcel]:
    """Give a bundle, or the current one of a root, as a parcel; its table is gone at the end of the context.

    Raises:
        BundleMissing: there is none.
        BundleError: it is damaged, of another format, or does not find its own films.
    """
    folder = resolve(bundles)
    manifest = verify(folder)
    with Engine.open(folder) as engine:
        films = list(engine.films())
    titles = chosen_titles(films, QUESTIONS)
    put_questions(folder, titles)
    with tempfile.TemporaryDirectory(prefix="kadr-publish-") as aside:
        catalogue = Path(aside, CATALOGUE)
        export(films, catalogue)
        del films  # some hundred megabytes of a large catalogue, and uploading takes long
        yield Parcel(folder, manifest, provenance(folder, environ), catalogue, titles)


def arrived(parcel: Parcel, fetch: Callable[[Path], Path]) -> None:
    """Download a version into a fresh folder, check it against its manifest and put the questions to it.

    Args:
        parcel: what was sent.
        fetch: downloads the version under the folder that it is given, and returns the version's own.

    Raises:
        BundleError: what came back is not what was sent, or does not answer.
        ServiceError: it could not be fetched.
    """
    with tempfile.TemporaryDirectory(prefix="kadr-arrived-") as aside:
        folder = fetch(Path(aside))
        verify(folder)
        put_questions(folder, parcel.titles)


def version_folder(version: str) -> str:
    """Return the path of a version at a published place, with a slash at its end."""
    return f"{VERSIONS}/{version}/"


def version_in(path: str) -> str:
    """Return the version that a path of a published place belongs to, "" for none."""
    parts = path.split("/")
    return parts[1] if len(parts) > 2 and parts[0] == VERSIONS else ""


def is_part(path: str, version: str) -> bool:
    """Tell whether a path of a published place may be that of a version's file.

    A listing from elsewhere may hold any path: one that climbs out of the folder that it is fetched into is no part.
    """
    folder, _, inside = path.partition(f"{version}/")
    return folder == f"{VERSIONS}/" and (inside in (MANIFEST, PROVENANCE) or is_file_path(inside))


def beside(parcel: Parcel, plan: Plan, text: str) -> dict[str, Content]:
    """Return what goes to the root of a published place, the pointer last."""
    return {
        CATALOGUE: parcel.catalogue,
        CARD: text.encode(),
        HISTORY: lines_of(plan.trail).encode(),
        CURRENT: f"{parcel.version}\n".encode(),
    }
