"""What a visitor waits for the first result of a search link, beside what an empty page of Streamlit takes.

python -m bench.first_result --bundle bundles

Both are opened in turns, in windows that have the program's own files cached, as for a visitor who comes again, and
once in a window that has nothing cached. Times run from the address being opened to the element being seen.
"""

import argparse
import json
import os
import statistics
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

from docs.screenshot import CHROMIUM_ARGUMENTS, find_chromium, serving, serving_script

if TYPE_CHECKING:
    from playwright.sync_api import BrowserContext

__all__ = ["ALLOWED_MS", "measured"]

RUNS = 9
"""Enough for a median that one slow run does not move."""
ALLOWED_MS = 500
EMPTY = "import streamlit as st\nst.html('<p class=seen>.</p>')\n"
RESULT = ".kadr-title"
QUERY = "/?q=робот"


SEEN = """
const look = () => {
  const found = document.querySelector(%s);
  if (found && found.getClientRects().length) window.seenAt = performance.now();
  else requestAnimationFrame(look);
};
requestAnimationFrame(look);
"""
"""Looks at each picture that the browser draws: a driver outside would add its own delay."""


def seen_ms(context: "BrowserContext", address: str, selector: str) -> float:
    """Return milliseconds from opening an address until an element is seen, by the browser's own clock."""
    page = context.new_page()
    try:
        page.add_init_script(SEEN % json.dumps(selector))
        page.goto(address, wait_until="commit")
        page.wait_for_function("window.seenAt")
        return float(page.evaluate("window.seenAt"))
    finally:
        page.close()


def measured(bundle: Path, runs: int, query: str = QUERY) -> dict[str, int]:
    """Return the milliseconds that the empty page and the search link take, medians of the runs, and cold ones."""
    from playwright.sync_api import sync_playwright

    with (
        sync_playwright() as playwright,
        playwright.chromium.launch(executable_path=find_chromium(), args=CHROMIUM_ARGUMENTS) as browser,
        _empty() as empty,
        serving(bundle) as address,
    ):
        pages = {"empty": (empty, ".seen"), "search": (address + query, RESULT)}
        cold, times = {}, {name: [0.0] * runs for name in pages}
        for name, (where, selector) in pages.items():
            with browser.new_context(locale="ru-RU") as first:  # the server reads its bundle, and its files
                seen_ms(first, where, selector)
            with browser.new_context(locale="ru-RU") as fresh:
                cold[f"{name}, cold"] = round(seen_ms(fresh, where, selector))
        with browser.new_context(locale="ru-RU") as known:
            for run in range(-1, runs):  # the first one fills the cache, and the last place is written once more
                for name, (where, selector) in pages.items():
                    times[name][run] = seen_ms(known, where, selector)
    return {**{name: round(statistics.median(each)) for name, each in times.items()}, **cold}


@contextmanager
def _empty() -> Iterator[str]:
    with TemporaryDirectory() as folder:
        script = Path(folder) / "empty.py"
        script.write_text(EMPTY, encoding="utf-8")
        with serving_script(script, os.environ) as address:
            yield address


def main() -> int:
    """Measure and print JSON; exit code 1 where the first result takes longer than it may."""
    parser = argparse.ArgumentParser(description="Measure the first result of a search link in a browser.")
    parser.add_argument("--bundle", type=Path, default=Path("bundles"), help="a bundle, or the folder of bundles")
    parser.add_argument("--runs", type=int, default=RUNS, help="how often each page is opened")
    given = parser.parse_args()
    found = measured(given.bundle, given.runs)
    over = found["search"] - found["empty"]
    sys.stdout.write(json.dumps({**found, "over the empty page": over, "allowed": ALLOWED_MS}) + "\n")
    return int(over > ALLOWED_MS)


if __name__ == "__main__":
    sys.exit(main())
