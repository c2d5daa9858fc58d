"""An English catalogue with sentences that ask for its films, drawn from the folder that KADR_TEST_DATA names.

A film that both catalogues know stands in ours with the overview of one; the sentence in which the other tells its plot
is the query. So a query is in no text of the corpus, and was written by somebody else than the text that it must find.
"""

import csv
import json
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import chain, islice
from pathlib import Path

from kadr.analysis import stems
from kadr.index.arrays import key_of
from kadr.text import normalise

__all__ = ["Corpus", "Judged", "Row", "read_corpus", "write_corpus"]

Row = dict[str, str | int | list[str]]
OVERVIEWS, LEADS = "overviews", "leads"
SIZE = 5_000
"""Films: on two cores the model reads thirty to sixty such texts a second, so that all of it takes less than ten
minutes."""
MOST_JUDGED = 2_000
"""A share of found films is then known to one of a hundred."""
LEAST_TEXT = 60
"""Characters of a description: shorter ones are notes."""
WORDS = range(8, 61)
"""Words of a query: what a person types who tells a plot."""
MAX_OVERLAP = 0.8
"""Share of a query's stems that may stand in the overview: above it one text was copied from the other."""
_SENTENCE_END = re.compile(r"(?<!\b(?:Mr|Dr|Lt|St|Jr|Sr)\.)(?<!\bMrs\.)(?<=[a-z0-9)\"”][.!?])\s+(?=[A-Z\"“])")
_TELLS_PLOT = re.compile(
    r"(?:in the film,?|its plot|(?:it|(?:the|its) (?:film|movie|story|plot)(?:'s (?:plot|story))?)"
    r" (?:follows|tells the (?:true )?story of|tells of|tells|is about|cent(?:ers|res) (?:on|around)|concerns"
    r"|focuses on|revolves around|chronicles|depicts|involves|deals with)) (?P<plot>.+)",
    re.IGNORECASE | re.DOTALL,
)
"""How an encyclopaedia begins to tell a plot; what follows is what a person would type."""


@dataclass(frozen=True, slots=True)
class Judged:
    """A query, and the id of the film that it asks for."""

    query: str
    film: str


@dataclass(frozen=True, slots=True)
class Corpus:
    """Rows of two sources, by id, and the queries that are asked of them, in the order of the films' ids."""

    overviews: Sequence[Row]
    leads: Sequence[Row]
    judged: Sequence[Judged]

    @property
    def texts(self) -> list[str]:
        """All descriptions."""
        return [str(row["description"]) for row in (*self.overviews, *self.leads)]


def read_corpus(data: Path) -> Corpus:
    """Read the catalogues; the same folder gives the same corpus."""
    overviews = _singly(_overviews(data / "catalogues" / "tmdb_overviews.csv"))
    leads = _singly(_leads(data / "catalogues" / "wikipedia-movie-data"))
    plots = {key: plot for key in overviews.keys() & leads.keys() if (plot := _plot(leads[key], overviews[key]))}
    asked = list(islice(_shuffled(plots), MOST_JUDGED))
    # Nothing else of these titles: a remake, or a year that differs, would be a second right answer.
    taken = {title for title, _ in asked}
    others = (SIZE - len(asked)) // 2
    of_one = list(islice((k for k in _shuffled(overviews) if k[0] not in taken), others))
    taken.update(title for title, _ in of_one)
    of_other = list(islice((k for k in _shuffled(leads) if k[0] not in taken), others))
    rows = [overviews[key] for key in (*asked, *of_one)], [leads[key] for key in of_other]
    texts = "\n".join(normalise(str(row["description"])) for row in chain(*rows))
    # The lead of a sequel may repeat what the first film's says.
    judged = [
        Judged(plots[key], f"{OVERVIEWS}:{overviews[key]['id']}") for key in asked if normalise(plots[key]) not in texts
    ]
    of_overviews, of_leads = (sorted(part, key=lambda row: str(row["id"])) for part in rows)
    return Corpus(of_overviews, of_leads, sorted(judged, key=lambda each: each.film))


def write_corpus(corpus: Corpus, folder: Path) -> tuple[dict[str, Path], Path]:
    """Write a corpus as files: the sources by name, and the judged queries."""
    sources = {}
    for name, rows in ((OVERVIEWS, corpus.overviews), (LEADS, corpus.leads)):
        sources[name] = folder / f"{name}.jsonl"
        sources[name].write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
    judgments = folder / "judged.jsonl"
    lines = (json.dumps({"query": each.query, "id": each.film}) + "\n" for each in corpus.judged)
    judgments.write_text("".join(lines), encoding="utf-8")
    return sources, judgments


Key = tuple[str, int]


def _overviews(path: Path) -> Iterable[Row]:
    with path.open(encoding="utf-8", newline="") as file:
        for cells in csv.DictReader(file):
            year = cells["release_date"][:4]
            if year.isdecimal():
                yield _row(cells["id"], cells["title"], int(year), cells["overview"], [])


def _leads(folder: Path) -> Iterable[Row]:
    for path in sorted(folder.glob("movies-*.json")):
        for number, film in enumerate(json.loads(path.read_text(encoding="utf-8"))):
            text, genres = film.get("extract") or "", film.get("genres") or []
            yield _row(f"{path.stem}-{number}", film["title"], film["year"], text, genres)


def _row(own_id: str, title: str, year: int, text: str, genres: list[str]) -> Row:
    return {"id": own_id, "title": title, "year": year, "description": text, "genres": genres}


def _singly(rows: Iterable[Row]) -> dict[Key, Row]:
    """Return the rows with a text by title and year, without those that share both."""
    found: dict[Key, list[Row]] = {}
    for row in rows:
        if len(str(row["description"])) >= LEAST_TEXT:
            found.setdefault((normalise(str(row["title"])), int(str(row["year"]))), []).append(row)
    return {key: same[0] for key, same in found.items() if len(same) == 1}


def _shuffled(keys: Iterable[Key]) -> list[Key]:
    """Return keys in an order that hangs on nothing but themselves."""
    return sorted(keys, key=lambda key: key_of(f"{key[0]}\n{key[1]}"))


def _plot(lead: Row, overview: Row) -> str:
    """Return the sentence in which a lead tells the plot; "" where it has none, or one that the overview has, too."""
    for sentence in _SENTENCE_END.split(str(lead["description"])):
        if match := _TELLS_PLOT.match(sentence.strip()):
            plot = " ".join(re.sub(r"\s*\([^)]*\)", "", match["plot"]).split())
            own = set(stems(plot))
            shared = len(own & set(stems(f"{overview['title']} {overview['description']}")))
            if len(plot.split()) in WORDS and shared < MAX_OVERLAP * len(own):
                return plot
    return ""
