"""What is looked at alone, without a doctor: the clock of a server, the room on a disk."""

import re
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

from kadr.checks import Asked, check_service, check_space
from kadr.doctor import State
from kadr.encode.encoder import Profile
from kadr.engine import Access
from tests.doctor.examined import NO_TOKEN
from tests.vectorise.shop import MODEL


class Yesterday(BaseHTTPRequestHandler):
    """Answers whatever is asked that it is overloaded, with the date of a day ago."""

    def date_time_string(self, timestamp: float | None = None) -> str:
        return super().date_time_string((timestamp or time.time()) - 86_400)

    def answer(self) -> None:
        self.send_response(503)
        self.send_header("content-length", "0")
        self.end_headers()

    do_HEAD = do_POST = answer  # noqa: N815  # the names that the library calls

    def log_message(self, *_: object) -> None:
        """Say nothing."""


def test_a_clock_that_is_off_is_found() -> None:
    with ThreadingHTTPServer(("127.0.0.1", 0), Yesterday) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        try:
            profile = Profile("tei", MODEL, 384, url=f"http://127.0.0.1:{server.server_port}")
            found = {each.name: each for each in check_service(Access(NO_TOKEN), Asked(profile))}
        finally:
            server.shutdown()
            thread.join()
    assert found["clock"].state is State.BAD
    assert re.fullmatch(r"is off by 86[34]\d\d s", found["clock"].said)
    assert "set the clock" in found["clock"].remedy


def test_a_place_that_cannot_be_looked_at_is_said(tmp_path: Path) -> None:
    (tmp_path / "loop").symlink_to(tmp_path / "loop")
    (found,) = check_space({"bundles": tmp_path / "loop" / "x"}, None)
    assert (found.name, found.state, found.remedy) == ("disk", State.BAD, "name another folder")
