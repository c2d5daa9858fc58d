"""Holding a version fast."""

from pathlib import Path

import pytest
from click.testing import CliRunner

from kadr.bundle import current, pin, pinned, prune, serving, switch, unpin
from kadr.bundle.pointer import drop, standing
from kadr.cli.returning import rollback
from kadr.errors import BundleDamaged, BundleMissing


def test_what_is_pinned_serves_and_what_is_current_is_another_thing(root: Path, trail: list[str]) -> None:
    assert (serving(root), pinned(root)) == (current(root), "")
    pin(root, trail[0])
    assert (serving(root), pinned(root)) == (root / trail[0], trail[0])
    assert current(root).name == trail[3]
    switch(root, trail[2])
    assert serving(root) == root / trail[0]
    assert unpin(root)
    assert serving(root) == root / trail[2]
    assert not unpin(root)


def test_who_goes_back_is_told_that_another_is_pinned(root: Path, trail: list[str]) -> None:
    def back() -> str:
        ended = CliRunner().invoke(rollback, ["--bundle", str(root)])
        assert ended.exit_code == 0, ended.output
        return ended.output

    assert "pinned" not in back()
    pin(root, trail[3])
    assert f"but {trail[3]} is pinned here, and serves until `kadr unpin`" in back()
    (root / "pinned").write_text("latest\n", encoding="utf-8")
    assert f"bundle {trail[0]} is current" in back()
    unpin(root)


def test_a_bundle_alone_serves_itself(root: Path, trail: list[str]) -> None:
    pin(root, trail[0])
    assert serving(root / trail[1]) == root / trail[1]


@pytest.mark.parametrize("version", ["0123456789abcdef", "latest", "../other"])
def test_what_is_not_there_cannot_be_pinned(root: Path, trail: list[str], version: str) -> None:
    pin(root, trail[0])
    with pytest.raises(BundleMissing, match="has no version"):
        pin(root, version)
    assert pinned(root) == trail[0]


def test_what_is_damaged_cannot_be_pinned(root: Path, trail: list[str]) -> None:
    (root / trail[0] / "a").write_bytes(b"?")
    with pytest.raises(BundleDamaged):
        pin(root, trail[0])
    assert pinned(root) == ""


def test_a_pin_outlives_what_it_names(root: Path, trail: list[str]) -> None:
    (root / "pinned").write_text("0123456789abcdef\n", encoding="utf-8")
    with pytest.raises(BundleMissing, match="has no version '0123456789abcdef'"):
        serving(root)
    assert trail[3] in standing(root)


def test_the_pinned_version_is_never_pruned(root: Path, trail: list[str]) -> None:
    pin(root, trail[0])
    assert prune(root, keep=0) == [trail[1]]
    assert standing(root) == [trail[3], trail[2], trail[0]]
    unpin(root)
    assert prune(root, keep=0) == [trail[0]]


def test_copies_go_however_young_they_are(root: Path, trail: list[str]) -> None:
    switch(root, trail[1])  # the newest of all is not needed any more
    assert set(drop(root)) == {trail[0], trail[2]}
    assert standing(root) == [trail[1], trail[3]]


def test_there_must_be_a_folder(root: Path) -> None:
    for act in (lambda: pin(root, "0123456789abcdef"), lambda: unpin(root), lambda: drop(root)):
        with pytest.raises(BundleMissing, match="there is no such folder"):
            act()
