"""What spelling corrects, and what it should have left alone: `python -m bench.spelling`. One thread.

Real Russian typos of words that the catalogue has; queries of the judged sets as they were typed; and titles and runs
of words of films that the catalogue lacks, which are right though it does not know them: half of the titles, drawn by
a seed, are kept out for that.
"""

import csv
import random
import statistics
import time
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from bench.common import test_data
from kadr.analysis import stem
from kadr.film import Description, Film
from kadr.index.fuzzy import Spellings, errors_allowed
from kadr.index.lexical import LexicalParams, build_lexical
from kadr.index.titles import build_titles
from kadr.search.spelling import Speller
from kadr.text import normalise

TYPOS, QUERIES = 1_500, 600


def main() -> None:
    """Measure on the Russian catalogues."""
    data = test_data()
    rng = random.Random(3)
    rows = list(_rows(data / "catalogues" / "merged_ru.csv"))
    speller = _speller(rows)
    _typos(speller, data, rng)
    judged = _speller(_rows(data / "catalogues" / "eval_ru.csv"))
    for name in ("ru_known_item", "ru_short_to_full"):
        with (data / "judgments" / f"{name}.csv").open(encoding="utf-8") as file:
            _left_alone(judged, name, [row["query"] for row in csv.DictReader(file)])
    _strange(rows, rng)


def _rows(path: Path) -> Iterator[Mapping[str, str]]:
    with path.open(encoding="utf-8") as file:
        yield from (row for row in csv.DictReader(file) if normalise(row["title"]))


def _speller(rows: Iterator[Mapping[str, str]] | Sequence[Mapping[str, str]]) -> Speller:
    films = [
        Film(
            id=str(i), title=row["title"], descriptions=(Description(row["description"]),) if row["description"] else ()
        )
        for i, row in enumerate(rows)
    ]
    return Speller(build_titles(films), build_lexical(films, LexicalParams()))


def _typos(speller: Speller, data: Path, rng: random.Random) -> None:
    """Print what becomes of mistyped words: unknown ones within the errors allowed, of words that the catalogue has."""
    words = speller.titles.words
    with (data / "typos" / "ru_typos.csv").open(encoding="utf-8") as file:
        pairs = [(normalise(row["CORRECT"]), normalise(row["MISTAKE"])) for row in csv.DictReader(file)]
    ours = [(right, wrong) for right, wrong in pairs if right != wrong and len(right) >= 4 and words.find(right) >= 0]
    sample = rng.sample(ours, TYPOS)
    known = sum(words.knows(wrong) for _, wrong in sample)
    asked = [
        (right, wrong)
        for right, wrong in sample
        if not words.knows(wrong) and Spellings.of([right]).near(wrong, errors_allowed(len(wrong))).ids.size
    ]
    shown = [(right, found.shown if (found := speller.correct(wrong)) else "") for right, wrong in asked]
    right = sum(meant == got for meant, got in shown)
    form = sum(meant != got and bool(got) and stem(meant) == stem(got) for meant, got in shown)
    other = sum(bool(got) and stem(meant) != stem(got) for meant, got in shown)
    n = len(asked)
    print(
        f"real typos, n={n}: corrected {right / n:.1%}, to another form {form / n:.1%}, to another word {other / n:.1%}"
    )
    print(f"  left out: {known} known as they are, {len(sample) - known - n} with more errors than are allowed")


def _strange(rows: Sequence[Mapping[str, str]], rng: random.Random) -> None:
    titles = sorted({normalise(row["title"]) for row in rows})
    kept = set(rng.sample(titles, len(titles) // 2))
    speller = _speller([row for row in rows if normalise(row["title"]) in kept])
    others = [row for row in rows if normalise(row["title"]) not in kept]
    _left_alone(speller, "titles of other films", [row["title"] for row in rng.sample(others, QUERIES)])
    texts = [words for row in others if len(words := row["description"].split()) > 20]
    runs = []
    for words in rng.sample(texts, QUERIES):
        n = rng.randint(2, 14)
        at = rng.randrange(len(words) - n)
        runs.append(" ".join(words[at : at + n]))
    _left_alone(speller, "runs of other films' words", runs)


def _left_alone(speller: Speller, name: str, queries: Sequence[str]) -> None:
    changed, times = [], []
    for query in queries:
        start = time.thread_time()
        found = speller.correct(query)
        times.append((time.thread_time() - start) * 1000)
        if found:
            changed.append(f"{found.original} -> {found.shown}")
    p99 = sorted(times)[int(len(times) * 0.99)]
    share = len(changed) / len(queries)
    print(f"{name}: {len(changed)} of {len(queries)} changed ({share:.1%})", end="; ")
    print(f"{statistics.median(times):.2f} ms, p99 {p99:.1f}")
    for line in changed[:8]:
        print(f"    {line[:140]}")


if __name__ == "__main__":
    main()
