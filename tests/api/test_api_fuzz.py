"""Whatever is asked, the API answers, in problems at the worst; and it grows by nothing that is asked."""

import gc
import http.client
import json
import os
import random
from contextlib import closing
from pathlib import Path
from urllib.parse import quote, urlsplit

from app.api.parameters import SearchParameters
from tests.api.conftest import Serve

REQUESTS = 20_000 if os.environ.get("HYPOTHESIS_PROFILE") == "soak" else 400
MOST_HEAD = 60_000
MOST_KIB = 8_000
"""What the second half of the requests may add to this process, in which the server runs: caches have an end."""
PATHS = (
    "/search",
    "/facets",
    "/suggest",
    "/random",
    "/themes",
    "/bundle",
    "/films/",
    "/films/x/similar",
    "/health",
    "/",
)
PIECES = (
    "маяк", "не драма", "80-е", "like Alien", "\0", "\u202e", "😀", "<script>", "' OR 1=1 --", "%", "%zz", "\\",
    "..", "/", "{}", "[]", "null", "NaN", "1e999", "-0", "٣", "9" * 40, "я" * 300, "\ufeff", "a\u0301" * 20, "\r\n",
    "'\"`", "и" * 4001,
)  # fmt: skip


def resident_kib() -> int:
    """Return the memory that this process holds; 0 where it cannot be told."""
    status = Path("/proc/self/status")
    lines = status.read_text().splitlines() if status.exists() else []
    return next((int(line.split()[1]) for line in lines if line.startswith("VmRSS")), 0)


def connected(address: str) -> http.client.HTTPConnection:
    place = urlsplit(address)
    return http.client.HTTPConnection(place.hostname or "", place.port, timeout=20)


def request(draw: random.Random) -> tuple[str, str, bytes, dict[str, str]]:
    """Return a method, an address, a body and headers: some of them right, most of them wrong in some way."""
    path = draw.choice(PATHS)
    if path == "/films/":
        path += quote("".join(draw.choices(PIECES, k=2)), safe="/" if draw.random() < 0.5 else "")
    names = [*SearchParameters.model_fields, "nope", "q", "q", "k", ""]
    pairs = []
    for _ in range(draw.choice((0, 1, 1, 2, 3, 30))):
        value = draw.choice((draw.choice(PIECES), str(draw.randint(-5, 3000)), "true", "драма", ""))
        pairs.append(f"{quote(draw.choice(names))}={quote(value) if draw.random() < 0.9 else '%ff%fe%'}")
    method = draw.choices(("GET", "POST", "DELETE", "HEAD"), (90, 6, 2, 2))[0]
    body = draw.choice(
        (b"", b"{}", b"[", b"\xff\xfe", b'{"history":[{"film":"\\ud800","kind":"liked"}]}', b"[" * 5_000)
    )
    if method == "POST":
        path = draw.choice((path, "/recommendations", "/recommendations"))
    headers = {"If-None-Match": draw.choice(("*", '"x"', "W/", ",,,"))} if draw.random() < 0.1 else {}
    return method, path + ("?" + "&".join(pairs) if pairs else ""), body if method == "POST" else b"", headers


def test_nothing_that_is_asked_is_a_fault(serve: Serve) -> None:
    """Over a loopback connection, so that the server's own parts are asked, too."""
    draw = random.Random(20)
    statuses: dict[int, int] = {}
    held = []
    with serve() as address, closing(connected(address)) as connection:
        place = urlsplit(address)
        for number in range(REQUESTS):
            if number in (REQUESTS // 2, REQUESTS - 1):
                gc.collect()
                held.append(resident_kib())
            method, target, body, headers = request(draw)
            connection.request(method, place.path + target, body, headers)
            answer = connection.getresponse()
            content = answer.read()
            statuses[answer.status] = statuses.get(answer.status, 0) + 1
            assert answer.status < 500, (method, target, body, content)
            if len(target) > MOST_HEAD:  # refused by the server before the API hears of it
                continue
            assert answer.getheader("x-request-id"), (answer.status, method, target[:300], len(target), content[:200])
            if answer.status >= 400 and method != "HEAD":
                told = json.loads(content)
                assert (told["status"], answer.getheader("content-type")) == (answer.status, "application/problem+json")
    assert {200, 400, 404, 405, 422} <= set(statuses)
    assert held[1] - held[0] < MOST_KIB, held
