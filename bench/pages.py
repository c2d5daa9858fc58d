"""Pages read a second on one core: `python -m bench.pages`. CPU time, so that a busy machine tells the same.

Saved pages whose data tell the film, for which trafilatura is not called; then the search of the same pages' text for a
description by trafilatura, which a page without any data needs besides.
"""

import time
from collections.abc import Callable, Sequence

from bench.common import test_data
from kadr.collect.fetch.page import Page
from kadr.collect.page import body
from kadr.collect.page.document import open_document
from kadr.collect.page.read import read_page

AIM_DATA, AIM_TEXT = 40.0, 4.0
"""Pages a second."""


def main() -> None:
    """Print one line a measurement; end with 1 where an aim is missed."""
    pages = [
        _page(path.name, path.read_bytes()) for path in sorted((test_data() / "pages" / "kinopoisk").glob("*.html"))
    ]
    size = sum(len(page.body) for page in pages) / len(pages) / 1024
    print(f"{len(pages)} pages of {size:.0f} KiB")
    data = _rate(pages, lambda page: read_page(page, "saved"))
    text = _rate(pages[::4], lambda page: body.claims(open_document(page.body, page.url)))
    print(f"by their data: {data:.0f} pages/s (aim {AIM_DATA:.0f})")
    print(f"description out of the text: {text:.1f} pages/s (aim {AIM_TEXT:.0f})")
    if data < AIM_DATA or text < AIM_TEXT:
        raise SystemExit(1)


def _page(name: str, data: bytes) -> Page:
    url = f"https://saved.example/{name}"
    return Page(url, url, 200, {"content-type": "text/html; charset=utf-8"}, data, "2026-01-01T00:00:00+00:00")


def _rate(pages: Sequence[Page], read: Callable[[Page], object]) -> float:
    read(pages[0])  # loads what is loaded late
    start = time.process_time()
    for page in pages:
        read(page)
    return len(pages) / (time.process_time() - start)


if __name__ == "__main__":
    main()
