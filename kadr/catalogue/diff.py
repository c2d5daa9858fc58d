"""What differs between two catalogues: films that are new, changed or gone."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from kadr.catalogue.records import encode
from kadr.film import FILM_FIELDS, Film

__all__ = ["Change", "Diff", "diff", "settled"]

_NO_CHANGE = ("fetched_at",)
"""A film that was only looked at again did not change."""
MOST_SHOWN = 20


@dataclass(frozen=True, slots=True)
class Change:
    """A film as it is now, and the names of the fields in which it differs from what it was."""

    film: Film
    fields: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Diff:
    """The difference of two catalogues, each part in the order of the films' ids. `same`: films without a change."""

    new: tuple[Film, ...]
    changed: tuple[Change, ...]
    gone: tuple[Film, ...]
    same: int

    def to_json(self) -> dict[str, Any]:
        """Return plain JSON values."""
        return {
            "new": [_named(film) for film in self.new],
            "changed": [_named(each.film) | {"fields": list(each.fields)} for each in self.changed],
            "gone": [_named(film) for film in self.gone],
            "same": self.same,
        }

    def to_text(self) -> str:
        """Return a line of counts, and the first films of each part."""
        return "\n".join([self.summary(), *self._lines("  {name}: ", "{text}", "    ")])

    def to_markdown(self) -> str:
        """Return the same for a step summary; the films' own words are shown as they are, never as markup."""
        table = "| new | changed | gone | same |\n|---|---|---|---|\n"
        counts = f"| {len(self.new):,} | {len(self.changed):,} | {len(self.gone):,} | {self.same:,} |\n"
        return (
            f"{table}{counts}"
            + "".join(f"\n{line}" for line in self._lines("\n**{name}**\n", "{text}", "- ", code=True))
            + "\n"
        )

    def summary(self) -> str:
        """Return the counts on one line."""
        return f"{len(self.new):,} new, {len(self.changed):,} changed, {len(self.gone):,} gone, {self.same:,} as before"

    def _lines(self, head: str, line: str, indent: str, *, code: bool = False) -> Iterator[str]:
        parts: tuple[tuple[str, Sequence[str]], ...] = (
            ("new", [_shown(film) for film in self.new]),
            ("changed", [f"{_shown(each.film)}: {', '.join(each.fields)}" for each in self.changed]),
            ("gone", [_shown(film) for film in self.gone]),
        )
        for name, texts in parts:
            if texts:
                yield head.format(name=name).rstrip(" ")
                yield from (indent + line.format(text=_code(text) if code else text) for text in texts[:MOST_SHOWN])
                if len(texts) > MOST_SHOWN:
                    yield f"{indent}and {len(texts) - MOST_SHOWN:,} more"


def settled(films: Iterable[Film], before: Iterable[Film]) -> tuple[Film, ...]:
    """Return films of which those that did not change are as they were, the time at which they were looked at included.

    A catalogue that was only read again then gives the same bundle, which need not be published or fetched anew.
    """
    old = {film.id: film for film in before}
    return tuple(old[film.id] if film.id in old and not _changed(old[film.id], film) else film for film in films)


def diff(old: Iterable[Film], new: Iterable[Film]) -> Diff:
    """Compare two catalogues by the films' ids.

    Args:
        old: the films as they were; each id once.
        new: the films as they are.
    """
    before = {film.id: film for film in old}
    fresh, changed, same = [], [], 0
    for film in sorted(new, key=lambda film: film.id):
        was = before.pop(film.id, None)
        if was is None:
            fresh.append(film)
        elif fields := _changed(was, film):
            changed.append(Change(film, fields))
        else:
            same += 1
    gone = sorted(before.values(), key=lambda film: film.id)
    return Diff(tuple(fresh), tuple(changed), tuple(gone), same)


def _changed(was: Film, film: Film) -> tuple[str, ...]:
    if encode(was) == encode(film):
        return ()
    return tuple(name for name in FILM_FIELDS if name not in _NO_CHANGE and getattr(was, name) != getattr(film, name))


def _named(film: Film) -> dict[str, Any]:
    return {"id": film.id, "title": film.title, "year": film.year}


def _shown(film: Film) -> str:
    return f"{film.title} ({film.year})" if film.year else film.title


def _code(text: str) -> str:
    """Return a text as code, in which Markdown reads nothing."""
    return f"`{text.replace('`', ' ').strip()}`"
