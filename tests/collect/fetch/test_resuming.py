"""A crawl that is killed again and again ends with the same pages, and asks for hardly any twice."""

import random
import signal
import subprocess
import sys
import time
from collections import Counter
from pathlib import Path

from kadr.collect.fetch.store import PageStore
from tests.collect.fetch.odd_server import Handler, Page, Server

CRAWL = """
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from kadr.collect.fetch.client import Fetcher
from kadr.collect.fetch.store import PageStore
from kadr.errors import PageError
from tests.collect.fetch.odd_server import QUICK

def get(number):
    try:
        fetcher.get(f"{sys.argv[2]}/{number}", fresh_s=86_400)
    except PageError as error:
        assert error.reason == "not found", error

with PageStore(Path(sys.argv[1])) as store, Fetcher(store, QUICK) as fetcher, ThreadPoolExecutor(4) as pool:
    print("begun", flush=True)
    list(pool.map(get, range(400)))
"""


def leisurely(body: bytes) -> Page:
    def page(handler: Handler) -> None:
        time.sleep(0.005)
        handler.reply(body)

    return page


def test_a_crawl_goes_on_where_it_was_killed(server: Server, tmp_path: Path) -> None:
    for number in range(400):
        if number % 10:
            server.pages[f"/{number}"] = leisurely(f"film {number} ".encode() * 2_000)
    moments, kills, codes = random.Random(5), 0, []
    command = [sys.executable, "-c", CRAWL, str(tmp_path / "pages"), server.url]
    while True:
        with subprocess.Popen(command, cwd=Path(__file__).parents[3], stdout=subprocess.PIPE) as process:
            assert process.stdout is not None
            assert process.stdout.readline() == b"begun\n"
            if kills == 5:
                assert process.wait(60) == 0
                break
            time.sleep(moments.uniform(0.02, 0.12))
            process.kill()
            codes.append(process.wait(60))
            kills += 1
    assert codes.count(-signal.SIGKILL) >= 3  # it was not done before
    with PageStore(tmp_path / "pages") as store:
        for number in range(400):
            page = store.get(f"{server.url}/{number}")
            assert page is not None
            assert page.body == (f"film {number} ".encode() * 2_000 if number % 10 else b"")
            assert page.status == (200 if number % 10 else 404)
        assert len(store) == 401
    asked = Counter(server.paths)
    assert sum(asked.values()) <= 400 + 4 * kills  # those that were on their way when it was killed
