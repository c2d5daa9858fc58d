"""An entry of Wikidata -> the facts of a film, names still as numbers of other entries. Pure functions."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from kadr.collect import parts
from kadr.collect.json_answers import dig, listed, text_at
from kadr.collect.wikipedia.classes import NOT_ONE_FILM, kind_of
from kadr.errors import PageError
from kadr.film import FIRST_YEAR, LAST_YEAR, MAX_RUNTIME_MINUTES, Kind
from kadr.text import plain

__all__ = ["MUL", "Entity", "entity_url", "label_of", "read_entity"]

MUL = "mul"
"""The "language" of labels that hold for all, which most names of people have now (wikidata.org, "Help:Default
values for labels and aliases")."""
MAX_CAST = 15
"""Actors of a film: those a viewer may ask for; casts of hundreds stand in Wikidata, too."""
MAX_OTHERS = 12
"""Genres, countries and directors: films in episodes have the most."""
_QID = re.compile(r"Q[1-9][0-9]{0,11}")
"""Wikidata has some 140 million entries, numbers of nine digits."""
_WIKI = re.compile(r"[a-z][a-z0-9_]{1,30}wiki")
_NO_LANGUAGE = frozenset(
    [
        *("commonswiki", "specieswiki", "metawiki", "mediawikiwiki", "wikidatawiki", "sourceswiki", "incubatorwiki"),
        *("foundationwiki", "outreachwiki", "wikimaniawiki", "wikifunctionswiki", "testwiki", "test2wiki"),
        "testwikidatawiki",
    ]
)
"""Sites whose names end as those of Wikipedias do (meta.wikimedia.org, "Special:SiteMatrix")."""
_YEAR_PRECISION = 9  # of a date, on Wikibase's scale: 8 is a decade, 9 a year, 11 a day
_MINUTES_IN = {"Q7727": 1.0, "Q25235": 60.0, "Q11574": 1 / 60}
"""Units of runtimes: minute, hour, second."""
_OTHER_CATALOGUES = {
    Kind.FILM: {"imdb": "P345", "kinopoisk": "P2603", "tmdb": "P4947"},
    Kind.SERIES: {"imdb": "P345", "kinopoisk": "P2603", "tmdb": "P4983"},
}
"""TMDB numbers films and series apart, so Wikidata has a property for each."""


@dataclass(frozen=True, slots=True)
class Entity:
    """The facts of a film. `genres` and the like are numbers of entries ("Q157443"), `titles` those of its articles
    by language, `labels` its names by language. `languages`: in how many it has an article, 0 where that is not told.
    """

    qid: str
    kind: Kind
    classes: tuple[str, ...]
    labels: Mapping[str, str]
    titles: Mapping[str, str]
    languages: int
    original_title: str
    year: int | None
    genres: tuple[str, ...]
    countries: tuple[str, ...]
    directors: tuple[str, ...]
    cast: tuple[str, ...]
    runtime_minutes: int | None
    external_ids: Mapping[str, str]

    @property
    def named(self) -> tuple[str, ...]:
        """The entries whose names make the film whole."""
        return self.genres + self.countries + self.directors + self.cast


def entity_url(qid: str) -> str:
    """Return where a person reads an entry."""
    return f"https://www.wikidata.org/wiki/{qid}"


def label_of(entity: Any, languages: Sequence[str]) -> str:
    """Return an entry's name in the first of the languages that has one, "" where none has."""
    for language in (*languages, MUL):
        if label := plain(text_at(entity, "labels", language, "value")):
            return label[: parts.MAX_ITEM].strip()
    return ""


def read_entity(raw: Any, languages: Sequence[str]) -> Entity:
    """Return the facts that an entry holds.

    Raises:
        PageError: there is no such entry, or it is no film.
    """
    qid = text_at(raw, "id")
    if not _QID.fullmatch(qid) or "missing" in raw or "claims" not in raw:
        raise PageError(entity_url(qid if _QID.fullmatch(qid) else "Q0"), "no such entry in Wikidata")
    classes = _entries(raw, "P31", MAX_OTHERS)
    for each in classes:
        if each in NOT_ONE_FILM:
            raise PageError(entity_url(qid), "is not one film", NOT_ONE_FILM[each])
    kind = kind_of(classes)
    if kind is None:
        raise PageError(entity_url(qid), "is no film", "its classes are others")
    return Entity(
        qid=qid,
        kind=kind,
        classes=classes,
        labels={each: plain(text_at(raw, "labels", each, "value")) for each in (*languages, MUL)},
        titles={each: text_at(raw, "sitelinks", f"{each}wiki", "title") for each in languages},
        languages=_wikipedias(raw),
        original_title=next((t for v in _values(raw, "P1476") if (t := text_at(v, "text").strip())), ""),
        year=_year(raw, kind),
        genres=_entries(raw, "P136", MAX_OTHERS),
        countries=_entries(raw, "P495", MAX_OTHERS),
        directors=_entries(raw, "P57", MAX_OTHERS),
        cast=_entries(raw, "P161", MAX_CAST),
        runtime_minutes=next((m for v in _values(raw, "P2047") if (m := _minutes(v))), None),
        external_ids={"wikidata": qid, **_external_ids(raw, kind)},
    )


def _wikipedias(raw: Any) -> int:
    """Count the Wikipedias among the sites that know an entry: others are about quotations, voyages, pictures."""
    links = dig(raw, "sitelinks")
    sites = links if isinstance(links, dict) else {}
    return sum(bool(_WIKI.fullmatch(site)) and site not in _NO_LANGUAGE for site in sites)


def _statements(raw: Any, name: str) -> list[Any]:
    """Return the statements of a property that count: the preferred ones where there are any, else the normal."""
    known = [each for each in listed(dig(raw, "claims", name)) if text_at(each, "mainsnak", "snaktype") == "value"]
    preferred = [each for each in known if text_at(each, "rank") == "preferred"]
    return preferred or [each for each in known if text_at(each, "rank") != "deprecated"]


def _values(raw: Any, name: str) -> list[Any]:
    return [dig(each, "mainsnak", "datavalue", "value") for each in _statements(raw, name)]


def _entries(raw: Any, name: str, most: int) -> tuple[str, ...]:
    """Return the entries that a property names, in the order that their ordinals give, else as they stand."""
    found = [
        (_ordinal(each), place, text_at(each, "mainsnak", "datavalue", "value", "id"))
        for place, each in enumerate(_statements(raw, name))
    ]
    names = dict.fromkeys(qid for _, _, qid in sorted(found) if _QID.fullmatch(qid))
    return tuple(names)[:most]


def _ordinal(statement: Any) -> int:
    """Return the place in the series that a statement is given (P1545), one behind all others where it has none."""
    for each in listed(dig(statement, "qualifiers", "P1545")):
        text = text_at(each, "datavalue", "value")
        if text.isascii() and text.isdigit():
            return int(text[:6])
    return 10**6


def _year(raw: Any, kind: Kind) -> int | None:
    """Return the year of the first release, or of a series' start."""
    for name in ("P580", "P577") if kind is Kind.SERIES else ("P577", "P580"):
        years = [year for each in _values(raw, name) if (year := _year_at(each))]
        if years:
            return min(years)
    return None


def _year_at(value: Any) -> int | None:
    precision, time = dig(value, "precision"), text_at(value, "time")
    if not isinstance(precision, int) or precision < _YEAR_PRECISION or not time.startswith("+"):
        return None
    digits = time[1:].partition("-")[0]
    year = int(digits) if digits.isascii() and digits.isdigit() and len(digits) <= 16 else 0
    return year if FIRST_YEAR <= year <= LAST_YEAR else None


def _minutes(value: Any) -> int | None:
    factor = _MINUTES_IN.get(text_at(value, "unit").rpartition("/")[2])
    try:
        minutes = round(float(text_at(value, "amount")[:30]) * factor) if factor else 0
    except (ValueError, OverflowError):
        return None
    return minutes if 1 <= minutes <= MAX_RUNTIME_MINUTES else None


def _external_ids(raw: Any, kind: Kind) -> Mapping[str, str]:
    """Return the first id of each catalogue that has its shape."""
    ids: dict[str, str] = {}
    for catalogue, name in _OTHER_CATALOGUES[kind].items():
        for value in _values(raw, name):
            try:
                found = parts.external_id(catalogue, value)
            except ValueError:
                continue
            if found:
                ids.setdefault(catalogue, found)
    return ids
