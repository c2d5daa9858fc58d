"""How long a build takes, how much memory, and how rows merge: `python -m bench.build`."""

import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from bench.common import build_from, test_data

CATALOGUES = {
    "merged_ru.csv": ("merged_ru.csv",),
    "three raw files": ("ithinker.csv", "lordserials.csv", "viju.json"),
}


def main() -> None:
    """Build each catalogue in a process of its own, so that its peak memory is its own, and print a table."""
    test_data()
    print(f"{'catalogue':<18}{'rows':>7}{'films':>7}{'merged':>8}{'seconds':>9}{'peak MB':>9}{'bytes/film':>12}")
    for name in CATALOGUES:
        subprocess.run([sys.executable, "-m", "bench.build", name], check=True)


def one(name: str) -> None:
    """Build one catalogue and print its line."""
    folder = test_data() / "catalogues"
    files = {Path(file).stem: folder / file for file in CATALOGUES[name]}
    with tempfile.TemporaryDirectory() as root:
        start = time.perf_counter()
        report = build_from(files, Path(root))
        seconds = time.perf_counter() - start
    # Linux counts the peak in KiB.
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    counts = report.catalogue
    merged = sum(counts.merged.values())
    print(
        f"{name:<18}{counts.rows_in:>7}{counts.films:>7}{merged:>8}{seconds:>9.1f}{peak:>9.0f}"
        f"{report.bytes_per_film:>12.0f}   {', '.join(f'{rule} {n}' for rule, n in counts.merged.items())}"
    )


if __name__ == "__main__":
    if len(sys.argv) > 1:
        one(sys.argv[1])
    else:
        main()
