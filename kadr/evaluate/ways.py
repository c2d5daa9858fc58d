"""A way to answer judged queries: an engine, and what is asked of it beside the query."""

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol, Unpack

from kadr.errors import ConfigError, QueryError
from kadr.evaluate.metrics import DEPTH
from kadr.evaluate.traits import told_after
from kadr.film import Film
from kadr.search.request import Request, SearchOptions
from kadr.search.types import SearchResult

__all__ = ["SETTINGS", "Answers", "Ranking", "Searcher", "Way", "no_rival", "setting_of"]

Ranking = Callable[[str], Sequence[str]]
"""A query -> film ids, best first; the order is final, so there are no ties."""

PATIENCE_MS = 60_000
"""Nobody waits for an evaluation's queries: what counts is what the encoder finds, not how soon."""
MAX_SHOWN = 60
"""Characters of a wrong argument that its message repeats."""


def _switch(text: str) -> bool:
    return {"on": True, "off": False}[text]


@dataclass(frozen=True, slots=True)
class Setting:
    """An option of a search: how it is read, and what it may be, as a person reads it."""

    read: Callable[[str], Any]
    may_be: str


SETTINGS: Mapping[str, Setting] = {
    "mode": Setting(str, "hybrid, semantic or lexical"),
    "measure": Setting(str, "cosine, dot or l2"),
    "budget_ms": Setting(float, "a number of milliseconds up to 60000"),
    "wishes": Setting(_switch, "on or off"),
    "as_typed": Setting(_switch, "on or off"),
}
"""The options of a search that may be set against the bundle's own way."""


class Searcher(Protocol):
    """What is evaluated: the part of `kadr.engine.Engine` that is used here."""

    def search(self, query: str, **options: Unpack[SearchOptions]) -> SearchResult:
        """Return the films for a query, best first."""
        ...

    def films(self) -> Iterator[Film]:
        """Yield all films in row order, anew on each call."""
        ...


@dataclass(frozen=True, slots=True)
class Way:
    """An engine, the options of its searches, and a short name for the tables."""

    engine: Searcher
    options: Mapping[str, Any] = field(default_factory=dict)
    name: str = "this"


class Answers:
    """A way as a ranking that remembers how it answered: a lame encoder must show in the report.

    Attributes:
        counts: queries by how they were answered: the mode, and why it fell short of the one asked for.
        traits: of each query asked, in order; see `traits.told_after`.
    """

    def __init__(self, way: Way) -> None:
        self._way = way
        self.counts: Counter[str] = Counter()
        self.traits: list[dict[str, str]] = []

    def __call__(self, query: str) -> list[str]:
        """Return the first ten films for a query."""
        options: SearchOptions = {"budget_ms": PATIENCE_MS, **self._way.options, "k": DEPTH, "facets": False}  # type: ignore[typeddict-item]
        result = self._way.engine.search(query, **options)
        self.counts[f"{result.mode} ({result.degraded})" if result.degraded else str(result.mode)] += 1
        self.traits.append(told_after(result))
        return [hit.film.id for hit in result.hits]


def setting_of(text: str) -> dict[str, Any] | None:
    """Return the option of a search that `name=value` sets; None where a text is none of that form.

    Raises:
        ConfigError: the option cannot have that value.
    """
    name, _, value = text.partition("=")
    setting = SETTINGS.get(name.strip())
    if setting is None:
        return None
    try:
        option = {name.strip(): setting.read(value.strip())}
        Request.checked("", option)  # type: ignore[arg-type]  # as a search will, after minutes
    except (ValueError, KeyError, QueryError) as cause:
        raise ConfigError(
            f"against: {name.strip()} must be {setting.may_be}, not {value.strip()[:MAX_SHOWN]!r}"
        ) from cause
    return option


def no_rival(text: str) -> ConfigError:
    """Return the error of a text that is neither a bundle nor a setting; it names the settings there are."""
    known = ", ".join(f"{name} ({setting.may_be})" for name, setting in SETTINGS.items())
    return ConfigError(
        f"against: {text[:MAX_SHOWN]!r} is no bundle's folder or version, and sets nothing; NAME=VALUE may set {known}"
    )
