"""An export of another place -> what it says of this catalogue's films, and which of its films are not here."""

from collections.abc import Iterable, Sequence

from app.imports import Entry, Imported
from app.taken import MAX_WANTED, Brought, Missing, Wanted
from kadr.recommend.types import MAX_EVENTS, Event

__all__ = ["matched"]

_TELLS = ("wanted", "watched", "disliked", "liked", "rated")
"""What is said of a film, that which tells least first: of several the most telling counts, and of these the last."""


def matched(read: Imported, films: Sequence[str | None]) -> Brought:
    """Return what was read of films that the catalogue has.

    Where there is more than a history holds, ratings and the last ones stay; films that were only watched go first.

    Args:
        read: an export.
        films: the id of each entry's film, None where the catalogue has it not.
    """
    found = list(zip(read.entries, films, strict=True))
    best: dict[str, Entry] = {}
    for entry, film in found:
        if film is not None and (film not in best or _weight(entry) >= _weight(best[film])):
            best[film] = entry
    events = [
        Event(film, each.kind, each.value, each.at)
        for film, each in sorted(best.items(), key=lambda pair: _order(pair[1]))
        if each.kind != "wanted"
    ]
    wanted = sorted((Wanted(film, each.at) for film, each in best.items() if each.kind == "wanted"), key=_when)
    return Brought(
        events=tuple(sorted(events[-MAX_EVENTS:], key=_when)),
        unread=read.unread,
        wanted=tuple(wanted[-MAX_WANTED:]),
        missing=_missing(entry for entry, film in found if film is None),
        left=max(0, len(events) - MAX_EVENTS),
        people=read.fault == "people",
    )


def _missing(entries: Iterable[Entry]) -> tuple[Missing, ...]:
    """Return the films of entries, each once: an archive names them in several of its files."""
    named = {(entry.title.casefold(), entry.named.year): entry for entry in entries}
    return tuple(Missing(entry.title, entry.named.year) for entry in named.values())


def _weight(entry: Entry) -> tuple[int, float]:
    return _TELLS.index(entry.kind), entry.at or 0.0


def _order(entry: Entry) -> tuple[bool, float]:
    return entry.kind != "watched", entry.at or 0.0


def _when(each: Event | Wanted) -> float:
    return each.at or 0.0
