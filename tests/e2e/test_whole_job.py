"""The scheduled job, from a clean copy of the tree to questions asked of what it published, killed on its way."""

import json
import os
import shutil
from pathlib import Path

import pytest

from kadr.bundle import is_version
from tests.commands import ROOT
from tests.e2e.job import STAGES, clean_copy
from tests.e2e.stand_ins import Moment, World, opened_world
from tests.servers.faults import Fault
from tests.servers.hub import at

SOAK = os.environ.get("HYPOTHESIS_PROFILE") == "soak"
FILMS = 200 if SOAK else 40
HERE = (ROOT / ".git").exists() and all(map(shutil.which, ("git", "make")))
LOST = FILMS // 10
"""Films that a site loses: twice what the gate lets pass."""
SECRETS = ("hf_mine", "a-token-of-our-own-server")
pytestmark = pytest.mark.skipif(not HERE, reason="git lists what a clone has, and make runs the stages")


def test_killed_in_each_stage_it_publishes_what_an_undisturbed_run_publishes(tmp_path: Path) -> None:
    copy = clean_copy(tmp_path / "copy")
    with opened_world(FILMS, tmp_path / "killed", copy) as world:
        _kill_in_each_stage(world)
        assert world.run("publish" if SOAK else "smoke") == 0, world.complained
        version = _answered(world)
        commits = [each.message for each in world.depot.commits]
        assert commits == ["initial commit", f"Bundle {version}"]
        assert world.depot.tags == {"checked": world.depot.head.sha}
        assert world.depot.head.files["current"].decode().strip() == version

        # Another clone, with the pages that the first one fetched, which carry the moment of their fetching.
        calm = world.beside(tmp_path / "calm", copy)
        calm.write()
        shutil.copytree(world.folder / "cache" / "collect", calm.folder / "cache" / "collect")
        sent = len(calm.inference.requests)
        assert calm.run() == 0, calm.complained
        assert len(calm.inference.requests) > sent  # it had no vectors of the first one
        assert _answered(calm) == version
        assert [each.message for each in world.depot.commits] == commits  # nothing changed, so nothing was committed


@pytest.mark.skipif(not SOAK, reason="three whole runs more; `make soak` has it")
def test_what_is_new_is_published_and_what_lost_films_is_not(tmp_path: Path) -> None:
    with opened_world(FILMS, tmp_path / "fork", clean_copy(tmp_path / "copy")) as world:
        world.write(refresh_days=0)
        assert world.run() == 0, world.complained
        first = _answered(world)
        world.site.stock.add(2)
        assert world.run() == 0, world.complained
        second = _answered(world)
        assert json.loads(world.depot.head.files[f"versions/{second}/manifest.json"])["counts"]["films"] == FILMS + 2
        assert [each.message for each in world.depot.commits[1:]] == [f"Bundle {first}", f"Bundle {second}"]
        for number in range(1, LOST + 1):
            world.site.stock.remove(world.site.stock.film(number).path)
        assert world.run() != 0
        assert world.stage == "gate"
        assert f"is refused against {second}" in world.told
        assert len(world.depot.commits) == 3
        assert world.depot.tags == {"checked": world.depot.head.sha}


def _kill_in_each_stage(world: World) -> None:
    """Kill the job in each stage, and begin each time where it was: in a soak, from the beginning."""
    world.kill_at(lambda here: here.stage == "collect" and len(here.site.requests) > FILMS // 2)
    assert not (world.folder / "bundles").exists()
    world.inference.misbehave(lambda number, _texts: Fault.latency(100) if number > 20 else None)
    world.kill_at(lambda here: len(here.inference.requests) > 20)
    world.inference.misbehave(())
    world.kill_at(lambda here: here.stage == "embed" and "\nthemes: " in here.complained, _from("embed"))
    assert not (world.folder / "bundles" / "current").exists()
    world.kill_at(_asks_the_hub_in("gate"), _from("embed"))
    world.hub.misbehave(at("/commit/main", Fault.never_answer()))
    world.kill_at(_sent_the_commit, _from("gate"))
    world.hub.misbehave(())
    world.kill_at(_asks_the_hub_in("smoke"), _from("publish"))


def _from(stage: str) -> str:
    return STAGES[0] if SOAK else stage


def _asks_the_hub_in(stage: str) -> Moment:
    """Return the moment of the first request to the Hub in a stage."""
    before: list[int] = []

    def moment(world: World) -> bool:
        if world.stage != stage:
            return False
        before.append(len(world.hub.requests))
        return before[-1] > before[0]

    return moment


def _sent_the_commit(world: World) -> bool:
    """Tell whether the Hub has done what it will not say: the answer to the commit never comes."""
    return "me/films" in world.hub.repos and len(world.depot.commits) == 2


def _answered(world: World) -> str:
    """Return the version that was fetched from the place and answered its questions, put by the code of the copy."""
    told = world.told.splitlines()
    assert told[0] == f"code {world.copy / 'kadr' / '__init__.py'}"
    assert [line for line in told if line.startswith("stage ")][-1] == "stage smoke"
    assert not [secret for secret in SECRETS if secret in world.told + world.complained]
    version, passed = told[-1].removeprefix("bundle ").split(" ", 1)
    assert passed.startswith("passes")
    assert is_version(version)
    return version
