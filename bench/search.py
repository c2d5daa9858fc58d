"""How fast a bundle opens and answers, and how large it is: `python -m bench.search`.

40,000 English films and 5,000 Russian rows, embedded encoder. One thread; the machine's noise shows in the spread. The
sizes to watch are the stages inside one query and the share of each: compare them within one run only. Where the
machine is at other work, too, a query counted in scans of all vectors says more than its milliseconds.
"""

import csv
import json
import os
import random
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path

from bench.common import build_from, test_data
from kadr.build_report import BuildReport
from kadr.engine import Engine
from kadr.search.types import Filters

RUSSIAN = Filters(year_from=1990, genres_none=("ужасы",), has_poster=True)
ENGLISH = Filters(year_from=1950, genres_none=("horror",), genres_any=("drama", "comedy"))
FILMS = 40_000
SHORT_WORDS, SENTENCE_WORDS, QUERIES = 3, 15, 300
ONE_THREAD = {"OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1"}
FRESH = """
import sys, time
start = time.perf_counter()
from kadr.engine import Engine
imported = time.perf_counter()
engine = Engine.open(sys.argv[1])
opened = time.perf_counter()
engine.search("корабль в открытом космосе")
print([imported - start, opened - imported, time.perf_counter() - opened])
"""


def main() -> None:
    """Build both catalogues, then time fresh processes, openings and queries."""
    data = test_data()
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder)
        report = build_from({"merged": data / "catalogues" / "merged_ru.csv"}, root / "ru")
        with (data / "judgments" / "ru_known_item.csv").open() as file:
            long = [row["query"] for row in csv.DictReader(file)]
        _measure(report, RUSSIAN, long)
        _measure(build_from({"english": _english(data, root)}, root / "en"), ENGLISH, None)


def _english(data: Path, root: Path) -> Path:
    """Write some 40,000 films of both English catalogues as one source."""
    path = root / "english.jsonl"
    with path.open("w", encoding="utf-8") as file:
        for number, row in zip(range(FILMS), _rows(data / "catalogues"), strict=False):
            file.write(json.dumps({"id": str(number), **row}) + "\n")
    return path


def _rows(folder: Path) -> Iterator[dict[str, object]]:
    for path in sorted((folder / "wikipedia-movie-data").glob("movies-*.json")):
        for film in json.loads(path.read_text(encoding="utf-8")):
            known = {"title": film["title"], "year": film["year"], "description": film.get("extract") or ""}
            yield {**known, "genres": film.get("genres") or [], "actors": film.get("cast") or []}
    with (folder / "tmdb_overviews.csv").open(encoding="utf-8", newline="") as rows:
        for row in csv.DictReader(rows):
            yield {"title": row["title"], "year": row["release_date"][:4], "description": row["overview"]}


def _measure(report: BuildReport, filters: Filters, long: list[str] | None) -> None:
    films = report.catalogue.films
    parts = {name: size / films for name, size in report.sizes.items() if name in ("films.usearch", "lexical")}
    print(f"\n{films} films, {report.bytes_per_film:.0f} bytes a film, of which {_listed(parts)}")
    _fresh(report.folder)
    _show("open, every file checked", [_timed(lambda: Engine.open(report.folder).close()) for _ in range(9)])
    with Engine.open(report.folder) as engine:
        for name, queries in (
            ("three words", _runs(engine, SHORT_WORDS)),
            ("sentence", _runs(engine, SENTENCE_WORDS)),
            ("whole description", long),
        ):
            if queries:
                _queries(engine, name, queries, filters)
                _show(f"{name}: one scan of all vectors, for scale", _scans(engine))


def _listed(parts: dict[str, float]) -> str:
    return ", ".join(f"{name} {size:.0f}" for name, size in parts.items())


def _fresh(folder: Path) -> None:
    runs = []
    for _ in range(7):
        start = time.perf_counter()
        command = [sys.executable, "-c", FRESH, str(folder)]
        out = subprocess.run(command, check=True, capture_output=True, text=True, env={**os.environ, **ONE_THREAD})
        runs.append([time.perf_counter() - start, *json.loads(out.stdout)])
    for name, times in zip(
        ("process start to result", "  import", "  open", "  first query"), zip(*runs, strict=True), strict=True
    ):
        _show(name, [seconds * 1000 for seconds in times])


def _runs(engine: Engine, length: int) -> list[str]:
    """Return runs of words from descriptions, each another, so that films are shown for the first time."""
    rng = random.Random(0)
    texts = [words for film in engine.films() if len(words := film.description.split()) > length]
    chosen = rng.sample(texts, QUERIES)
    starts = (rng.randrange(len(words) - length) for words in chosen)
    return [" ".join(words[at : at + length]) for words, at in zip(chosen, starts, strict=True)]


def _queries(engine: Engine, name: str, queries: list[str], filters: Filters) -> None:
    asked = ((filters, "three filters"), (filters, "three filters, again"), (Filters(), "no filter"))
    for wished, label in asked:
        stages: dict[str, list[float]] = {}
        for query in queries:
            for stage, ms in engine.search(query, filters=wished).took_ms.items():
                stages.setdefault(stage, []).append(ms)
        for stage, times in stages.items():
            _show(f"{name}, {label}: {stage}", times)


def _scans(engine: Engine) -> list[float]:
    vectors = engine.parts.vectors
    query = vectors.vector(0)

    def scan() -> None:
        vectors.cosines(query)

    return [_timed(scan) for _ in range(QUERIES)]


def _timed(call: Callable[[], None]) -> float:
    start = time.perf_counter()
    call()
    return (time.perf_counter() - start) * 1000


def _show(name: str, ms: list[float]) -> None:
    ordered = sorted(ms)
    p99 = ordered[min(len(ordered) - 1, int(len(ordered) * 0.99))]
    print(f"{name:<44} median {statistics.median(ordered):>8.2f} ms   p99 {p99:>8.2f} ms   n={len(ordered)}")


if __name__ == "__main__":
    main()
