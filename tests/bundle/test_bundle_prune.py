from pathlib import Path

import pytest

from kadr.bundle import BundleWriter, Draft, current, prune, rollback, switch, versions
from kadr.errors import ConfigError


def test_pruning_keeps_the_newest_the_current_and_the_one_before(root: Path, trail: list[str]) -> None:
    assert prune(root) == [trail[0]]
    assert [info.version for info in versions(root)] == [trail[3], trail[2], trail[1]]
    assert prune(root, keep=0) == [trail[1]]
    assert current(root).name == trail[3]
    assert rollback(root) == trail[2]
    assert {path.name for path in root.iterdir()} == {trail[2], trail[3], "current", "history"}


def test_pruning_keeps_an_old_version_that_is_current_and_all_that_are_newer(root: Path, trail: list[str]) -> None:
    rollback(root, to=trail[2])
    assert prune(root, keep=0) == [trail[0]]
    assert [info.version for info in versions(root)] == [trail[3], trail[2], trail[1]]
    assert rollback(root) == trail[1]


def commit_at(root: Path, draft: Draft, data: bytes, created: str) -> str:
    with BundleWriter(root) as writer:
        (writer.folder / "a").write_bytes(data)
        return writer.commit(draft, {"created": created})


@pytest.mark.parametrize("hour", ["04", "08"], ids=["before", "after"])
def test_pruning_keeps_what_another_builder_committed_and_has_not_switched_to(
    root: Path, draft: Draft, trail: list[str], hour: str
) -> None:
    theirs = commit_at(root, draft, b"theirs", f"2026-11-05T{hour}:00:00+00:00")
    ours = commit_at(root, draft, b"ours", "2026-11-05T06:00:00+00:00")
    switch(root, ours)
    assert theirs not in prune(root, keep=0)
    assert set(trail) & {info.version for info in versions(root)} == {trail[3]}
    switch(root, theirs)
    assert rollback(root) == ours


def test_pruning_removes_what_was_never_switched_to_a_day_later(root: Path, draft: Draft, trail: list[str]) -> None:
    given_up = commit_at(root, draft, b"given up", "2026-11-03T02:59:59+00:00")  # the current one is of the 4th, 03:00
    assert prune(root, keep=0) == [given_up, trail[1], trail[0]]


def test_pruning_goes_by_what_is_told_of_age(root: Path, trail: list[str]) -> None:
    (root / trail[1] / "provenance.json").unlink()
    assert prune(root, keep=3) == [trail[1]]  # of unknown age: the first to go
    (root / trail[3] / "provenance.json").unlink()
    assert prune(root, keep=0) == []  # nothing is known to be older than the current one


def test_pruning_refuses_a_negative_number(root: Path, trail: list[str]) -> None:
    with pytest.raises(ConfigError, match="keep"):
        prune(root, keep=-1)
    assert len(versions(root)) == len(trail)
