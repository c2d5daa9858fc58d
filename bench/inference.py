"""Hosted inference against the loopback server: `python -m bench.inference`. It takes about two minutes, and ends with
1 where a gate is not held, whose name is printed last. For a machine that does nothing else.

The server runs in a process of its own with a latency like the real one's. The job is compared with the server's own
floor, so the figure is a ratio within one run.
"""

import json
import math
import random
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path

import numpy as np

from bench.burst import burst
from bench.common import stand_in
from bench.visitors import built, visits, words_alone
from kadr.encode.distil import fit_distilled
from kadr.encode.distilled import DistilledEncoder
from kadr.encode.encoder import Profile, Role
from kadr.encode.hosted.cache import VectorCache
from kadr.encode.hosted.job import embed
from kadr.encode.hosted.options import Options
from kadr.encode.hosted.queries import QueryService
from kadr.encode.hosted.secrets import Keys
from kadr.encode.hosted.service import Service

Gates = dict[str, bool]
"""Whether what was promised is held, by its name."""
MODEL, DIM = "maker/model", 1024
LATENCY_MS, MS_PER_TEXT = 150, 20
PASSAGES = 5_000
FAULTY = 0.2
CANARIES = ("a ship is wrecked near an island", "корабль терпит крушение")
VISITORS, BUDGET_S = 200, 1.5
WORDS = 30_000
RSS_SIZES = (4_000, 16_000)
MOST_TIMES_THE_FLOOR = 1.25
"""Calls wait for the longest of their texts, and the last ones leave workers idle: 1.1 was measured."""
MOST_APART = 1e-3
"""Of two numbers of a vector: half precision, and a mean that was rounded in another place."""
MOST_MIB = 40
"""What 12,000 more passages may add to the job's memory: their keys and places; their vectors would be 50 MiB."""
OVER_BUDGET_S = 0.1
MOST_QUERY_MS = 2.0
"""Of the distilled encoder, p99."""


def main() -> None:
    """Print one line a measurement; end with 1 where a gate is not held."""
    if len(sys.argv) > 1:
        _memory_of(int(sys.argv[1]), sys.argv[2])
        return
    gates = {**_job(), **_faults(), **_memory(), **_bursts(), **_visitors(), **_distilled()}
    if broken := [name for name, held in gates.items() if not held]:
        sys.exit("not held: " + "; ".join(broken))


def _job() -> Gates:
    options = Options(canaries=CANARIES)
    calls = math.ceil(PASSAGES / options.batch)
    floor = (calls * LATENCY_MS + PASSAGES * MS_PER_TEXT) / 1000 / options.concurrency
    with stand_in(MODEL, DIM, "--latency-ms", LATENCY_MS, "--ms-per-text", MS_PER_TEXT) as url:
        took = _embedded(url, _texts(PASSAGES), options)[1]
    print(f"job: {PASSAGES} passages in {took:.1f} s, the server's floor is {floor:.1f} s: {took / floor:.2f} times")
    return {f"job within {MOST_TIMES_THE_FLOOR} times the floor": took <= MOST_TIMES_THE_FLOOR * floor}


def _faults() -> Gates:
    texts, options = _texts(1_000), Options(canaries=CANARIES, backoff=0.05)
    with stand_in(MODEL, DIM) as url:
        well, _ = _embedded(url, texts, options)
    with stand_in(MODEL, DIM, "--faulty", FAULTY) as url:
        ill, took = _embedded(url, texts, options)
    # Token vectors, which one of the faults answers with, are pooled here: their mean is rounded in another place.
    apart, missing = float(np.abs(well - ill).max()), int((~ill.any(axis=1)).sum())
    print(
        f"job under {FAULTY:.0%} passing faults: {len(texts)} texts in {took:.1f} s, {missing} without a vector, "
        f"largest difference of a number to those without faults {apart:.0e}"
    )
    return {"job under faults loses nothing": not missing, "and changes nothing": apart <= MOST_APART}


def _memory() -> Gates:
    grown: list[float] = []
    with stand_in(MODEL, DIM) as url:
        for count in RSS_SIZES:
            command = [sys.executable, "-m", "bench.inference", str(count), url]
            out = subprocess.run(command, check=True, capture_output=True, text=True).stdout
            before, after = json.loads(out)
            grown.append(after - before)
            print(f"memory of the job: {count} passages: {after - before:.0f} MiB above the texts themselves")
    return {f"memory of {RSS_SIZES[1]} passages within {MOST_MIB} MiB": grown[1] - grown[0] <= MOST_MIB}


def _memory_of(count: int, url: str) -> None:
    texts = _texts(count)
    before = _peak()
    _embedded(url, texts, Options(canaries=CANARIES), read=False)
    print(json.dumps([before, _peak()]))


def _peak() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def _bursts() -> Gates:
    texts, gates = _texts(VISITORS), {}
    for name, serve in SERVICES.items():
        with serve() as url:
            p99 = _burst(url, texts, name)
        gates[f"queries: p99 with a service that is {name}"] = p99 <= BUDGET_S + OVER_BUDGET_S
    return gates


def _visitors() -> Gates:
    """Measure whole searches. Where the words alone take more than the budget, their time is what can be held."""
    queries, gates = [f"море лун{i} домак" for i in range(VISITORS)], {}
    with tempfile.TemporaryDirectory() as folder:
        bundles = built(Path(folder), MODEL, DIM, lambda: stand_in(MODEL, DIM))
        alone = words_alone(bundles, queries)
        print(f"{VISITORS} searches at once by words alone: p99 {alone:.3f} s")
        for name, serve in SERVICES.items():
            with serve() as url:
                found, p99 = visits(bundles, url, queries, BUDGET_S)
            print(f"{VISITORS} searches at once, service {name}: {dict(found)}; p99 {p99:.3f} s")
            if name != "well":
                gates[f"searches: p99 with a service that is {name}"] = p99 <= max(BUDGET_S, alone) + OVER_BUDGET_S
    return gates


def _burst(url: str, texts: Sequence[str], name: str) -> float:
    service = Service(_profile(), Keys(), base=url)
    queries = QueryService(service)
    queries.warm_up()
    time.sleep(1)  # as an app that has been up for a moment
    before = queries.state().calls
    done = burst(queries, texts, BUDGET_S)
    print(f"{VISITORS} visitors at once, service {name}: {done}", end="")
    print(f"; {queries.state().calls - before} requests")
    queries.close()
    service.close()
    return done.waited(99)


def _distilled() -> Gates:
    rng = np.random.default_rng(0)
    words = sorted({_word(i) for i in range(WORDS)})
    vectors = rng.normal(size=(len(words), DIM)).astype(np.float32)
    place = {word: i for i, word in enumerate(words)}
    draw = random.Random(0)
    passages = [" ".join(draw.choices(words, k=40)) for _ in range(1_000)]
    own = np.array([vectors[[place[w] for w in p.split()]].sum(axis=0) for p in passages])
    own /= np.linalg.norm(own, axis=1, keepdims=True)
    start = time.perf_counter()
    encoder = fit_distilled(words, vectors, passages, own.astype(np.float32), _profile())
    fitted = time.perf_counter() - start
    with tempfile.TemporaryDirectory() as folder:
        encoder.save(Path(folder))
        size = sum(path.stat().st_size for path in Path(folder).rglob("*") if path.is_file())
        opened = DistilledEncoder.open(Path(folder), _profile())
        ms = [_timed_ms(opened, " ".join(draw.choices(words, k=12))) for _ in range(1_000)]
    print(
        f"distilled: {len(words)} words of {DIM} dimensions fitted in {fitted:.1f} s, {size / 1e6:.1f} MB; "
        f"a query of 12 words median {statistics.median(ms):.3f} ms, p99 {sorted(ms)[989]:.3f} ms"
    )
    return {f"a distilled query within {MOST_QUERY_MS} ms": sorted(ms)[989] <= MOST_QUERY_MS}


def _timed_ms(encoder: DistilledEncoder, query: str) -> float:
    start = time.perf_counter()
    encoder.vector(query)
    return (time.perf_counter() - start) * 1000


def _word(i: int) -> str:
    """Return a word of six letters; Snowball leaves it as it is."""
    letters = "bcdfghjklmnprtvz"
    return "".join(letters[(i // 16**k) % 16] + "aou"[(i + k) % 3] for k in range(4)) + "k"


def _embedded(
    url: str, texts: Sequence[str], options: Options, *, read: bool = True
) -> tuple["np.ndarray[tuple[int, int], np.dtype[np.float32]]", float]:
    """Embed texts into an empty cache; return the vectors and the seconds."""
    service = Service(_profile(), Keys(), base=url)
    with tempfile.TemporaryDirectory() as folder, VectorCache(Path(folder) / "vectors.duckdb", _profile()) as cache:
        start = time.perf_counter()
        embed(texts, Role.PASSAGE, service, cache, options, lambda _: None)
        took = time.perf_counter() - start
        vectors = np.concatenate([*cache.read(texts, Role.PASSAGE)]) if read else np.empty((0, DIM), np.float32)
    service.close()
    return vectors, took


def _texts(count: int) -> list[str]:
    draw = random.Random(1)
    words = [_word(i) for i in range(4_000)]
    return [f"{i} " + " ".join(draw.choices(words, k=40)) for i in range(count)]


def _profile() -> Profile:
    return Profile(provider="hf-inference", model=MODEL, dim=DIM, pooling="mean", max_chars=2_000)


@contextmanager
def _nobody() -> Iterator[str]:
    """Give an address where connections are refused."""
    yield "http://127.0.0.1:9"


SERVICES: Mapping[str, Callable[[], AbstractContextManager[str]]] = {
    "well": lambda: stand_in(MODEL, DIM, "--latency-ms", LATENCY_MS, "--ms-per-text", MS_PER_TEXT),
    "answering 429": lambda: stand_in(MODEL, DIM, "--always", "busy"),
    "never answering": lambda: stand_in(MODEL, DIM, "--always", "never_answer"),
    "refusing connections": _nobody,
}
"""What may stand behind the hosted encoder."""


if __name__ == "__main__":
    main()
