"""What taking turns saves: `python -m bench.turns [bundle]`. For a machine that does nothing else.

So many threads search at once, those of each round by turns and all together in alternation. Told are searches a second
and what each takes of the processor.
"""

import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractContextManager, nullcontext
from pathlib import Path
from statistics import median

from bench.common import build_from, test_data
from kadr.engine import Engine
from kadr.turns import Turns

ROUNDS, SEARCHES = 5, 200
AT_ONCE = (1, 2, 8)


def main() -> None:
    """Print a line for each number of threads, and each way."""
    with tempfile.TemporaryDirectory() as folder:
        if len(sys.argv) > 1:
            bundle = Path(sys.argv[1])
        else:
            bundle = build_from({"merged": test_data() / "catalogues" / "merged_ru.csv"}, Path(folder)).folder
        engine = Engine.open(bundle)
        queries = [" ".join(film.description.split()[:6]) for film in engine.random(SEARCHES, seed=7)]
        _round(engine, queries, 1, nullcontext)
        ways: dict[str, Callable[[], AbstractContextManager[None]]] = {
            "by turns": Turns().taken,
            "together": nullcontext,
        }
        for threads in AT_ONCE:
            found = [{name: _round(engine, queries, threads, way) for name, way in ways.items()} for _ in range(ROUNDS)]
            for name in ways:
                wall, work = (median(each[name][part] for each in found) for part in (0, 1))
                print(
                    f"{threads} at once, {name}: {len(queries) / wall:.0f} a second, {work * 1000:.2f} ms of work each"
                )


def _round(
    engine: Engine, queries: Sequence[str], threads: int, way: Callable[[], AbstractContextManager[None]]
) -> tuple[float, float]:
    """Return the seconds that all searches took, and those of the processor that one took."""

    def search(query: str) -> None:
        with way():
            engine.search(query)

    begin, worked = time.perf_counter(), time.process_time()
    with ThreadPoolExecutor(threads) as pool:
        list(pool.map(search, queries))
    return time.perf_counter() - begin, (time.process_time() - worked) / len(queries)


if __name__ == "__main__":
    main()
