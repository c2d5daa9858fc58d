"""Run an image's files as a container would, without one: read-only root, uid 1000, a network of its own.

    unshare --mount --net python -m tools.image.running TREE CONFIG BUNDLE QUERY

Needs root, like the mounts it makes, which go with the name space. Prints what was seen as JSON. Writable are /tmp and
/cache alone; nothing outside the name space can be reached, so that what answers has all it needs.
"""

import json
import os
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any
from urllib.error import URLError
from urllib.parse import quote
from urllib.request import urlopen

__all__ = ["Container", "Seen", "main", "started"]

HERE = "http://127.0.0.1:8501"
PATIENCE_S = 60.0
"""More than the service may take by far; then it is said that it did not answer."""
WRITES = ["touch", "/tmp/mark", "/cache/mark"]  # noqa: S108  # the container's own
STARTS = 3
"""Of which the quickest counts: what else this machine does only adds to it."""
SEARCHES = 200
"""Asked before memory is read: what is loaded when first used is there then."""


@dataclass(frozen=True, slots=True)
class Seen:
    """What was seen of a running image.

    `first_s`: seconds from the start to the first answer to a search, the best of some starts. `cpu_s`: of a processor
    until then. `found`: films on that answer. `films`: in the bundle. `resident_mb`: of the process after the searches
    and, where there are pages, a visit. `healthy`: the image's own health check passed. `refused`: a file could not be
    written outside of /tmp and /cache. `uid`: who runs. `page`: what the browser's connection was told of the first
    page, "" where there is none.
    """

    first_s: float
    cpu_s: float
    found: int
    films: int
    resident_mb: float
    healthy: bool
    refused: bool
    uid: int
    page: str


@dataclass(frozen=True, slots=True)
class Container:
    """Where an image's files are, and how it says that it is to be run (`config` of its Docker format)."""

    root: Path
    config: dict[str, Any]

    def command(self, words: list[str]) -> list[str]:
        """Return the command that runs words inside, as the image's user."""
        inside = ["/bin/sh", "-c", 'cd "$0" && exec "$@"', self.config["WorkingDir"], *words]
        return ["chroot", f"--userspec={self.config['User']}", "--groups=", str(self.root), *inside]

    def environment(self) -> dict[str, str]:
        """Return the image's variables."""
        return dict(each.split("=", 1) for each in self.config["Env"])

    def ran(self, words: list[str]) -> bool:
        """Run words inside, and return whether they ended well."""
        done = subprocess.run(self.command(words), env=self.environment(), check=False, capture_output=True)  # noqa: S603  # the image's own
        return done.returncode == 0


def _mount(*words: str) -> None:
    subprocess.run(["/bin/mount", *words], check=True)  # noqa: S603  # our own words


def _prepare(root: Path, bundle: Path) -> None:
    """Lay out what an engine of containers would: read-only files, devices, processes, places to write, a bundle."""
    _mount("--make-rprivate", "/")
    _mount("--bind", str(root), str(root))
    _mount("-o", "remount,bind,ro", str(root))
    _mount("-t", "proc", "proc", str(root / "proc"))
    _mount("--rbind", "/dev", str(root / "dev"))
    _mount("-t", "tmpfs", "tmpfs", str(root / "tmp"))
    _mount("-t", "tmpfs", "-o", "uid=1000,gid=1000", "tmpfs", str(root / "cache"))
    _mount("--bind", str(bundle), str(root / "bundles"))
    subprocess.run(["/sbin/ip", "link", "set", "lo", "up"], check=True)


@contextmanager
def started(container: Container) -> Iterator["subprocess.Popen[bytes]"]:
    """Run the image's command until the block ends."""
    command = container.command(container.config["Cmd"])
    with subprocess.Popen(command, env=container.environment(), stdout=sys.stderr) as process:  # noqa: S603  # its own
        try:
            yield process
        finally:
            process.terminate()


def _answered(address: str, process: "subprocess.Popen[bytes]") -> dict[str, Any]:
    """Ask until there is an answer."""
    end = time.monotonic() + PATIENCE_S
    while time.monotonic() < end and process.poll() is None:
        try:
            with urlopen(address, timeout=PATIENCE_S) as answer:  # noqa: S310  # the loopback
                told: dict[str, Any] = json.load(answer)
                return told
        except (URLError, ConnectionError):
            time.sleep(0.02)
    raise SystemExit(f"no answer within {PATIENCE_S:.0f} s; exit code {process.poll()}")


def _seen(container: Container, query: str) -> Seen:
    search = f"{HERE}/api/v1/search?q={quote(query)}"
    before = [_first(container, search) for _ in range(STARTS - 1)]
    begun = time.monotonic()
    with started(container) as process:
        told = _answered(search, process)
        first_s, cpu_s = min([*before, (time.monotonic() - begun, _cpu(process.pid))])
        for number in range(SEARCHES):
            _answered(f"{search}&offset={number % 3}", process)
        pages = any("streamlit" in word for word in container.config["Cmd"])
        return Seen(
            first_s=first_s,
            cpu_s=cpu_s,
            found=len(told["hits"]),
            films=_answered(f"{HERE}/api/v1/bundle", process)["counts"]["films"],
            page=_visited() if pages else "",
            resident_mb=_resident(process.pid) / 1e6,
            healthy=container.ran(container.config["Healthcheck"]["Test"][1:]),
            refused=not container.ran(["touch", "/srv/mark"]) and container.ran(WRITES),
            uid=_status(process.pid, "Uid"),
        )


def _first(container: Container, search: str) -> tuple[float, float]:
    """Start, ask once and stop; return the seconds until the answer, and those of a processor."""
    begun = time.monotonic()
    with started(container) as process:
        _answered(search, process)
        return time.monotonic() - begun, _cpu(process.pid)


def _visited() -> str:
    """Open the first page as a browser does, and return how its script ended; without a field it has failed."""
    from streamlit.proto.BackMsg_pb2 import BackMsg
    from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
    from websockets.sync.client import connect

    asked = BackMsg()
    asked.rerun_script.query_string = ""
    has_field = False
    with connect(f"{HERE.replace('http', 'ws')}/_stcore/stream", origin=None, max_size=None) as line:
        line.send(asked.SerializeToString())
        end = time.monotonic() + PATIENCE_S
        while time.monotonic() < end:
            told = ForwardMsg.FromString(line.recv(timeout=PATIENCE_S, decode=False))
            kind = told.delta.new_element.WhichOneof("type")
            has_field = has_field or kind == "text_input"
            if kind == "exception":
                return f"exception: {told.delta.new_element.exception.message}"
            if told.WhichOneof("type") == "script_finished":
                ended = str(ForwardMsg.ScriptFinishedStatus.Name(told.script_finished))
                return ended if has_field else f"{ended} without a field to ask in"
    return "no end"


def _cpu(pid: int) -> float:
    """Return the seconds that a process has computed: `utime` and `stime` of proc(5)."""
    fields = Path(f"/proc/{pid}/stat").read_text("ascii").rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def _resident(pid: int) -> int:
    return _status(pid, "VmRSS") * 1024


def _status(pid: int, field: str) -> int:
    lines = Path(f"/proc/{pid}/status").read_text("ascii").splitlines()
    return int(next(line for line in lines if line.startswith(f"{field}:")).split()[1])


def main(arguments: list[str]) -> int:
    """Run an image's files, ask, and print what was seen."""
    root, config, bundle, query = arguments
    _prepare(Path(root), Path(bundle))
    container = Container(Path(root), json.loads(Path(config).read_text("utf-8")))
    sys.stdout.write(json.dumps(asdict(_seen(container, query))) + "\n")
    return 0


if __name__ == "__main__":
    os.umask(0o022)
    sys.exit(main(sys.argv[1:]))
