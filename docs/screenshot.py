"""Makes the README's picture: starts the app on a bundle, asks it something, and photographs the answer.

python docs/screenshot.py --bundle bundles --out docs/screenshot.png
"""

import argparse
import http.client
import os
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from tempfile import TemporaryFile
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from playwright.sync_api import Browser

__all__ = ["CHROMIUM_ARGUMENTS", "find_chromium", "serving", "serving_script"]

ROOT = Path(__file__).resolve().parents[1]
QUERY = "робот убирает мусор на опустевшей Земле"
MAX_BYTES = 300 * 1024
"""What a README may ask a reader to download for a picture."""
START_SECONDS = 30.0
"""Ten times what a start takes on a slow machine."""
CHROMIUM_ARGUMENTS = (
    "--headless=new",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)
"""No window, no network of the browser's own; the sandbox needs rights that containers lack."""
CHROMIUM_NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")


def find_chromium() -> str:
    """Return the path of a Chromium: $KADR_CHROMIUM, else the first on the PATH; an empty text when there is none."""
    found = (shutil.which(name) for name in CHROMIUM_NAMES)
    return os.environ.get("KADR_CHROMIUM") or next((path for path in found if path), "")


def serving(bundle: Path) -> AbstractContextManager[str]:
    """Serve a bundle on a free port of this machine, and give the address without a slash at its end.

    Raises:
        RuntimeError: the server ended or did not answer in time; the message holds what it said.
    """
    return serving_script(ROOT / "app" / "main.py", {**os.environ, "KADR_BUNDLE": str(bundle.resolve())})


@contextmanager
def serving_script(script: Path, environment: Mapping[str, str]) -> Iterator[str]:
    """Serve a script of Streamlit as `serving` does a bundle.

    Raises:
        RuntimeError: the server ended or did not answer in time; the message holds what it said.
    """
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    command = [sys.executable, "-m", "streamlit", "run", str(script)]
    command += ["--server.address", "127.0.0.1", "--server.port", str(port), "--server.fileWatcherType", "none"]
    with TemporaryFile() as log:
        server = subprocess.Popen(  # noqa: S603  # our own program, with our own arguments
            command, cwd=ROOT, env=environment, stdout=log, stderr=log
        )
        try:
            if not _healthy(port, server):
                log.seek(0)
                raise RuntimeError(f"the app did not start:\n{log.read().decode(errors='replace')}")
            yield f"http://127.0.0.1:{port}"
        finally:
            server.terminate()
            server.wait(START_SECONDS)


def _healthy(port: int, server: subprocess.Popen[bytes]) -> bool:
    deadline = time.monotonic() + START_SECONDS
    while server.poll() is None and time.monotonic() < deadline:
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=2)
        try:
            connection.request("GET", "/_stcore/health")
            if connection.getresponse().status == http.client.OK:
                return True
        except OSError:
            time.sleep(0.1)
        finally:
            connection.close()
    return False


def photograph(bundle: Path, out: Path, query: str) -> None:
    """Ask the app about a bundle, and write what it shows as a PNG file.

    Raises:
        RuntimeError: there is no Chromium, the app did not start, or the picture is too large.
    """
    from playwright.sync_api import Error, sync_playwright

    chromium = find_chromium()
    if not chromium:
        raise RuntimeError(f"no Chromium: install one of {', '.join(CHROMIUM_NAMES)}, or name it in KADR_CHROMIUM")
    try:
        with (
            sync_playwright() as playwright,
            playwright.chromium.launch(executable_path=chromium, args=CHROMIUM_ARGUMENTS) as browser,
            serving(bundle) as address,
        ):
            picture = _asked(browser, address, query)
    except Error as error:
        raise RuntimeError(f"the page gave no answer to photograph: {error.message.splitlines()[0]}") from error
    if len(picture) > MAX_BYTES:
        raise RuntimeError(f"the picture has {len(picture):,} bytes, more than {MAX_BYTES:,}; ask for a calmer page")
    out.write_bytes(picture)


def _asked(browser: "Browser", address: str, query: str) -> bytes:
    page = browser.new_page(viewport={"width": 1280, "height": 800}, color_scheme="light", locale="ru-RU")
    page.goto(address)
    page.get_by_role("searchbox").fill(query)
    page.keyboard.press("Enter")
    page.locator(".st-key-cards .kadr-title").first.wait_for()
    page.mouse.move(0, 0)
    page.get_by_test_id("stFeedback").first.wait_for()
    page.wait_for_load_state("networkidle")
    return page.screenshot(animations="disabled", caret="hide")


def main() -> int:
    """Run the command; a failure is one line and exit code 1."""
    parser = argparse.ArgumentParser(description="Photograph the search page.")
    parser.add_argument("--bundle", type=Path, default=Path("bundles"), help="a bundle, or the folder of bundles")
    parser.add_argument("--out", type=Path, default=Path("docs/screenshot.png"), help="the PNG file to write")
    parser.add_argument("--query", default=QUERY, help="what to ask")
    given = parser.parse_args()
    try:
        photograph(given.bundle, given.out, given.query)
    except (RuntimeError, OSError) as error:
        sys.stderr.write(f"screenshot: {error}\n")
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
