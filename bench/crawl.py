"""A crawl of the loopback site: `python -m bench.crawl`. It takes about four minutes.

The crawler runs in a process of its own. Its time is compared with the pauses it must make, so the figure is a ratio;
its memory is told as it goes on, beside that of the films that it holds.
"""

import json
import os
import pickle
import resource
import subprocess
import sys
import tempfile
import time
from hashlib import blake2b
from pathlib import Path
from typing import Any

from kadr.collect.fetch.client import Fetcher, Manners
from kadr.collect.fetch.store import PageStore
from kadr.collect.site.crawl import read_site
from kadr.sources import SiteSource
from tests.servers.site import film_site

PAGES = 2_000
DELAY_S = 0.04
"""25 pages a second: what a friendly site of some size bears, and less than a core can read."""
AT_ONCE = 4
KILLED_AT = (150, 500, 900, 1_300, 1_700)
SAMPLES = 5


def main() -> None:
    """Print one line a measurement."""
    if len(sys.argv) > 1:
        _crawl(sys.argv[1], Path(sys.argv[2]), float(sys.argv[3]), offline=sys.argv[4] == "offline")
        return
    with film_site(PAGES) as site, tempfile.TemporaryDirectory() as folder:
        at = f"{site.url}/sitemap.xml"
        whole = _run(at, Path(folder, "one.sqlite"))
        floor = PAGES * DELAY_S
        print(
            f"crawl: {whole['films']} films of {PAGES} pages in {whole['seconds']:.1f} s; "
            f"pauses of {DELAY_S} s make {floor:.0f} s of it: {whole['seconds'] / floor:.2f} times"
        )
        told = ", ".join(f"{done}: {mib:.0f}" for done, mib in whole["memory"])
        print(f"memory, MiB after so many pages: {told}; the films themselves, pickled: {whole['held']:.0f}")
        size = Path(folder, "one.sqlite").stat().st_size
        print(f"store: {size / PAGES / 1024:.1f} KiB a page")
        again = _run(at, Path(folder, "one.sqlite"), "offline")
        print(
            f"offline: {PAGES / again['seconds']:.0f} pages/s, {PAGES / again['cpu']:.0f} a second of CPU; "
            f"{_same(again, whole)}"
        )
        before = len(site.requests)
        took = _killed(at, Path(folder, "two.sqlite"))
        last = _run(at, Path(folder, "two.sqlite"))
        asked = len(site.requests) - before
        print(
            f"killed {len(KILLED_AT)} times: {took + last['seconds']:.1f} s in all, "
            f"{asked} requests (undisturbed {before}); {_same(last, whole)}"
        )


def _same(one: dict[str, Any], other: dict[str, Any]) -> str:
    return "the same films" if one["digest"] == other["digest"] else "OTHER FILMS"


def _command(url: str, store: Path, way: str) -> list[str]:
    return [sys.executable, "-m", "bench.crawl", url, str(store), str(DELAY_S), way]


def _run(url: str, store: Path, way: str = "online") -> dict[str, Any]:
    done = subprocess.run(_command(url, store, way), check=True, capture_output=True, text=True)
    told: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return told


def _killed(url: str, store: Path) -> float:
    """Start the crawl and kill it, several times; return the seconds."""
    began = time.perf_counter()
    for stop in KILLED_AT:
        with subprocess.Popen(_command(url, store, "online"), stdout=subprocess.PIPE, text=True) as process:
            for line in process.stdout or ():
                if line.strip() == str(stop):
                    break
            process.kill()
    return time.perf_counter() - began


def _crawl(url: str, store: Path, delay_s: float, *, offline: bool) -> None:
    """Crawl in this process; print each number of pages done, at last what it took."""
    memory: list[tuple[int, float]] = []

    def progress(done: int, *_: object) -> None:
        print(done, flush=True)
        if done % (PAGES // SAMPLES) == 0:
            memory.append((done, _resident_mib()))

    manners = Manners(delay_s=delay_s, at_once=AT_ONCE, offline=offline, allow_private=True)
    began = time.perf_counter()
    with PageStore(store) as pages, Fetcher(pages, manners) as fetcher:
        harvest = read_site(SiteSource("bench", sitemaps=(url,), at_once=AT_ONCE), fetcher, progress=progress)
    seconds = time.perf_counter() - began
    used = resource.getrusage(resource.RUSAGE_SELF)
    # Fetched at another time, a film is the same film.
    texts = [json.dumps([film.id, film.title, film.year, film.directors, film.description]) for film in harvest.films]
    told = {
        "films": len(harvest.films),
        "seconds": seconds,
        "cpu": used.ru_utime + used.ru_stime,
        "memory": memory,
        "held": len(pickle.dumps(harvest)) / (1 << 20),
        "digest": blake2b("\n".join(texts).encode(), digest_size=8).hexdigest(),
    }
    print(json.dumps(told))


def _resident_mib() -> float:
    """Return what of the process is in memory now (Linux; elsewhere the most there ever was)."""
    try:
        pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[1])
    except OSError:
        return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    return pages * os.sysconf("SC_PAGE_SIZE") / (1 << 20)


if __name__ == "__main__":
    main()
