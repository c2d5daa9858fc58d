"""What a source yielded from run to run: films that went missing are kept for a while, a sudden loss stops the build.

A site that is down for a night, or a page that fails once, must not take films out of a catalogue.
"""

import gzip
import json
import os
import tempfile
import zlib
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path

from kadr.catalogue.records import decode, encode
from kadr.collect.harvest import Harvest
from kadr.errors import KadrError, SourceError
from kadr.film import FILM_FIELDS, Film

__all__ = ["Growth", "History", "Past", "grow"]

RETIRED_AFTER = 3
"""Runs in a row without a film after which it goes."""
LEAST_SHARE = 0.5
"""Of the films of the run before: fewer than that is taken for a fault of the source."""
_FORMAT = ["kadr harvest 1", *FILM_FIELDS]


@dataclass(frozen=True, slots=True)
class Past:
    """A source as it stood after the last run.

    Attributes:
        asked: what the source was asked for; after a change of it nothing is compared.
        films: by id, those that were missing then but kept as well.
        missed: films that were missing, by id: in how many runs in a row.
    """

    asked: str
    films: Mapping[str, Film] = field(hash=False)
    missed: Mapping[str, int] = field(default_factory=dict, hash=False)

    @property
    def found(self) -> int:
        """How many films the last run found."""
        return len(self.films) - len(self.missed)


@dataclass(frozen=True, slots=True)
class Growth:
    """A harvest beside the one before it.

    `harvest` holds the films that are missing but kept, after those that were found; `after` is what the next run is
    compared with. `kept` and `retired`: how many films are missing and stay, or go.
    """

    harvest: Harvest
    after: Past
    kept: int = 0
    retired: int = 0


def grow(past: Past | None, harvest: Harvest, asked: str, *, accept_loss: bool = False) -> Growth:
    """Compare a harvest with the run before.

    Args:
        past: the source after the last run, None where there was none.
        harvest: what it yielded now.
        asked: what it was asked for now, as text.
        accept_loss: whether a loss of more than half is right.

    Raises:
        SourceError: it yielded less than half of what it yielded last time.
    """
    found = {film.id: film for film in harvest.films}
    if past is None or past.asked != asked:
        return Growth(harvest, Past(asked, found))
    if len(found) < LEAST_SHARE * past.found and not accept_loss:
        raise SourceError(
            f"{harvest.source}: gave {len(found):,} films, {past.found:,} in the run before; nothing was changed. "
            "If that is right, run again with --accept-loss"
        )
    missed = {each: past.missed.get(each, 0) + 1 for each in past.films if each not in found}
    kept = {each: runs for each, runs in missed.items() if runs < RETIRED_AFTER}
    films = found | {each: past.films[each] for each in kept}
    grown = replace(harvest, films=harvest.films + tuple(past.films[each] for each in kept))
    return Growth(grown, Past(asked, films, kept), len(kept), len(missed) - len(kept))


@dataclass(frozen=True, slots=True)
class History:
    """The files that remember the last run, one a source."""

    folder: Path

    def read(self, source: str) -> Past | None:
        """Return a source after the last run, None where there was none.

        What a program of another version wrote counts as none: it has other fields.

        Raises:
            SourceError: its file cannot be read; the message names it.
        """
        path = self._path(source)
        try:
            with gzip.open(path, "rt", encoding="utf-8") as file:
                head = json.loads(next(file))
                if head["format"] != _FORMAT:
                    return None
                lines = [(int(runs), decode(record)) for runs, _, record in (line.partition(" ") for line in file)]
        except FileNotFoundError:
            return None
        except NotADirectoryError as cause:
            raise SourceError(f"{self.folder.parent}: is no folder; name another: collect.folder") from cause
        except (OSError, EOFError, zlib.error, ValueError, KeyError, TypeError, StopIteration, KadrError) as cause:
            raise SourceError(
                f"{path}: what the source gave last time cannot be read; delete the file to begin anew"
            ) from cause
        films = {film.id: film for _, film in lines}
        return Past(head["asked"], films, {film.id: runs for runs, film in lines if runs})

    def write(self, source: str, past: Past) -> None:
        """Remember a source after a run, in one step.

        Raises:
            SourceError: the file cannot be written.
        """
        path = self._path(source)
        try:
            self.folder.mkdir(parents=True, exist_ok=True)
            with tempfile.TemporaryDirectory(dir=self.folder, prefix=".harvest-") as aside:
                new = Path(aside, path.name)
                with gzip.open(new, "wt", encoding="utf-8", newline="\n") as file:
                    file.write(json.dumps({"format": _FORMAT, "asked": past.asked}) + "\n")
                    for film in past.films.values():
                        file.write(f"{past.missed.get(film.id, 0)} {encode(film)}\n")
                os.replace(new, path)  # noqa: PTH105  # os.replace says "atomic" to readers
        except OSError as cause:
            why = cause.strerror or "refused"
            raise SourceError(
                f"{path}: the harvest cannot be written ({why}); name another folder: collect.folder"
            ) from cause

    def _path(self, source: str) -> Path:
        return self.folder / f"{source.casefold()}.jsonl.gz"
