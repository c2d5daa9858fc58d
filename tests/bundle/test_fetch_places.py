"""What every kind of published place does for who fetches from it."""

import re
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Protocol

import pytest

from kadr.bundle import Draft, FileEntry, Manifest, verify
from kadr.bundle.fetch_files import YARD, download
from kadr.bundle.manifest import FORMAT_VERSION
from kadr.errors import BundleDamaged, BundleError, BundleForeign, BundleMissing
from tests.bundle.places import KINDS, Published

Publish = Callable[[Path, Mapping[str, bytes]], str]


@pytest.fixture(params=KINDS)
def there(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Published]:
    place = KINDS[request.param](tmp_path / "there")
    yield place
    place.close()


class Shipped(Protocol):
    def __call__(self, files: Mapping[str, bytes] | None = None) -> str: ...


@pytest.fixture
def ship(there: Published, publish: Publish, content: Mapping[str, bytes], tmp_path: Path) -> Shipped:
    """Return a function that publishes a bundle of these files, and returns its version."""

    def run(files: Mapping[str, bytes] | None = None) -> str:
        version = publish(tmp_path / "made", content if files is None else files)
        folder = tmp_path / "made" / version
        for path in sorted(path for path in folder.rglob("*") if path.is_file()):
            there.put(f"versions/{version}/{path.relative_to(folder).as_posix()}", path.read_bytes())
        there.put("current", f"{version}\n".encode())
        return version

    return run


def _fetched(there: Published, root: Path) -> Path:
    return download(there.place, there.place.head(), root)


def test_a_version_arrives_as_it_was_published(there: Published, ship: Shipped, root: Path, tmp_path: Path) -> None:
    version = ship()
    folder = _fetched(there, root)
    assert folder == root / version
    assert verify(folder).version == version
    names = {path.relative_to(folder) for path in folder.rglob("*")}
    made = tmp_path / "made" / version
    assert names == {path.relative_to(made) for path in made.rglob("*")}
    assert not list((root / YARD).iterdir())
    asked = len(there.paths)
    assert _fetched(there, root) == folder
    assert len(there.paths) <= asked + 1  # the pointer alone


def test_a_pointer_that_did_not_move_is_known_again(there: Published, ship: Shipped) -> None:
    first = ship()
    head = there.place.head()
    assert head.version == first
    assert there.place.head(head) is head
    second = ship({"a": b"other"})
    moved = there.place.head(head)
    assert moved.version == second != first


def test_nothing_published_is_said(there: Published, root: Path) -> None:
    with pytest.raises(BundleMissing, match=r"has no current; look at KADR_BUNDLE"):
        _fetched(there, root)


@pytest.mark.parametrize("said", [b"", b"latest\n", b"<html>" * 5_000, b"\xff\xfe", b"0123456789abcdef\n\n"])
def test_a_pointer_that_names_no_version_is_refused(there: Published, said: bytes) -> None:
    there.put("current", said)
    with pytest.raises(BundleDamaged, match="current does not hold the name of a version"):
        there.place.head()


def test_a_version_that_is_not_there_is_said(there: Published, root: Path) -> None:
    there.put("current", b"0123456789abcdef\n")
    with pytest.raises(BundleMissing, match=r"has no versions/0123456789abcdef/manifest\.json"):
        _fetched(there, root)
    assert not (root / "0123456789abcdef").exists()


@pytest.mark.parametrize("change", [lambda b: b[:-1] + b"!", lambda b: b + b"!", lambda b: b[:-1]])
def test_what_is_not_what_the_manifest_says_is_refused(
    there: Published, ship: Shipped, content: Mapping[str, bytes], root: Path, change: Callable[[bytes], bytes]
) -> None:
    version = ship()
    there.put(f"versions/{version}/lexical/postings.npy", change(content["lexical/postings.npy"]))
    with pytest.raises(BundleDamaged, match=r"lexical/postings\.npy: is not what manifest\.json says"):
        _fetched(there, root)
    assert {path.name for path in root.iterdir()} == {YARD}
    there.put(f"versions/{version}/lexical/postings.npy", content["lexical/postings.npy"])
    assert verify(_fetched(there, root)).version == version


def test_a_bundle_of_another_format_costs_its_manifest_alone(there: Published, ship: Shipped, root: Path) -> None:
    version = ship()
    head = there.place.head()
    whole = (download(there.place, head, root) / "manifest.json").read_text()
    odd = re.sub(r'"format": \d+', f'"format": {FORMAT_VERSION + 1}', whole)
    there.put(f"versions/{version}/manifest.json", odd.encode())
    asked = len(there.paths)
    with pytest.raises(BundleForeign, match="update kadr"):
        download(there.place, there.place.head(), root.with_name("other"))
    files = [path for path in there.paths[asked:] if path.startswith("versions/")]
    assert files in ([], [f"versions/{version}/manifest.json"])


def test_a_manifest_of_another_version_is_refused(there: Published, ship: Shipped, root: Path) -> None:
    version = ship()
    there.put("current", b"0123456789abcdef\n")
    manifest = (download(there.place, there.place.head().__class__(version), root) / "manifest.json").read_bytes()
    there.put("versions/0123456789abcdef/manifest.json", manifest)
    with pytest.raises(BundleDamaged, match="in a folder of another's name"):
        _fetched(there, root)


def test_what_the_disk_cannot_hold_is_not_begun(there: Published, draft: Draft, root: Path) -> None:
    manifest = Manifest.seal(draft, {"films.usearch": FileEntry(2**60, "0" * 64)})
    there.put(f"versions/{manifest.version}/manifest.json", manifest.to_json().encode())
    there.put(f"versions/{manifest.version}/films.usearch", b"x")
    there.put("current", f"{manifest.version}\n".encode())
    with pytest.raises(BundleError, match=r"MB free, version .* needs .*; make room, or name another folder"):
        _fetched(there, root)


@pytest.mark.parametrize("half", [b"\x93NUM", b"\x93NUMPY" + bytes(40), b"wrong", bytes(100)])
def test_a_half_file_goes_on_or_is_begun_anew(there: Published, ship: Shipped, root: Path, half: bytes) -> None:
    version = ship()
    begun = root / YARD / version / "lexical" / "postings.npy"
    begun.parent.mkdir(parents=True)
    begun.write_bytes(half)
    assert verify(_fetched(there, root)).version == version


def test_a_damaged_copy_is_fetched_anew(there: Published, ship: Shipped, root: Path) -> None:
    version = ship()
    (_fetched(there, root) / "films.usearch").write_bytes(b"?")
    assert verify(_fetched(there, root)).version == version


def test_what_was_begun_of_another_version_goes(there: Published, ship: Shipped, root: Path) -> None:
    ship()
    left = root / YARD / "0123456789abcdef" / "films.usearch"
    left.parent.mkdir(parents=True)
    left.write_bytes(b"half")
    _fetched(there, root)
    assert not list((root / YARD).iterdir())


def test_a_bundle_without_provenance_is_whole(there: Published, draft: Draft, root: Path) -> None:
    manifest = Manifest.seal(draft, {})
    there.put(f"versions/{manifest.version}/manifest.json", manifest.to_json().encode())
    there.put("current", manifest.version.encode())  # without a line's end, as an editor may leave it
    assert verify(_fetched(there, root)) == manifest
