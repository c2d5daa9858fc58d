"""The HTTP API under load, over loopback: `python -m bench.load`. It takes about three minutes, and ends with 1 where a
gate is not held, whose name is printed last. For a machine that does nothing else.

Server, stand-in for hosted inference and visitors each have a process of their own. Visitors come at a steady rate,
whether the ones before them were served or not, and wait from the moment at which they were due.
"""

import csv
import http.client
import io
import resource
import sys
import tempfile
from collections import Counter
from collections.abc import Mapping, Sequence
from pathlib import Path
from urllib.parse import urlencode

from bench.burst import waited
from bench.common import build_from, stand_in, test_data
from bench.service import NO_LOGIN, Answered, Visitor, api, visited
from kadr.build import build
from kadr.config import load_config
from kadr.engine import Access
from kadr.progress import Lines

MODEL, DIM, LATENCY_MS = "maker/model", 256, 150
RATE, SECONDS = 50, 30
WARM_SECONDS = 3
"""Before it counts: what opens a bundle, fills caches, and learns that a service hangs, is asked in this time."""
WORDS = 8
MOST_MS = {"embedded": 300, "hosted, 150 ms": 300, "hosted, hanging": 350}


def main() -> None:
    """Print one line a round; end with 1 where a gate is not held."""
    catalogue = test_data() / "catalogues" / "merged_ru.csv"
    gates: dict[str, bool] = {}
    queries = _queries(catalogue)
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder)
        embedded = build_from({"merged": catalogue}, root / "embedded").folder
        gates |= _round("embedded", embedded, "", queries)
        hosted = _hosted(catalogue, root / "hosted")
        with stand_in(MODEL, DIM, "--latency-ms", LATENCY_MS) as url:
            gates |= _round("hosted, 150 ms", hosted, url, queries)
        with stand_in(MODEL, DIM, "--always", "never_answer") as url:
            gates |= _round("hosted, hanging", hosted, url, queries)
    if broken := [name for name, held in gates.items() if not held]:
        sys.exit("not held: " + "; ".join(broken))


def _queries(catalogue: Path) -> list[str]:
    """Return runs of words from descriptions, each another, so that nothing was asked before."""
    with catalogue.open(encoding="utf-8", newline="") as file:
        texts = [row["description"].split() for row in csv.DictReader(file)]
    long = [words for words in texts if len(words) > 2 * WORDS]
    return [" ".join(words[WORDS : 2 * WORDS]) for words in long][: RATE * (SECONDS + WARM_SECONDS)]


def _hosted(catalogue: Path, root: Path) -> Path:
    """Build the same films with the vectors of the stand-in, and no other encoder; return the folder of bundles."""
    root.mkdir()
    (root / "catalogue.toml").write_text(
        f'[[sources]]\nkind = "file"\nname = "merged"\npath = "{catalogue.resolve()}"\n[encoder]\nname = "hosted"\n'
        f'model = "{MODEL}"\ndim = {DIM}\npooling = "mean"\ncache = "vectors.duckdb"\ndistil = false\n',
        encoding="utf-8",
    )
    with stand_in(MODEL, DIM) as url:
        config = load_config(root / "catalogue.toml")
        return build(config, root / "bundles", Lines(io.StringIO()), access=Access(NO_LOGIN, url)).folder


def _round(name: str, bundle: Path, inference_url: str, queries: Sequence[str]) -> dict[str, bool]:
    def ask(visitor: Visitor, number: int) -> tuple[int, Mapping[str, object]]:
        return visitor.ask("/search?" + urlencode({"q": queries[number]}))

    before = _processor_seconds()
    with api({"KADR_BUNDLE": str(bundle), "KADR_INFERENCE_URL": inference_url, **NO_LOGIN}) as server:
        visits = visited(server.port, RATE, len(queries), ask)[WARM_SECONDS * RATE :]
    work = (_processor_seconds() - before) * 1000 / len(queries)
    seconds = [visit.seconds for visit in visits]
    p50, p99 = (waited(seconds, percent) * 1000 for percent in (50, 99))
    failed = [visit.status for visit in visits if visit.status != http.client.OK]
    who = Counter(map(_who, visits))
    print(f"{name}: {len(visits)} searches, {RATE} a second: p50 {p50:.0f} ms, p99 {p99:.0f} ms; {dict(who)}")
    print(f"{name}: {work:.1f} ms of the server's processor time a search, its start included", flush=True)
    gates = {f"{name}: p99 within {MOST_MS[name]} ms": p99 <= MOST_MS[name], f"{name}: all answered": not failed}
    if name == "hosted, hanging":
        # By words alone, or where the query names a film that others are to be like, by that film's own vector, too.
        gates[f"{name}: every answer without a query's vector"] = all(not each.split("/")[1] for each in who)
    return gates


def _who(visit: Answered) -> str:
    """Return who answered, as "mode/encoder/degraded"."""
    return "/".join(str(visit.body.get(part, "")) for part in ("mode", "encoder", "degraded"))


def _processor_seconds() -> float:
    """Return what the processes took that this one started and saw the end of."""
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


if __name__ == "__main__":
    main()
