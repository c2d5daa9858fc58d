import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kadr.bundle import FORMAT_VERSION, read_manifest, verify
from kadr.errors import BundleDamaged, BundleError, BundleForeign, BundleMissing

Publish = Callable[[Path, Mapping[str, bytes]], str]
CHECKED = [
    "encoder/words/table.bin",
    "films.duckdb",
    "films.usearch",
    "lexical/postings.npy",
    "manifest.json",
]
WITH_EMPTY = [*CHECKED, "titles/empty.bin"]


@pytest.fixture(scope="module")
def master(tmp_path_factory: pytest.TempPathFactory, publish: Publish, content: Mapping[str, bytes]) -> Path:
    root = tmp_path_factory.mktemp("bundles")
    return root / publish(root, content)


@pytest.fixture
def bundle(master: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(master, tmp_path / master.name))


def refused(folder: Path, file: str) -> str:
    with pytest.raises(BundleDamaged) as caught:
        verify(folder)
    message = str(caught.value)
    assert file in message
    assert "kadr rollback" in message
    assert "\n" not in message
    return message


def test_a_whole_bundle_is_accepted(bundle: Path, content: Mapping[str, bytes]) -> None:
    manifest = verify(bundle)
    assert manifest.version == bundle.name
    assert {path: entry.size for path, entry in manifest.files.items()} == {p: len(d) for p, d in content.items()}


@settings(max_examples=200, deadline=None)
@given(file=st.sampled_from(CHECKED), where=st.integers(0, 10**6), bit=st.integers(0, 7))
def test_one_flipped_bit_is_refused_and_its_file_named(master: Path, file: str, where: int, bit: int) -> None:
    path = master / file
    good = path.read_bytes()
    bad = bytearray(good)
    bad[where % len(bad)] ^= 1 << bit
    path.write_bytes(bad)
    try:
        with pytest.raises(BundleError, match=file):  # a format that now reads another number is foreign, not damaged
            verify(master)
    finally:
        path.write_bytes(good)
    verify(master)


@pytest.mark.parametrize("file", WITH_EMPTY)
def test_a_missing_file_is_named(bundle: Path, file: str) -> None:
    (bundle / file).unlink()
    assert "missing" in refused(bundle, file)


@pytest.mark.parametrize("file", CHECKED)
def test_a_truncated_file_is_named(bundle: Path, file: str) -> None:
    data = (bundle / file).read_bytes()
    (bundle / file).write_bytes(data[:-1])
    refused(bundle, file)


@pytest.mark.parametrize("more", [b"\n", b" ", b"\x00"])
@pytest.mark.parametrize("file", WITH_EMPTY)
def test_a_file_that_grew_is_named(bundle: Path, file: str, more: bytes) -> None:
    with (bundle / file).open("ab") as opened:
        opened.write(more)
    refused(bundle, file)


def test_sizes_are_checked_before_any_file_is_hashed(bundle: Path) -> None:
    (bundle / "encoder/words/table.bin").write_bytes(b"y")
    with (bundle / "lexical/postings.npy").open("ab") as opened:
        opened.write(b"more")
    assert "has 50 bytes, manifest.json says 46" in refused(bundle, "lexical/postings.npy")


@pytest.mark.parametrize("name", ["films.duckdb.wal", "lexical/extra.npy", "a\nb", "\u202efdp", ".hidden", "new/"])
def test_a_foreign_file_is_named(bundle: Path, name: str) -> None:
    if name == "new/":
        (bundle / name).mkdir()
        (bundle / name / "file").touch()
    else:
        (bundle / name).touch()
    refused(bundle, repr(name.removesuffix("/")))


def test_a_foreign_empty_folder_is_named(bundle: Path) -> None:
    (bundle / "lexical" / "old").mkdir()
    refused(bundle, "'lexical/old'")


@pytest.mark.parametrize("file", [*WITH_EMPTY, "provenance.json"])
def test_a_folder_in_place_of_a_file_is_refused(bundle: Path, file: str) -> None:
    (bundle / file).unlink()
    (bundle / file).mkdir()
    refused(bundle, file)


@pytest.mark.parametrize("file", [*WITH_EMPTY, "provenance.json"])
def test_a_link_is_refused_even_to_the_same_bytes(bundle: Path, file: str, tmp_path: Path) -> None:
    (bundle / file).rename(tmp_path / "aside")
    (bundle / file).symlink_to(tmp_path / "aside")
    refused(bundle, file)


def test_a_linked_folder_is_refused_even_with_the_same_content(bundle: Path, tmp_path: Path) -> None:
    (bundle / "lexical").rename(tmp_path / "aside")
    (bundle / "lexical").symlink_to(tmp_path / "aside")
    refused(bundle, "lexical")


@pytest.mark.parametrize("file", ["films.usearch", "manifest.json", "provenance.json", "pipe"])
def test_a_pipe_is_refused_and_never_waited_for(bundle: Path, file: str) -> None:
    (bundle / file).unlink(missing_ok=True)
    os.mkfifo(bundle / file)
    refused(bundle, file)


def test_provenance_may_say_anything_or_be_gone(bundle: Path) -> None:
    (bundle / "provenance.json").write_bytes(b"\xff")
    verify(bundle)
    (bundle / "provenance.json").unlink()
    verify(bundle)


def test_a_manifest_that_was_rewritten_for_other_content_has_another_version(bundle: Path) -> None:
    manifest = read_manifest(bundle)
    lie = replace(manifest, quality={"mrr": 0.99})
    (bundle / "manifest.json").write_text(lie.to_json(), encoding="utf-8")
    assert "does not have the version" in refused(bundle, "manifest.json")


def test_a_bundle_under_another_versions_name_is_refused(bundle: Path) -> None:
    other = bundle.rename(bundle.with_name("0123456789abcdef"))
    assert bundle.name in refused(other, "manifest.json")


def test_a_bundle_may_lie_in_a_folder_of_any_other_name(bundle: Path) -> None:
    assert verify(bundle.rename(bundle.with_name("downloaded"))).version == bundle.name


def test_a_manifest_too_large_to_read_is_refused(bundle: Path) -> None:
    with (bundle / "manifest.json").open("ab") as opened:
        opened.truncate(1 << 30)
    refused(bundle, "manifest.json")


def test_a_newer_format_is_foreign(bundle: Path) -> None:
    (bundle / "manifest.json").write_text('{"format": 99}')
    with pytest.raises(
        BundleForeign, match=f"{bundle.name}/manifest.json: is of format 99, .*format {FORMAT_VERSION}; update kadr"
    ):
        verify(bundle)


def test_no_folder_is_a_missing_bundle(tmp_path: Path) -> None:
    with pytest.raises(BundleMissing, match="make build"):
        verify(tmp_path / "nowhere")


def test_the_package_needs_the_standard_library_only() -> None:
    program = (
        "import sys, kadr.bundle; print(*sorted({m.split('.')[0] for m in sys.modules} - sys.stdlib_module_names))"
    )
    done = subprocess.run([sys.executable, "-S", "-c", program], capture_output=True, text=True, check=True)
    assert set(done.stdout.split()) <= {"__main__", "kadr"}
