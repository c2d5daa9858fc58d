import multiprocessing
import time
from collections.abc import Callable, Mapping
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kadr.bundle import BundleWriter, current, prune, resolve, rollback, switch, verify, versions
from kadr.bundle.disk import locked
from kadr.errors import BundleDamaged, BundleError, BundleForeign, BundleMissing

Publish = Callable[[Path, Mapping[str, bytes]], str]

fork = multiprocessing.get_context("fork")


def test_the_last_switched_version_is_current(root: Path, trail: list[str]) -> None:
    assert current(root) == root / trail[3]
    switch(root, trail[1])
    assert current(root) == root / trail[1]
    assert (root / "current").read_text() == f"{trail[1]}\n"


def test_nothing_published_is_missing_and_says_how_to_build(root: Path) -> None:
    for ask in (current, rollback, versions, prune):
        with pytest.raises(BundleMissing, match=r"bundles: .*make build"):
            ask(root)


@pytest.mark.parametrize(
    "garbage",
    [
        *(b"", b"\n", b"../../etc", b"/etc", b"..", b"\xff\xfe\x00", b"a" * 10**6),
        *(b"0123456789abcdef\n\n", b" 0123456789abcdef", b"0123456789abcdef/..", b"0123456789ABCDEF"),
        "０１２３４５６７８９abcdef".encode(),
    ],
)
def test_a_pointer_that_names_no_version_is_damaged_and_rollback_mends_it(
    root: Path, trail: list[str], garbage: bytes
) -> None:
    (root / "current").write_bytes(garbage)
    with pytest.raises(BundleDamaged, match=r"bundles/current: .*kadr rollback"):
        current(root)
    with pytest.raises(BundleDamaged):
        resolve(root)
    with pytest.raises(BundleDamaged):
        prune(root, keep=0)
    assert [info.is_current for info in versions(root)] == [False] * 4
    assert rollback(root) == trail[3]
    assert current(root) == root / trail[3]


@settings(max_examples=50, deadline=None)
@given(garbage=st.binary(max_size=40) | st.text(max_size=20).map(lambda t: t.encode("utf-8", "surrogatepass")))
def test_no_pointer_leads_out_of_the_root(tmp_path_factory: pytest.TempPathFactory, garbage: bytes) -> None:
    root = tmp_path_factory.mktemp("bundles")
    (root / "current").write_bytes(garbage)
    with pytest.raises(BundleError):
        current(root)


def test_a_pointer_to_a_version_that_is_gone_is_missing(root: Path, trail: list[str]) -> None:
    (root / trail[3]).rename(root / "elsewhere")
    with pytest.raises(BundleMissing, match=f"{trail[3]}.*kadr versions"):
        current(root)
    assert rollback(root) == trail[2]


def test_a_linked_pointer_or_version_is_not_followed(root: Path, trail: list[str], tmp_path: Path) -> None:
    (root / trail[3]).rename(tmp_path / trail[3])
    (root / trail[3]).symlink_to(tmp_path / trail[3])
    with pytest.raises(BundleMissing):
        current(root)
    assert trail[3] not in [info.version for info in versions(root)]
    (tmp_path / "aside").write_text(trail[2])
    (root / "current").unlink()
    (root / "current").symlink_to(tmp_path / "aside")
    with pytest.raises(BundleDamaged):
        current(root)


@pytest.mark.parametrize("version", ["0123456789abcdef", "", ".", "..", "../bundles", "/etc", "current", "a\x00b"])
def test_a_version_that_is_not_there_cannot_become_current(root: Path, trail: list[str], version: str) -> None:
    with pytest.raises(BundleMissing, match="kadr versions"):
        switch(root, version)
    with pytest.raises(BundleMissing, match="kadr versions"):
        rollback(root, to=version)
    assert current(root) == root / trail[3]


def test_a_damaged_version_cannot_become_current(root: Path, trail: list[str]) -> None:
    (root / trail[2] / "a").write_bytes(b"xyz")
    with pytest.raises(BundleDamaged, match=f"{trail[2]}/a"):
        switch(root, trail[2])
    with pytest.raises(BundleDamaged, match=f"{trail[2]}/a"):
        rollback(root)
    assert current(root) == root / trail[3]
    assert rollback(root, to=trail[1]) == trail[1]


def test_a_version_of_a_newer_format_cannot_become_current(root: Path, trail: list[str]) -> None:
    (root / trail[2] / "manifest.json").write_text('{"format": 99}')
    with pytest.raises(BundleForeign, match="update kadr"):
        rollback(root)
    assert current(root) == root / trail[3]


def test_each_rollback_goes_one_further_back_until_there_is_none(root: Path, trail: list[str]) -> None:
    assert [rollback(root) for _ in range(3)] == [trail[2], trail[1], trail[0]]
    with pytest.raises(BundleMissing, match="no version was published before"):
        rollback(root)
    assert current(root) == root / trail[0]


def test_a_rollback_to_a_name_goes_on_from_there(root: Path, trail: list[str]) -> None:
    assert rollback(root, to=trail[1]) == trail[1]
    assert rollback(root) == trail[0]
    switch(root, trail[3])
    assert rollback(root) == trail[0]


def test_a_rollback_skips_versions_that_were_removed(root: Path, trail: list[str]) -> None:
    (root / trail[2]).rename(root / "elsewhere")
    assert rollback(root) == trail[1]


def test_switching_to_the_current_version_changes_no_history(root: Path, trail: list[str]) -> None:
    switch(root, trail[3])
    assert rollback(root) == trail[2]


def test_an_interruption_between_pointer_and_history_loses_no_version(root: Path, trail: list[str]) -> None:
    (root / "history").write_text(f"{trail[0]}\n{trail[1]}\n")  # the switch to trail[3] was not noted
    switch(root, trail[2])
    assert [rollback(root) for _ in range(3)] == [trail[3], trail[1], trail[0]]


@pytest.mark.parametrize("garbage", [b"\xff", b"../../etc\n..\n/\n", b"x" * 10**6, None])
def test_a_damaged_history_is_as_good_as_none(root: Path, trail: list[str], garbage: bytes | None) -> None:
    (root / "history").unlink()
    if garbage is not None:
        (root / "history").write_bytes(garbage)
    with pytest.raises(BundleMissing, match="no version was published before"):
        rollback(root)
    assert rollback(root, to=trail[0]) == trail[0]
    assert rollback(root) == trail[3]


@settings(max_examples=25, deadline=None)
@given(steps=st.lists(st.sampled_from([0, 1, 2, -1]), max_size=12))
def test_switches_and_rollbacks_are_a_stack(
    tmp_path_factory: pytest.TempPathFactory, publish: Publish, steps: list[int]
) -> None:
    root = tmp_path_factory.mktemp("bundles")
    names = [publish(root, {"a": bytes(size)}) for size in range(3)]
    stack: list[str] = []
    for step in steps:
        if step < 0 and len(stack) > 1:
            stack.pop()
            assert rollback(root) == stack[-1]
        elif step >= 0:
            if stack[-1:] != [names[step]]:
                stack.append(names[step])
            switch(root, names[step])
        if stack:
            assert current(root).name == stack[-1]


def test_the_history_stays_short(root: Path, trail: list[str]) -> None:
    for _ in range(30):
        switch(root, trail[0])
        switch(root, trail[1])
    assert (root / "history").read_text().split() == [trail[0], trail[1]] * 25


def test_versions_are_listed_newest_first(root: Path, trail: list[str]) -> None:
    (root / trail[1] / "provenance.json").write_text('{"created": "2026-11-05T00:00:00-02:00"}')
    (root / "notes").mkdir()
    found = versions(root)
    assert [info.version for info in found] == [trail[1], trail[3], trail[2], trail[0]]
    assert found[0].created == "2026-11-05T02:00:00.000000+00:00"
    assert [info.is_current for info in found] == [False, True, False, False]
    assert [info.size_bytes for info in found] == [2, 4, 3, 1]
    assert {info.films for info in found} == {3}
    assert {info.flaw for info in found} == {""}


@pytest.mark.parametrize(
    "told", [None, b"", b"[]", b"{}", b'{"created": 5}', b'{"created": "soon"}', b"\xff", b"[" * 10**5, b" " * 10**7]
)
def test_a_version_of_unknown_age_is_listed_last(root: Path, trail: list[str], told: bytes | None) -> None:
    path = root / trail[3] / "provenance.json"
    path.unlink()
    if told is not None:
        path.write_bytes(told)
    last = versions(root)[-1]
    assert (last.version, last.created, last.flaw) == (trail[3], "", "")


def test_a_version_with_a_damaged_manifest_is_listed_with_its_flaw(root: Path, trail: list[str]) -> None:
    (root / trail[0] / "manifest.json").write_text("{")
    last = versions(root)[-1]
    assert (last.version, last.films, last.size_bytes) == (trail[0], 0, 0)
    assert f"{trail[0]}/manifest.json" in last.flaw


def test_a_path_means_a_bundle_or_the_current_one_of_a_root(root: Path, trail: list[str], tmp_path: Path) -> None:
    assert resolve(root) == root / trail[3]
    assert resolve(root / trail[0]) == root / trail[0]
    elsewhere = (root / trail[0]).rename(tmp_path / "downloaded")
    assert resolve(elsewhere) == elsewhere
    (root / trail[1] / "manifest.json").unlink()
    with pytest.raises(BundleDamaged, match=r"manifest\.json: is missing"):
        verify(resolve(root / trail[1]))
    for nothing in (tmp_path, tmp_path / "nowhere", root / trail[2] / "a"):
        with pytest.raises(BundleMissing, match="make build"):
            resolve(nothing)


def switch_for_ever(root: Path, names: list[str]) -> None:
    while True:
        for name in names:
            switch(root, name)


def test_a_reader_never_meets_a_half_written_pointer_even_when_the_writer_is_killed(
    root: Path, trail: list[str]
) -> None:
    child = fork.Process(target=switch_for_ever, args=(root, trail))
    child.start()
    seen, until = set(), time.monotonic() + 1
    while time.monotonic() < until:
        seen.add(current(root).name)
    child.kill()
    child.join()
    assert len(seen) > 1
    verify(current(root))
    assert rollback(root) in trail
    with BundleWriter(root):
        pass
    assert {path.name for path in root.iterdir()} == {*trail, "current", "history"}


def test_a_change_waits_for_the_one_before_it(root: Path, trail: list[str]) -> None:
    child = fork.Process(target=switch, args=(root, trail[0]))
    with locked(root):
        child.start()
        child.join(timeout=0.3)
        assert child.is_alive()
        assert current(root).name == trail[3]
    child.join(timeout=30)
    assert child.exitcode == 0
    assert current(root).name == trail[0]
