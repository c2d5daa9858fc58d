"""The world of the scheduled job on the loopback: a film site, hosted inference, the Hub; and the job, to be killed."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from tests.commands import ROOT
from tests.e2e.job import STAGES
from tests.publish.worker import environment
from tests.servers.hub import Depot, HubServer, Token
from tests.servers.inference import Access, InferenceServer, Service
from tests.servers.site import FilmSite, film_site

__all__ = ["Moment", "World", "opened_world"]

_REPO = "me/films"
_PLACE = f"hf://datasets/{_REPO}"
_MODEL, _DIM = "intfloat/multilingual-e5-small", 384
_TOKEN = "a-token-of-our-own-server"  # noqa: S105  # the stand-in's
_PATIENCE_S = 240.0

Moment = Callable[["World"], bool]
"""Whether the job is in the middle of what it is to be killed in."""


@dataclass(frozen=True, slots=True)
class World:
    """The servers, and a fork: `copy` of the tree, and `folder` with the catalogue file and what the job makes."""

    site: FilmSite
    inference: InferenceServer
    hub: HubServer
    folder: Path
    copy: Path

    @property
    def catalogue(self) -> Path:
        """The catalogue file."""
        return self.folder / "catalogue.toml"

    @property
    def depot(self) -> Depot:
        """The repository that is published to."""
        found = self.hub.repos[_REPO]
        assert isinstance(found, Depot)
        return found

    @property
    def told(self) -> str:
        """What the last run said."""
        return (self.folder / "out.txt").read_text(encoding="utf-8")

    @property
    def complained(self) -> str:
        """What the last run said of its progress and of faults."""
        return (self.folder / "err.txt").read_text(encoding="utf-8")

    @property
    def stage(self) -> str:
        """The stage that the last run came to, "" before the first."""
        return next((line[6:] for line in reversed(self.told.splitlines()) if line.startswith("stage ")), "")

    def beside(self, folder: Path, copy: Path) -> "World":
        """Return the same servers with another fork."""
        folder.mkdir()
        return World(self.site, self.inference, self.hub, folder, copy)

    def write(self, refresh_days: int = 7) -> None:
        """Write the catalogue file, and judged queries: titles of films that the site has.

        Args:
            refresh_days: pages that are younger are not asked for again.
        """
        titles = [str(expected["title"]) for expected in self.site.truth.values()]
        asked = "".join(f'"{title}","{title}"\n' for title in titles[::4] if '"' not in title)
        (self.folder / "judged.csv").write_text(f"query,title\n{asked}", encoding="utf-8")
        self.catalogue.write_text(
            f'[[sources]]\nkind = "site"\nname = "kino"\nsitemaps = ["{self.site.url}/sitemap.xml"]\ndelay = 0.03\n'
            f"refresh_days = {refresh_days}\n"
            '[collect]\nfolder = "cache/collect"\nallow_private = true\n'
            '[encoder]\nname = "hosted"\nmodel = "e5-small"\ncache = "cache/vectors.duckdb"\nbatch = 8\n'
            # Searches of a catalogue this small take as long as the machine pleases.
            '[gate]\njudgments = "judged.csv"\nlatency = 100\nreason = "a test"\n',
            encoding="utf-8",
        )

    @contextmanager
    def running(self, first: str) -> Iterator["subprocess.Popen[bytes]"]:
        """Run the job from a stage on; at the end of the block all its processes are killed, if it still runs."""
        environ = environment(self.hub.url, self.folder / "home")
        environ |= {"KADR_INFERENCE_URL": self.inference.url, "KADR_INFERENCE_TOKEN": _TOKEN}
        command = [sys.executable, "-m", "tests.e2e.job", str(self.copy), str(self.catalogue), _PLACE, first]
        with (
            (self.folder / "out.txt").open("wb") as out,
            (self.folder / "err.txt").open("wb") as err,
            subprocess.Popen(command, cwd=ROOT, env=environ, stdout=out, stderr=err, start_new_session=True) as job,
        ):
            try:
                yield job
            finally:
                if job.poll() is None:
                    os.killpg(job.pid, signal.SIGKILL)

    def run(self, first: str = STAGES[0]) -> int:
        """Run the job to its end, from a stage on, and return its exit code."""
        with self.running(first) as job:
            return job.wait(_PATIENCE_S)

    def kill_at(self, moment: Moment, first: str = STAGES[0]) -> None:
        """Run the job from a stage on, and kill -9 all of it at a moment."""
        until = time.monotonic() + _PATIENCE_S
        with self.running(first) as job:
            while not moment(self):
                assert job.poll() is None, f"it ended before the moment: {self.complained}"
                assert time.monotonic() < until, f"the moment never came: {self.complained}"
                time.sleep(0.005)
            assert job.poll() is None


@contextmanager
def opened_world(films: int, folder: Path, copy: Path) -> Iterator[World]:
    """Open a site of so many films, an inference service and an empty Hub, and write the fork's catalogue file."""
    service = Service(models=(_MODEL,), dim=_DIM)
    with (
        film_site(films) as site,
        InferenceServer(service, access=Access(token=_TOKEN)) as inference,
        HubServer(tokens={"hf_mine": Token("write")}) as hub,
    ):
        world = World(site, inference, hub, folder, copy)
        folder.mkdir()
        world.write()
        yield world
