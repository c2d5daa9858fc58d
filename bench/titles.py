"""Whether a title is found as it is typed, and how fast suggestions come: `python -m bench.titles`. One thread.

Titles of at least four letters, seeded samples; any film of the normalised title counts. Where a query is as close to
another title as to its own, nobody could tell which was meant: those are left out and counted.
"""

import csv
import json
import random
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

from bench.common import test_data
from kadr.film import Film
from kadr.index.titles import TitleIndex, build_titles
from kadr.keyboard import NEIGHBOURS, swapped
from kadr.search.suggest import Suggester
from kadr.text import normalise
from kadr.transliteration import to_cyrillic, to_latin

T = TypeVar("T")
SAMPLE = 1_000
CLOCK = time.thread_time if "--cpu" in sys.argv else time.perf_counter
"""`--cpu` counts the processor's time alone: on a machine that others keep busy, nothing else can be told."""
LETTERS = {"ru": "абвгдежзийклмнопрстуфхцчшщъыьэюя", "en": "abcdefghijklmnopqrstuvwxyz"}


@dataclass(frozen=True, slots=True)
class Asked:
    """A query and the normalised title it means."""

    query: str
    title: str


def main() -> None:
    """Measure on the Russian titles, then on all titles there are."""
    data = test_data()
    small = list(russian(data))
    large = small + list(wikipedia(data)) + list(_movielens(data)) + list(_tmdb(data))
    for name, films in (("5,000 Russian rows", small), ("all titles", large)):
        start = time.perf_counter()
        built = build_titles(films)
        seconds = time.perf_counter() - start
        with tempfile.TemporaryDirectory() as root:
            built.save(Path(root))
            size = sum(path.stat().st_size for path in Path(root).iterdir())
            opened = [_ms(lambda: TitleIndex.open(Path(root)))[0] for _ in range(9)]
            index = TitleIndex.open(Path(root))
            low, high = index.names.block("title")
            print(f"\n{name}: {len(films)} films, {high - low} titles, {len(index.names)} names")
            print(
                f"built in {seconds:.1f} s, {size / len(films):.0f} bytes a film,"
                f" open {statistics.median(opened):.1f} ms"
            )
            _found(index, data)
            _suggested(index)


def russian(data: Path) -> Iterator[Film]:
    """Yield the films of the Russian services, by title and genres."""
    with (data / "catalogues" / "merged_ru.csv").open(encoding="utf-8") as file:
        for i, row in enumerate(csv.DictReader(file)):
            if normalise(row["title"]):
                yield Film(id=f"r{i}", title=row["title"], genres=tuple(filter(None, row["genres"].split(","))))


def wikipedia(data: Path) -> Iterator[Film]:
    """Yield the English films of the encyclopedia, with their actors."""
    for path in sorted((data / "catalogues" / "wikipedia-movie-data").glob("movies-*.json")):
        for i, film in enumerate(json.loads(path.read_text(encoding="utf-8"))):
            if normalise(film["title"]):
                actors = tuple(filter(normalise, film["cast"]))
                yield Film(id=f"{path.stem}:{i}", title=film["title"], actors=actors, genres=tuple(film["genres"]))


def _movielens(data: Path) -> Iterator[Film]:
    with (data / "movielens" / "films_enriched.csv").open(encoding="utf-8-sig") as file:
        for row in csv.DictReader(file):
            actors = tuple(filter(normalise, row["cast_top3"].split("|")))
            rating = min(float(row["avg_rating"] or 0) * 2, 10)
            yield Film(
                id=f"m{row['movie_id']}",
                title=row["title"],
                actors=actors,
                rating=rating,
                votes=int(float(row["rating_count"] or 0)),
            )


def _tmdb(data: Path) -> Iterator[Film]:
    with (data / "catalogues" / "tmdb_overviews.csv").open(encoding="utf-8") as file:
        for row in csv.DictReader(file):
            if normalise(row["title"]):
                yield Film(id=f"t{row['id']}", title=row["title"])


def _found(index: TitleIndex, data: Path) -> None:
    low, high = index.names.block("title")
    rng = random.Random(5)
    titles = [index.names.texts[i] for i in range(low, high) if len(index.names.texts[i]) >= 4]
    sample = rng.sample(titles, min(SAMPLE, len(titles)))
    shown = {title: index.names.shown[index.names.texts.same(title, (low, high))[0]] for title in sample}
    _report("exact", index, [Asked(shown[t], t) for t in sample])
    for kind in ("insert", "delete", "substitute", "transpose"):
        _report(f"one typo: {kind}", index, [Asked(_typo(t, kind, rng), t) for t in sample])
    _report("wrong layout", index, [Asked(swapped(shown[t]), t) for t in sample if _one_alphabet(shown[t])])
    _report("other alphabet", index, [Asked(_other_alphabet(t, rng), t) for t in sample if _one_alphabet(t)])
    _report("real typos", index, list(_real(titles, data)))


def _report(name: str, index: TitleIndex, asked: Sequence[Asked]) -> None:
    first = five = ambiguous = 0
    times, lost = [], []
    for each in asked:
        ms, ranked = _ms(lambda each=each: _titles(index, each.query))  # type: ignore[misc]  # called at once
        if name != "exact" and _ambiguous(index, each):
            ambiguous += 1
            continue
        times.append(ms)
        own = [normalise(title) for title in ranked]
        first += own[:1] == [each.title]
        five += each.title in own[:5]
        if own[:1] != [each.title]:
            lost.append(f"{each.query!r} -> {each.title!r} not {own[:1]}")
    n = len(times)
    if n:
        p99 = sorted(times)[int(n * 0.99)]
        print(
            f"  {name:<24} first {first / n:7.2%}  top five {five / n:7.2%}  n={n}, {ambiguous} ambiguous;"
            f" {statistics.median(times):.2f} ms, p99 {p99:.2f}"
        )
    if "--lost" in sys.argv:
        print("\n".join(f"      {line}" for line in lost[:12]))


def _titles(index: TitleIndex, query: str) -> list[str]:
    """Return the titles as a search shows them: the exact one, or those that are near."""
    text = normalise(query)
    at, end = index.names.texts.same(text, index.names.block("title"))
    names = [at] if at < end else index.near_titles(query).names.tolist()
    return [index.names.texts[name] for name in names]


def _ambiguous(index: TitleIndex, asked: Asked) -> bool:
    """Tell whether another title is as close to the query as its own."""
    close = index.names.texts.near(normalise(asked.query), 1, index.names.block("title"))
    return any(index.names.texts[i] != asked.title for i in close.ids.tolist())


def _typo(title: str, kind: str, rng: random.Random) -> str:
    alphabet = LETTERS["ru" if any("а" <= c <= "я" for c in title) else "en"]
    at = rng.randrange(len(title) - 1)
    near = sorted(NEIGHBOURS.get(title[at], ())) or list(alphabet)
    letter = rng.choice(near if rng.random() < 0.5 else alphabet)
    made = {
        "insert": title[:at] + letter + title[at:],
        "delete": title[:at] + title[at + 1 :],
        "substitute": title[:at] + letter + title[at + 1 :],
        "transpose": title[:at] + title[at + 1] + title[at] + title[at + 2 :],
    }[kind]
    return made if normalise(made) != title else _typo(title, kind, rng)


def _one_alphabet(title: str) -> bool:
    lowered = normalise(title)
    return any("a" <= c <= "z" for c in lowered) != any("а" <= c <= "я" for c in lowered)


def _other_alphabet(title: str, rng: random.Random) -> str:
    return " ".join(rng.choice(to_latin(word) or to_cyrillic(word) or (word,)) for word in title.split())


def _real(titles: Sequence[str], data: Path) -> Iterator[Asked]:
    """Yield titles in which one word stands as somebody really mistyped it."""
    with (data / "typos" / "ru_typos.csv").open(encoding="utf-8") as file:
        wrong = {normalise(row["CORRECT"]): normalise(row["MISTAKE"]) for row in csv.DictReader(file)}
    for title in titles:
        for word in title.split():
            if len(word) >= 4 and word in wrong:
                yield Asked(title.replace(word, wrong[word], 1), title)
                break


def _suggested(index: TitleIndex) -> None:
    suggester = Suggester(index)
    low, high = index.names.block("title")
    rng = random.Random(6)
    typed = []
    for _ in range(400):
        name = index.names.texts[rng.randrange(low, high)]
        text = name if rng.random() < 0.7 or len(name) < 5 else _typo(name, rng.choice(["delete", "substitute"]), rng)
        text = swapped(text) if rng.random() < 0.1 else text
        typed.append(text[: rng.randint(1, min(len(text), 20))])
    times = sorted(_ms(lambda text=text: suggester.suggest(text))[0] for text in typed)  # type: ignore[misc]
    print(
        f"  suggest                  median {statistics.median(times):.2f} ms, p99 {times[int(len(times) * 0.99)]:.2f}"
    )


def _ms(call: Callable[[], T]) -> tuple[float, T]:
    start = CLOCK()
    answer = call()
    return (CLOCK() - start) * 1000, answer


if __name__ == "__main__":
    main()
