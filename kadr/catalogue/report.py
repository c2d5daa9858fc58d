"""The quality report of a build: what came in, what was merged or refused, and how complete the films are."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, fields
from typing import Any

from kadr.catalogue.merge import Merged
from kadr.film import Film

__all__ = ["Report", "report"]

_ALWAYS = ("id", "title")
"""Fields that no film is without."""


@dataclass(frozen=True, slots=True)
class Report:
    """Counts of one build.

    Attributes:
        rows_in: rows read, good and rejected.
        rejected: rejected rows by reason, the commonest first.
        merged: rows absorbed into another, by rule.
        films: films in the catalogue; `rows_in` less rejected and merged rows.
        sources: films that each source knows, by its name; a film of two sources counts in both.
        filled: share of films, 0 to 1, that have each field.
    """

    rows_in: int
    rejected: Mapping[str, int]
    merged: Mapping[str, int]
    films: int
    sources: Mapping[str, int]
    filled: Mapping[str, float]

    def to_json(self) -> dict[str, Any]:
        """Return the report as a JSON object; the keys are the attributes."""
        return asdict(self)

    def to_text(self) -> str:
        """Return the report as aligned plain lines: a name and its number, sections indented."""
        rows = [("rows in", str(self.rows_in))]
        rows += _section("rejected", {name: str(count) for name, count in self.rejected.items()})
        rows += _section("merged by", {name: str(count) for name, count in self.merged.items()})
        rows.append(("films out", str(self.films)))
        rows += _section("films of source", {name or "(no name)": str(count) for name, count in self.sources.items()})
        rows += _section("fields filled", {name: f"{share:.1%}" for name, share in self.filled.items()})
        left = max(len(name) for name, _ in rows)
        right = max(len(number) for _, number in rows)
        return "\n".join(f"{name:<{left}}  {number:>{right}}".rstrip() for name, number in rows)


def report(merged: Merged, rejects: Iterable[str] = ()) -> Report:
    """Return the counts of a build.

    Args:
        merged: what `merge` gave.
        rejects: the reason of each rejected row, one a row, such as "year: must lie between 1870 and 2100".
    """
    rejected = Counter(rejects)
    sources = Counter(name for film in merged.films for name in {link.name for link in film.sources})
    return Report(
        rows_in=merged.rows_in + rejected.total(),
        rejected=_commonest_first(rejected),
        merged=dict(merged.merged),
        films=len(merged.films),
        sources=_commonest_first(sources),
        filled=_shares(merged.films),
    )


def _commonest_first(counts: Mapping[str, int]) -> dict[str, int]:
    return dict(sorted(counts.items(), key=lambda item: (-item[1], item[0])))


def _shares(films: tuple[Film, ...]) -> dict[str, float]:
    names = [each.name for each in fields(Film) if each.name not in _ALWAYS]
    known = Counter(name for film in films for name in names if getattr(film, name) not in (None, "", (), {}))
    return {name: known[name] / len(films) if films else 0.0 for name in names}


def _section(title: str, rows: Mapping[str, str]) -> list[tuple[str, str]]:
    return [(title, ""), *((f"  {name}", number) for name, number in rows.items())] if rows else []
