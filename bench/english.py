"""English queries made of two catalogues, seeded: what one source tells of a film asks for the row of the other.

The catalogue is Wikipedia's films with their leads. Of the films that TMDB has, too, some are asked for in the words of
TMDB's overview; some others lost their lead to that overview, and are asked for in the words of the lead.
"""

import csv
import json
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from kadr.analysis import stem, stems, telling_words
from kadr.index.arrays import key_of
from kadr.text import normalise

__all__ = [
    "English",
    "Key",
    "Row",
    "commonness",
    "make_english",
    "plot_sentences",
    "read_leads",
    "read_overviews",
    "singly",
    "telling",
]

Row = Mapping[str, object]
Key = tuple[str, int]
"""A film in both catalogues: its normalised title, and its year."""

SEED = 2026
WIKIPEDIA, TMDB = "wikipedia", "tmdb"
ASKED = 400
"""Films asked for in each direction: the standard error of S@10 over 800 is below .02."""
SENTENCE_WORDS = range(8, 31)
"""Words of a sentence that is asked, as in the probes of a build: shorter ones tell nothing, longer nobody types."""
KEYWORDS = range(3, 7)
MAX_NAMES = 1
"""Words with a capital or a figure behind the first one: with more, a sentence tells who made the film, and when."""
LEAST_TEXT = 100
"""Characters of a text that tells something of a film."""
_SENTENCE_END = re.compile(r"(?<=[.!?…])\s+")
_ABOUT = re.compile(
    r"\b(?:film|films|movie|directed|starring|stars|produced|released|remake|sequel|novel)\b", re.IGNORECASE
)
"""Words of a sentence that tells of the making, not of the plot."""


@dataclass(frozen=True, slots=True)
class English:
    """The catalogue's files by source name, and the files of queries by sort: sentences and keywords."""

    sources: Mapping[str, Path]
    queries: Mapping[str, Path]


def make_english(data: Path, folder: Path, spared: Iterable[Key] = (), asked: int = ASKED) -> English:
    """Write the catalogue and the queries; the same data gives the same bytes.

    Args:
        data: the folder of real catalogues.
        folder: where the files are written.
        spared: films, by normalised title and year, whose lead must stay because somebody else asks for it.
        asked: films asked for in each direction, at most.
    """
    leads, overviews = read_leads(data), read_overviews(data)
    of_leads, of_overviews = singly(leads), singly(overviews)
    both = sorted(of_leads.keys() & of_overviews.keys(), key=lambda key: key_of(f"{SEED}\n{key[0]}\n{key[1]}"))
    of_lead = _asked(both, of_overviews, asked)
    taken = set(of_lead) | set(spared)
    of_overview = _asked([key for key in both if key not in taken], of_leads, asked)
    lost = {of_leads[key]["id"] for key in of_overview}
    catalogue = {
        WIKIPEDIA: [row for row in leads if row["id"] not in lost],
        TMDB: [of_overviews[key] for key in of_overview],
    }
    told = [
        *((sentence, WIKIPEDIA, of_leads[key]) for key, sentence in of_lead.items()),
        *((sentence, TMDB, of_overviews[key]) for key, sentence in of_overview.items()),
    ]
    sources = {name: _written(folder / f"{name}.jsonl", rows) for name, rows in catalogue.items()}
    queries = _queries(told, catalogue, commonness((*leads, *overviews)))
    return English(sources, {name: _written(folder / f"{name}.jsonl", rows) for name, rows in queries.items()})


def _queries(
    told: Iterable[tuple[str, str, Row]], catalogue: Mapping[str, Sequence[Row]], common: Mapping[str, int]
) -> dict[str, list[Row]]:
    """Return the queries by sort: of each sentence, the source and the row that it asks for.

    What stands in the catalogue is not asked: sources copy each other, and a sequel's lead repeats the first film's.
    """
    held = "\n".join(normalise(str(row["description"])) for rows in catalogue.values() for row in rows)
    asked = [each for each in told if normalise(each[0]) not in held]
    return {
        "sentences": [_query(sentence, source, row) for sentence, source, row in asked],
        "keywords": [_query(words, source, row) for text, source, row in asked if (words := telling(text, common))],
    }


def commonness(rows: Iterable[Row]) -> Counter[str]:
    """Return in how many rows each stem is."""
    return Counter(term for row in rows for term in set(stems(str(row["description"]))))


def read_leads(data: Path) -> list[Row]:
    """Return the films of Wikipedia, in the order of their files."""
    rows: list[Row] = []
    for path in sorted((data / "catalogues" / "wikipedia-movie-data").glob("movies-*.json")):
        for number, film in enumerate(json.loads(path.read_text(encoding="utf-8"))):
            text, cast, genres = film.get("extract") or "", film.get("cast") or [], film.get("genres") or []
            own = _row(f"{path.stem}-{number}", film["title"], film["year"], text)
            rows.append({**own, "actors": cast, "genres": genres})
    return rows


def read_overviews(data: Path) -> list[Row]:
    """Return the films of TMDB that have a year, in file order."""
    with (data / "catalogues" / "tmdb_overviews.csv").open(encoding="utf-8", newline="") as file:
        dated = [cells for cells in csv.DictReader(file) if cells["release_date"][:4].isdecimal()]
    return [_row(cells["id"], cells["title"], int(cells["release_date"][:4]), cells["overview"]) for cells in dated]


def _row(own: str, title: str, year: int, text: str) -> dict[str, object]:
    return {"id": own, "title": title, "year": year, "description": text}


def singly(rows: Iterable[Row]) -> dict[Key, Row]:
    """Return the rows that tell something, by title and year, without those that share both."""
    found: dict[Key, list[Row]] = {}
    for row in rows:
        if len(str(row["description"])) >= LEAST_TEXT:
            found.setdefault((normalise(str(row["title"])), int(str(row["year"]))), []).append(row)
    return {key: same[0] for key, same in found.items() if len(same) == 1}


def _asked(keys: Sequence[Key], rows: Mapping[Key, Row], most: int) -> dict[Key, str]:
    """Return the first films that have a sentence to ask with, and that sentence."""
    asked: dict[Key, str] = {}
    for key in keys:
        sentence = next(plot_sentences(rows[key]), "")
        if sentence:
            asked[key] = sentence
        if len(asked) == most:
            break
    return asked


def plot_sentences(row: Row) -> Iterator[str]:
    """Yield the sentences of a text that tell of the plot, without names and without the title."""
    title = set(stems(str(row["title"])))
    for sentence in _SENTENCE_END.split(str(row["description"])):
        words = sentence.split()
        names = sum(any(c.isupper() or c.isdigit() for c in word) for word in words[1:])
        titled = title and title <= set(stems(sentence))
        if len(words) in SENTENCE_WORDS and names <= MAX_NAMES and not titled and not _ABOUT.search(sentence):
            yield sentence.strip()


def telling(sentence: str, common: Mapping[str, int]) -> str:
    """Return the rarest words of a sentence in its order, as many as visitors type; "" where it has too few."""
    words = [word for word in dict.fromkeys(telling_words(sentence)) if common[stem(word)] > 1]
    if len(words) < KEYWORDS.start:
        return ""
    count = min(max(len(words) // 3, KEYWORDS.start), KEYWORDS.stop - 1)
    rarest = set(sorted(words, key=lambda word: (common[stem(word)], word))[:count])
    return " ".join(word for word in words if word in rarest)


def _query(text: str, source: str, row: Row) -> Row:
    return {"query": text, "id": f"{source}:{row['id']}", "asked of": source}


def _written(path: Path, rows: Sequence[Row]) -> Path:
    path.write_text("".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows), encoding="utf-8")
    return path
