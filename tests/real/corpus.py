"""An English catalogue with sentences and keywords that ask for its films, drawn from what KADR_TEST_DATA names.

A film that both catalogues know stands in ours with the text of one; a sentence in which the other tells its plot is
the query, and so are the most telling words of that sentence. So a query is in no text of the corpus, and was written
by somebody else than the text that it must find.
"""

import json
import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import chain, islice
from pathlib import Path

from bench.english import Key, Row, commonness, plot_sentences, read_leads, read_overviews, singly, telling
from kadr.analysis import stems
from kadr.index.arrays import key_of
from kadr.text import normalise

__all__ = ["PLOTS", "SLICES", "Corpus", "Judged", "Slice", "read_corpus", "write_corpus"]

OVERVIEWS, LEADS = "overviews", "leads"
SENTENCES, KEYWORDS = "sentences", "keywords"
Slice = tuple[str, str]
SLICES: Sequence[Slice] = [(sort, source) for sort in (SENTENCES, KEYWORDS) for source in (OVERVIEWS, LEADS)]
"""What is asked with, and whose film is asked for: an overview's by the plot that an encyclopaedia tells, a lead's by
what an overview tells."""
PLOTS: Slice = (SENTENCES, OVERVIEWS)
"""Sentences that tell a plot, as somebody types them who forgot the title."""
SIZE = 5_000
"""Films: on two cores the model reads thirty to sixty such texts a second, so that all of it takes less than ten
minutes."""
MOST_OVERVIEWS, MOST_LEADS = 2_000, 700
"""Films that are asked for: a share of found films is then known to one of a hundred, and to two."""
MOST_KEYWORDS = 700
"""Queries of keywords in each direction."""
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
    """A query, the id of the film that it asks for, and the slice that it belongs to, one of SLICES."""

    query: str
    film: str
    slice: Slice


@dataclass(frozen=True, slots=True)
class Corpus:
    """Rows of the sources by their names, by id, and the queries that are asked of them, in the order of SLICES."""

    rows: Mapping[str, Sequence[Row]]
    judged: Sequence[Judged]

    @property
    def texts(self) -> list[str]:
        """All descriptions."""
        return [str(row["description"]) for rows in self.rows.values() for row in rows]


Told = Mapping[Key, str]


def read_corpus(data: Path) -> Corpus:
    """Read the catalogues; the same folder gives the same corpus."""
    of = {OVERVIEWS: singly(read_overviews(data)), LEADS: singly(read_leads(data))}
    both = _shuffled(of[OVERVIEWS].keys() & of[LEADS].keys())
    # Nothing else of these titles: a remake, or a year that differs, would be a second right answer.
    taken: set[str] = set()
    told = {
        OVERVIEWS: _told(both, taken, lambda key: _plot(of[LEADS][key], of[OVERVIEWS][key]), MOST_OVERVIEWS),
        LEADS: _told(both, taken, lambda key: _sentence(of[OVERVIEWS][key], of[LEADS][key]), MOST_LEADS),
    }
    others = (SIZE - sum(map(len, told.values()))) // 2
    held = {source: [*told[source], *_told(_shuffled(of[source]), taken, lambda _: "-", others)] for source in of}
    rows = {
        source: sorted((of[source][key] for key in keys), key=lambda row: str(row["id"]))
        for source, keys in held.items()
    }
    ids = {source: {key: f"{source}:{of[source][key]['id']}" for key in told[source]} for source in of}
    return Corpus(rows, _judged(told, ids, list(chain(*rows.values()))))


def _told(keys: Iterable[Key], taken: set[str], tell: Callable[[Key], str], most: int) -> Told:
    """Return the first films of titles that are not taken of which something is told, and take their titles."""
    found: dict[Key, str] = {}
    for key in keys:
        if len(found) == most:
            break
        if key[0] not in taken and (text := tell(key)):
            found[key] = text
            taken.add(key[0])
    return found


def _judged(told: Mapping[str, Told], ids: Mapping[str, Told], rows: Sequence[Row]) -> list[Judged]:
    """Return the queries, without those that some text of the catalogue holds: a sequel's may repeat the first's."""
    common, texts = commonness(rows), "\n".join(normalise(str(row["description"])) for row in rows)
    judged: list[Judged] = []
    for sort, source in SLICES:
        asked: Iterator[tuple[Key, str]] = (
            (key, text) for key, text in told[source].items() if normalise(text) not in texts
        )
        if sort == KEYWORDS:
            words = ((key, telling(text, common)) for key, text in asked)
            asked = islice(((key, text) for key, text in words if text), MOST_KEYWORDS)
        judged += [Judged(text, ids[source][key], (sort, source)) for key, text in asked]
    return judged


def write_corpus(corpus: Corpus, folder: Path) -> tuple[dict[str, Path], dict[Slice, Path]]:
    """Write a corpus as files: the sources by name, and the judged queries by slice."""
    sources = {name: _written(folder / f"{name}.jsonl", rows) for name, rows in corpus.rows.items()}
    judged = {
        each: _written(
            folder / f"{'-'.join(each)}.jsonl",
            [{"query": asked.query, "id": asked.film} for asked in corpus.judged if asked.slice == each],
        )
        for each in SLICES
    }
    return sources, judged


def _written(path: Path, rows: Iterable[Row]) -> Path:
    path.write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
    return path


def _shuffled(keys: Iterable[Key]) -> list[Key]:
    """Return keys in an order that hangs on nothing but themselves."""
    return sorted(keys, key=lambda key: key_of(f"{key[0]}\n{key[1]}"))


def _plot(lead: Row, overview: Row) -> str:
    """Return the sentence in which a lead tells the plot; "" where it has none, or one that the overview has, too."""
    for sentence in _SENTENCE_END.split(str(lead["description"])):
        if match := _TELLS_PLOT.match(sentence.strip()):
            plot = " ".join(re.sub(r"\s*\([^)]*\)", "", match["plot"]).split())
            if len(plot.split()) in WORDS and not _is_copy(plot, overview):
                return plot
    return ""


def _sentence(overview: Row, lead: Row) -> str:
    """Return a sentence in which an overview tells the plot; "" where it has none that the lead has not."""
    return next((each for each in plot_sentences(overview) if not _is_copy(each, lead)), "")


def _is_copy(query: str, row: Row) -> bool:
    own = set(stems(query))
    shared = len(own & set(stems(f"{row['title']} {row['description']}")))
    return shared >= MAX_OVERLAP * len(own)
