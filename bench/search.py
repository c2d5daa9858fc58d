"""How fast a bundle opens and answers, and how large it is: `python -m bench.search`.

40,000 English films and 5,000 Russian rows, embedded encoder or what `--encoder` names, one thread. `--start` times
fresh processes alone, `--bundle FOLDER` takes a bundle that is built already. Ends with 1 where a bound of issue 5 is
missed on the English films, and prints which.

Queries are timed by the clock and by the processor: what the processor spent in the asking thread is what the bounds
are held against, since on a machine at other work the clock tells of that. The stages are by the clock. A loaded
machine has slower memory, too: compare queries in scans of all vectors, which each line counts, within one run.
"""

import argparse
import csv
import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from bench.asking import Times, asked, percentile, queries_of
from bench.common import build_from, test_data
from kadr.engine import Engine
from kadr.search.types import Filters

RUSSIAN = Filters(year_from=1990, genres_none=("ужасы",), has_poster=True)
ENGLISH = Filters(year_from=1950, genres_none=("horror",), genres_any=("drama", "comedy"))
FILMS = 40_000
MEDIAN_MS, P99_MS, START_SECONDS, BYTES_A_FILM = 6.0, 15.0, 0.7, 1_100.0
"""Issue 5, "Must hold"."""
DIMENSIONS = 384
"""Of the vectors that the bound on bytes speaks of; one more or less is a byte a film."""
FRESH_RUNS, OPENINGS = 9, 9
ONE_THREAD = {"OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1"}
FRESH = """
import sys, time
start = time.perf_counter()
from kadr.engine import Engine
imported = time.perf_counter()
engine = Engine.open(sys.argv[1])
opened = time.perf_counter()
engine.search("корабль в открытом космосе")
print([imported - start, opened - imported, time.perf_counter() - opened, time.process_time()])
"""


@dataclass(frozen=True, slots=True)
class Figure:
    """What was measured, and the most that it may be."""

    name: str
    value: float
    most: float
    unit: str


def missed(figures: Sequence[Figure]) -> list[str]:
    """Return what is above its bound, to be read."""
    return [f"{f.name}: {f.value:,.2f} {f.unit}, at most {f.most:,g}" for f in figures if not f.value <= f.most]


def main(arguments: Sequence[str]) -> int:
    """Build both catalogues, or take a bundle, and measure; return how the process should end."""
    parser = argparse.ArgumentParser(prog="python -m bench.search", description=(__doc__ or "").split("\n\n")[0])
    parser.add_argument("--start", action="store_true", help="time fresh processes alone")
    parser.add_argument("--bundle", type=Path, metavar="FOLDER", help="a bundle of English films to measure")
    parser.add_argument("--encoder", default="embedded", choices=("embedded", "local"), help="embedded by default")
    options = parser.parse_args(arguments)
    if options.bundle:
        return _told(_measure(options.bundle, ENGLISH, [], alone=options.start))
    data = test_data()
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder)
        if not options.start:
            with (data / "judgments" / "ru_known_item.csv").open(encoding="utf-8") as file:
                long = [row["query"] for row in csv.DictReader(file)]
            merged = {"merged": data / "catalogues" / "merged_ru.csv"}
            _measure(build_from(merged, root / "ru", options.encoder).folder, RUSSIAN, long)
        built = build_from({"english": _english(data, root)}, root / "en", options.encoder).folder
        return _told(_measure(built, ENGLISH, [], alone=options.start))


def _told(figures: Sequence[Figure]) -> int:
    failed = missed(figures)
    for each in failed:
        print(f"missed: {each}")
    return 1 if failed else 0


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


def _measure(folder: Path, filters: Filters, long: Sequence[str], *, alone: bool = False) -> list[Figure]:
    """Print what a bundle takes, and return what has a bound. `alone`: the start of a process, and no more."""
    print(f"\n{folder.name}")
    figures = [Figure("process start to result", _fresh(folder), START_SECONDS, "s")]
    if alone:
        return figures
    _show("open, every file checked", [_opening(folder) for _ in range(OPENINGS)])
    with Engine.open(folder) as engine:
        figures.append(Figure("vectors and postings", _bytes(engine), BYTES_A_FILM, "bytes a film"))
        for kind, queries in queries_of(engine, long).items():
            for name, wished in (("filters", filters), ("no filter", Filters())):
                times = asked(engine, queries, wished)
                _show_times(f"{kind}, {name}", times)
                figures += [
                    Figure(f"{kind}, {name}: median", percentile(times.processor, 0.5), MEDIAN_MS, "ms"),
                    Figure(f"{kind}, {name}: p99", percentile(times.processor, 0.99), P99_MS, "ms"),
                ]
    return figures


def _fresh(folder: Path) -> float:
    """Return the median seconds of a fresh process to its first result; its modules are compiled, as installed ones."""
    runs = []
    with tempfile.TemporaryDirectory() as compiled:
        environ = {**os.environ, **ONE_THREAD, "PYTHONPYCACHEPREFIX": compiled, "PYTHONDONTWRITEBYTECODE": ""}
        for _ in range(FRESH_RUNS + 1):
            start = time.perf_counter()
            command = [sys.executable, "-c", FRESH, str(folder)]
            out = subprocess.run(command, check=True, capture_output=True, text=True, env=environ)
            runs.append([time.perf_counter() - start, *json.loads(out.stdout)])
    names = ("process start to result", "  import", "  open", "  first query", "  the processor, all threads")
    for name, times in zip(names, zip(*runs[1:], strict=True), strict=True):
        _show(name, [seconds * 1000 for seconds in times])
    return percentile([run[0] for run in runs[1:]], 0.5)


def _opening(folder: Path) -> float:
    start = time.perf_counter()
    Engine.open(folder).close()
    return (time.perf_counter() - start) * 1000


def _bytes(engine: Engine) -> float:
    """Return the bytes a film of vectors and postings at `DIMENSIONS`; projections are counted apart."""
    n, dim = engine.parts.columns.n_films, engine.parts.vectors.dim
    by_part = {part.name: _size(part) / n for part in sorted(engine.path.iterdir())}
    listed = ", ".join(f"{name} {size:,.0f}" for name, size in by_part.items() if size >= 1)
    vectors = by_part["films.usearch"] + _size(engine.path / "columns" / "norms.npy") / n + DIMENSIONS - dim
    whole = vectors + by_part["lexical"]
    print(f"{n:,} films, {sum(by_part.values()):,.0f} bytes a film: {listed}")
    print(f"vectors {vectors:,.0f} at {DIMENSIONS} dimensions (here {dim}), postings {by_part['lexical']:,.0f}")
    print(f"vectors and postings {whole:,.0f} bytes a film")
    return whole


def _size(path: Path) -> int:
    files = path.rglob("*") if path.is_dir() else (path,)
    return sum(file.stat().st_size for file in files if file.is_file())


def _show_times(name: str, times: Times) -> None:
    scans = percentile(times.processor, 0.5) / percentile(times.scans, 0.5)
    _show(f"{name}: the processor", times.processor)
    _show(f"{name}: the clock, {scans:.1f} scans", times.clock)
    stages = ", ".join(f"{stage} {statistics.median(ms):.2f}" for stage, ms in times.stages.items())
    print(f"    by the clock: {stages}; one scan {percentile(times.scans, 0.5):.2f}")


def _show(name: str, ms: Sequence[float]) -> None:
    middle, high = percentile(ms, 0.5), percentile(ms, 0.99)
    print(f"{name:<52} median {middle:>8.2f} ms   p99 {high:>8.2f} ms   n={len(ms)}", flush=True)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
