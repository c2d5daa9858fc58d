"""How fast a bundle opens and answers: `python -m bench.search`. One thread; the machine's noise shows in the spread.

The sizes to watch are the stages inside one query and the share of each: compare them within one run only.
"""

import csv
import json
import random
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from bench.common import build_from, test_data
from kadr.engine import Engine
from kadr.search.types import Filters

THREE_FILTERS = Filters(year_from=1990, genres_none=("ужасы",), has_poster=True)
SHORT_WORDS, SHORT_QUERIES = 3, 300
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
    """Build the 5,000-row catalogue, then time fresh processes, openings and queries."""
    data = test_data()
    with tempfile.TemporaryDirectory() as root:
        report = build_from({"merged": data / "catalogues" / "merged_ru.csv"}, Path(root))
        print(f"{report.catalogue.films} films, {report.bytes_per_film:.0f} bytes a film")
        _fresh(report.folder)
        _show("open, every file checked", [_timed(lambda: Engine.open(report.folder).close()) for _ in range(15)])
        with Engine.open(report.folder) as engine, (data / "judgments" / "ru_known_item.csv").open() as file:
            long = [row["query"] for row in csv.DictReader(file)]
            for name, queries in (("three words", _short(engine)), ("whole description", long)):
                _queries(engine, name, queries)


def _fresh(folder: Path) -> None:
    runs = []
    for _ in range(7):
        start = time.perf_counter()
        out = subprocess.run(
            [sys.executable, "-c", FRESH, str(folder)], check=True, capture_output=True, text=True
        ).stdout
        runs.append([time.perf_counter() - start, *json.loads(out)])
    for name, times in zip(
        ("process start to result", "  import", "  open", "  first query"), zip(*runs, strict=True), strict=True
    ):
        _show(name, [seconds * 1000 for seconds in times])


def _short(engine: Engine) -> list[str]:
    """Return runs of three words from descriptions, each another, so that films are shown for the first time."""
    rng = random.Random(0)
    texts = [words for film in engine.films() if len(words := film.description.split()) > SHORT_WORDS]
    chosen = rng.sample(texts, SHORT_QUERIES)
    starts = (rng.randrange(len(words) - SHORT_WORDS) for words in chosen)
    return [" ".join(words[at : at + SHORT_WORDS]) for words, at in zip(chosen, starts, strict=True)]


def _queries(engine: Engine, name: str, queries: list[str]) -> None:
    asked = ((THREE_FILTERS, "three filters"), (THREE_FILTERS, "three filters, again"), (Filters(), "no filter"))
    for filters, label in asked:
        stages: dict[str, list[float]] = {}
        for query in queries:
            for stage, ms in engine.search(query, filters=filters).took_ms.items():
                stages.setdefault(stage, []).append(ms)
        for stage, times in stages.items():
            _show(f"{name}, {label}: {stage}", times)


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
