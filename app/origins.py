"""Where the catalogue comes from, when it was made, and how well a search finds in it, for the page about it."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import numpy as np
import streamlit as st

from kadr.bundle.info import created_of
from kadr.engine import Engine

__all__ = ["LEXICAL", "PLAIN", "SORTS", "Figure", "Origins", "built", "figures", "origins"]

PLAIN = ("judged", "titles", "people", "texts")
"""What a build may ask its catalogue as people ask, the plainest first."""
SORTS = (*PLAIN, "words", "sentences")
"""Those, and what nobody asks, which tells one build from another."""
LEAST_ASKED = 40
"""Questions of a sort, below which a share says nothing."""
LEXICAL = "lexical"
_LOOKED_AT = 5_000
"""Films that are read for licences and dates, evenly spread: half a second, once a version."""
_KEPT = 2
_DATE = re.compile(r"\d{4}-\d\d-\d\d")


@dataclass(frozen=True, slots=True)
class Figure:
    """Of `asked` questions of a sort, `found` (0 to 1) had their film among the first ten."""

    sort: str
    found: float
    asked: int


@dataclass(frozen=True, slots=True)
class Origins:
    """The licences of each source's texts by its name, and the first and last day its pages were read, "" if untold."""

    licences: Mapping[str, tuple[str, ...]]
    first_read: str
    last_read: str


def figures(quality: Mapping[str, Any], legs: Sequence[str]) -> list[Figure]:
    """Return what a manifest tells of its quality, for the best encoder that was measured, else for the words alone.

    What another version of the program wrote in another way is left out.

    Args:
        quality: the manifest's.
        legs: the encoders in use, the best one first.
    """
    probes = _mapping(quality.get("probes"))
    measured = _mapping(probes.get("legs"))
    scores = next((_mapping(_mapping(measured[leg]).get("scores")) for leg in legs if leg in measured), {})
    told = scores or _mapping(probes.get(LEXICAL))
    found = []
    for sort in SORTS:
        score = _mapping(told.get(sort))
        share, asked = score.get("success_10"), score.get("n")
        if isinstance(share, int | float) and isinstance(asked, int) and 0 <= share <= 1 and asked >= LEAST_ASKED:
            found.append(Figure(sort, float(share), asked))
    return found


def built(engine: Engine) -> datetime | None:
    """Return when the bundle was built, in UTC; None where nothing tells."""
    told = created_of(engine.path)
    return datetime.fromisoformat(told) if told else None


def origins(engine: Engine) -> Origins:
    """Return whose texts the films have, and when they were read."""
    return _origins(engine, engine.manifest.version)


@st.cache_resource(max_entries=_KEPT, show_spinner=False)
def _origins(_engine: Engine, version: str) -> Origins:  # noqa: ARG001  # the version is what the cache goes by
    n_films = _engine.manifest.counts["films"]
    rows = np.linspace(0, n_films - 1, min(n_films, _LOOKED_AT)).astype(np.int64)
    licences: dict[str, set[str]] = {}
    days = set()
    for film in _engine.parts.table.fetch(rows.tolist()):
        days.update(_DATE.findall(film.fetched_at[:10]))
        for link in film.sources:
            if link.licence:
                licences.setdefault(link.name, set()).add(link.licence)
    named = {name: tuple(sorted(each)) for name, each in licences.items()}
    return Origins(named, min(days, default=""), max(days, default=""))


def _mapping(value: object) -> Mapping[str, Any]:
    return value if isinstance(value, Mapping) else {}
