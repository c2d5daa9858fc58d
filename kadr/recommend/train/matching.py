"""Films of ratings -> rows of a catalogue: by the ids of other catalogues, by the film's own id, by title and year."""

import re
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from itertools import groupby
from typing import Any

import numpy as np

from kadr.catalogue.evidence import Evidence, Row, evidence, source_of
from kadr.errors import RowError
from kadr.film import FIRST_YEAR, LAST_YEAR, Film, Kind, SourceLink
from kadr.recommend.train.interactions import Ratings
from kadr.recommend.train.ratings import Given, RatedFilm
from kadr.text import normalise

__all__ = ["Match", "MatchReport", "Unmatched", "match"]

BY_ID, BY_OWN_ID, BY_TITLE = "external id", "own id", "title and year"
UNKNOWN, SEVERAL = "not in the catalogue, by id or by title and year", "several films have that title and year"
SHOWN = 20
"""Films without a match that a report lists, those with the most ratings."""
TRUSTED = 0.5
"""Share of the rated films whose ids a source has, from which they are taken for its ids. Numbers alone prove little:
any two catalogues count from 1."""
_SOURCE = "the ratings"
_YEAR = re.compile(r"(.*\S)\s*\((\d{4})(?:[-–—]\d{0,4})?\)")
_ARTICLE = re.compile(r"(.+), (The|A|An|Le|La|Les|L'|Il|Lo|Los|Las|El|Das|Der|Die|Den|Det|De|O|Os|Un|Une|Una)")
"""MovieLens puts an article behind: "Wild One, The"."""
_NUMBER = re.compile(r"(?:tt)?([0-9]{1,12})(?:\.0*)?")
"""Spreadsheets write 862 as 862.0."""
_INNER = re.compile(r"(.*\S)\s*\(([^()]+)\)")


@dataclass(frozen=True, slots=True)
class Unmatched:
    """A film of the ratings that no row of the catalogue is: its id and title there, its ratings, and why."""

    id: str
    title: str
    ratings: int
    reason: str


@dataclass(frozen=True, slots=True)
class MatchReport:
    """What came of matching.

    Attributes:
        films: films of the ratings.
        matched: how many of them each rule found.
        rows: rows of the catalogue that have ratings now.
        ratings: how many ratings there are.
        kept: how many of them are of films that were found.
        users: how many users these are of.
        reasons: films without a match, by why.
        unmatched: those of them with the most ratings.
    """

    films: int
    matched: Mapping[str, int]
    rows: int
    ratings: int
    kept: int
    users: int
    reasons: Mapping[str, int]
    unmatched: tuple[Unmatched, ...]

    def to_json(self) -> dict[str, Any]:
        """Return all of it as JSON values."""
        return asdict(self)

    def to_text(self) -> str:
        """Return it in lines to read."""
        rules = ", ".join(f"{count:,} by {rule}" for rule, count in self.matched.items() if count) or "none"
        found, kept = sum(self.matched.values()), f"{self.kept:,} of {self.ratings:,} ratings by {self.users:,} users"
        lines = [f"{found:,} of {self.films:,} rated films are in the catalogue ({rules}); {kept} count"]
        lines += [f"  {count:,} films: {reason}" for reason, count in self.reasons.items()]
        lines += [f"  {each.ratings:>7,} ratings of {each.title or each.id}: {each.reason}" for each in self.unmatched]
        return "\n".join(lines)


@dataclass(frozen=True, slots=True)
class Match:
    """Ratings of the films of a catalogue: items are its rows; `users` names the users that are left, by number."""

    ratings: Ratings
    users: tuple[str, ...]
    report: MatchReport


def match(given: Given, films: Sequence[Film]) -> Match:
    """Return ratings as ratings of a catalogue's rows, and a report of what is not in it.

    Two films of the ratings may be one row: what a user said last of it counts.
    """
    finder = _Finder(films, given.films)
    found = [finder.find(film) for film in given.films]
    row_of_item = np.array([row for row, _ in found], dtype=np.int64)
    ratings = given.ratings
    rows = row_of_item[ratings.items]
    kept = rows >= 0
    left, users = np.unique(ratings.users[kept], return_inverse=True)
    parts = (users, rows[kept], ratings.values[kept], ratings.times[kept])
    matched = Ratings.of(*parts, (left.size, len(films)))
    report = _report(given, found, matched)
    return Match(matched, tuple(given.users[user] for user in left.tolist()), report)


class _Finder:
    """Finds films of one catalogue."""

    def __init__(self, films: Sequence[Film], rated: Sequence[RatedFilm]) -> None:
        self._own = {film.id: row for row, film in enumerate(films)}
        self._outside = {pair: row for row, film in reversed(list(enumerate(films))) for pair in _ids_of(film)}
        self._of_source = _ids_of_source(films, rated, {*self._own})
        self._rows = [_row(film, row) for row, film in enumerate(films)]
        self._titled: dict[str, list[int]] = defaultdict(list)
        for row, known in enumerate(self._rows):
            for title in {known.title, known.original} - {""}:
                self._titled[title].append(row)

    def find(self, film: RatedFilm) -> tuple[int, str]:
        """Return the row of a film and the rule that found it; -1 and why there is none."""
        for pair in _outside_ids(film):
            if pair in self._outside:
                return self._outside[pair], BY_ID
        for own in (self._own, self._of_source):
            if film.id in own:
                return own[film.id], BY_OWN_ID
        for probe in _probes(film):
            row = self._best(probe)
            if row is not None:
                return (row, BY_TITLE) if row >= 0 else (-1, SEVERAL)
        return -1, UNKNOWN

    def _best(self, probe: Row) -> int | None:
        """Return the one row that is most likely the film, -1 where several are as likely, None where none is."""
        rows = self._titled.get(probe.title, [])
        if probe.film.year is None:
            return None if not rows else (rows[0] if len(rows) == 1 else -1)
        told = sorted((level, row) for row in rows if (level := evidence(probe, self._rows[row])) is not None)
        _, best = next(groupby(told, key=lambda each: each[0]), (Evidence.YEAR, iter(())))
        likeliest = [row for _, row in best]
        return None if not likeliest else (likeliest[0] if len(likeliest) == 1 else -1)


def _row(film: Film, number: int) -> Row:
    """Return a film as it is compared, without its texts: ratings have none."""
    titles = normalise(_mended(film.title)), normalise(_mended(film.original_title))
    return Row(film, number, source_of(film), *titles, ())


def _mended(title: str) -> str:
    """Return a title whose UTF-8 was once read as Latin-1 ("AmÃ©lie"), as exports of MovieLens have it, set right."""
    try:
        return title if title.isascii() else title.encode("latin-1").decode()
    except UnicodeError:
        return title


def _ids_of(film: Film) -> Iterator[tuple[str, str]]:
    # TMDB numbers films and series apart, and ratings are of films there.
    return (pair for pair in film.external_ids.items() if pair[0] != "tmdb" or film.kind is not Kind.SERIES)


def _outside_ids(film: RatedFilm) -> Iterator[tuple[str, str]]:
    """Yield a film's ids in other catalogues as films have them: IMDb's with tt and seven digits or more."""
    for name, said in film.external_ids.items():
        if number := _NUMBER.fullmatch(said.strip().lower()):
            yield name, f"tt{int(number[1]):07}" if name == "imdb" else str(int(number[1]))
    if re.fullmatch(r"tt\d{6,10}", film.id):
        yield "imdb", film.id


def _ids_of_source(films: Sequence[Film], rated: Sequence[RatedFilm], own: set[str]) -> Mapping[str, int]:
    """Return the ids of the source that most of the rated films are numbered by, where the ratings hold no titles.

    Empty where there is no such source, or where the films have better ids.
    """
    if not rated or any(film.title or film.external_ids or film.id in own for film in rated):
        return {}
    by_source: dict[str, dict[str, int]] = defaultdict(dict)
    for row, film in enumerate(films):
        for link in film.sources:
            if link.id:
                by_source[link.name].setdefault(link.id, row)
    wanted = {film.id for film in rated}
    shares = {name: len(wanted & ids.keys()) / len(wanted) for name, ids in by_source.items()}
    best = max(sorted(shares), key=lambda name: shares[name], default="")
    return by_source[best] if shares.get(best, 0) >= TRUSTED else {}


def _probes(film: RatedFilm) -> Iterator[Row]:
    """Yield rows as a film of the ratings would be one, by each of its titles."""
    title, year = film.title or film.id, film.year
    dated = _YEAR.fullmatch(title)
    if dated:
        title, year = dated[1], year or int(dated[2])
    if year is not None and not FIRST_YEAR <= year <= LAST_YEAR:
        year = None
    for name in _titles(title):
        if normalise(name).isdigit() and not film.title:
            continue  # a number that is no title
        try:
            yield _row(Film(id=film.id, title=name, year=year, sources=(SourceLink(_SOURCE),)), 0)
        except RowError:
            continue


def _titles(title: str) -> Iterator[str]:
    """Yield what a film may be called: MovieLens writes "Wild One, The (a.k.a. Hot Blood) (Halbstarke, Die)"."""
    names = [title]
    while inner := _INNER.fullmatch(title):
        title = inner[1]
        names.append(inner[2].removeprefix("a.k.a. "))
        names.insert(1, title)
    for name in names:
        yield name
        if behind := _ARTICLE.fullmatch(name):
            yield f"{behind[2]} {behind[1]}"


def _report(given: Given, found: Sequence[tuple[int, str]], matched: Ratings) -> MatchReport:
    counts = np.bincount(given.ratings.items, minlength=len(given.films))
    lost = [at for at, (row, _) in enumerate(found) if row < 0]
    lost.sort(key=lambda at: (-counts[at], at))
    rules = Counter(rule for row, rule in found if row >= 0)
    return MatchReport(
        films=len(given.films),
        matched={rule: rules[rule] for rule in (BY_ID, BY_OWN_ID, BY_TITLE)},
        rows=int(np.unique(matched.items).size),
        ratings=given.ratings.size,
        kept=matched.size,
        users=matched.n_users,
        reasons=dict(Counter(found[at][1] for at in lost)),
        unmatched=tuple(
            Unmatched(given.films[at].id, given.films[at].title, int(counts[at]), found[at][1]) for at in lost[:SHOWN]
        ),
    )
