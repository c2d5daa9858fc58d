"""What each part of the lexical leg is worth, on questions that catalogues ask themselves: `python -m bench.lexical`.

A sentence is taken out of a film's description and asked, and so are its most telling words. Films whose titles are
judged anywhere are not asked for, so that choosing by this table leaves the judged sets untouched.
"""

import csv
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from bench.common import ROOT, test_data
from kadr.catalogue.merge import merge
from kadr.collect.files import read_file
from kadr.index.lexical import ANALYSERS, LexicalParams, build_lexical
from kadr.index.thesaurus import Thesaurus
from kadr.probes import ProbeSort, probes, reduced_films
from kadr.sources import FileSource
from kadr.synonyms import read_synonyms
from kadr.text import normalise

MOST = 300
"""Probes of each sort: the standard error of a difference of MRR@10 is then about .015."""
FILMS = 6_000
"""Films of a corpus that are used: more take minutes and tell the same."""
SORTS = (ProbeSort.SENTENCES, ProbeSort.WORDS)
DEFAULT = LexicalParams()
NAMELESS = replace(DEFAULT, names=1.0, surnames=1.0, known_names=0.0)
BM25 = replace(
    NAMELESS,
    k1=1.2,
    idf_power=1.0,
    analysers={"stems": 1.0},
    k3=1e6,
    translations=0.0,
    verbs=1.0,
    adjectives=1.0,
    opening=0.0,
)


@dataclass(frozen=True, slots=True)
class Variant:
    """One row of the table: what it is called, and its parameters."""

    name: str
    params: LexicalParams


def variants() -> Sequence[Variant]:
    """Return what is compared: the leg as it is, and each part left out or set otherwise."""
    shares = dict(DEFAULT.analysers)
    without = [
        Variant(f"without {name}", replace(DEFAULT, analysers={n: s for n, s in shares.items() if n != name}))
        for name in ANALYSERS[1:]
    ]
    otherwise = [
        Variant(f"concepts {share}", replace(DEFAULT, analysers=shares | {"concepts": share})) for share in (0.5, 0.9)
    ]
    return [
        Variant("BM25 on stems, fields weighted", BM25),
        Variant("as built", DEFAULT),
        *without,
        *otherwise,
        Variant(
            "concepts .3, beside the word too", replace(DEFAULT, analysers=shares | {"concepts": 0.3}, own_concept=0.3)
        ),
        Variant("every repeat counts", replace(DEFAULT, k3=1e6)),
        Variant("without translations", replace(DEFAULT, translations=0.0)),
        Variant("idf power 1.5", replace(DEFAULT, idf_power=1.5)),
        Variant("idf power 2", replace(DEFAULT, idf_power=2.0)),
        Variant("all sorts of words alike", replace(DEFAULT, verbs=1.0, adjectives=1.0)),
        Variant("the opening no more", replace(DEFAULT, opening=0.0)),
        Variant("names no louder", NAMELESS),
        Variant("names as the query writes them", replace(DEFAULT, known_names=0.0)),
        Variant("k1 0.9", replace(DEFAULT, k1=0.9)),
        Variant("k1 1.2", replace(DEFAULT, k1=1.2)),
    ]


def main() -> None:
    """Print the table: success@10 / MRR@10 by corpus and sort of question."""
    data = test_data()
    judged = _judged(data)
    synonyms = Thesaurus.of(read_synonyms(ROOT / "data" / "synonyms.toml"))
    for name in ("merged_ru.csv", "tmdb_overviews.csv"):
        films = merge(read_file(FileSource(name="bench", path=str(data / "catalogues" / name))).films).films[:FILMS]
        asked = probes(films, most=MOST)
        queries = {
            sort: [p for p in asked.asked if p.sort is sort and normalise(films[p.rows[0]].title) not in judged]
            for sort in SORTS
        }
        print(f"\n{name}, {len(films)} films; {', '.join(f'{len(q)} {sort}' for sort, q in queries.items())}")
        reduced = reduced_films(films, asked)
        for variant in variants():
            index = build_lexical(reduced, variant.params, synonyms)
            cells = [_figures([_rank(index.scores(p.query), p.rows[0]) for p in found]) for found in queries.values()]
            print(f"{variant.name:32}{'   '.join(cells)}", flush=True)


def _judged(data: Path) -> frozenset[str]:
    titles: set[str] = set()
    for path in sorted((data / "judgments").glob("*.csv")):
        with path.open(encoding="utf-8", newline="") as file:
            titles |= {normalise(row["title"]) for row in csv.DictReader(file)}
    return frozenset(titles)


def _rank(scores: NDArray[np.float32], row: int) -> float:
    """Return the 1-based rank of a film, ties against it; without end where no word found it."""
    return float(np.count_nonzero(scores >= scores[row])) if scores[row] > 0 else float("inf")


def _figures(ranks: Sequence[float]) -> str:
    found = np.array(ranks)
    return f"{np.mean(found <= 10):.3f} / {np.mean(np.where(found <= 10, 1 / found, 0)):.3f}"


if __name__ == "__main__":
    main()
