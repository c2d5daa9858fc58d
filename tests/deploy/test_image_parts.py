"""The parts of the image's making: what is cut, blanked, compiled, listed and held against bounds."""

import gzip
import importlib.machinery
import json
import struct
import sys
from dataclasses import replace
from importlib.metadata import distribution
from pathlib import Path

import pytest
import Stemmer
from hypothesis import given
from hypothesis import strategies as st

from tests.commands import shell
from tools.image.check import Size, broken, table
from tools.image.elf import blanked
from tools.image.running import Seen
from tools.image.sbom import components, debian
from tools.image.trim import cut_of, main

SEEN = Seen(
    first_s=1.0,
    cpu_s=0.9,
    found=10,
    films=5_000,
    resident_mb=100.0,
    healthy=True,
    refused=True,
    uid=1000,
    page="FINISHED_SUCCESSFULLY",
)
SIZE = Size(base=45_000_000, ours=60_000_000, wheels=65_000_000)
linux = pytest.mark.skipif(sys.platform != "linux", reason="libraries are ELF on Linux alone")


@linux
def test_a_blanked_library_works_and_takes_less(tmp_path: Path) -> None:
    whole = Path(Stemmer.__file__).read_bytes()
    left = blanked(whole)
    assert len(left) == len(whole)
    assert len(gzip.compress(left, 6)) < len(gzip.compress(whole, 6)) / 2
    (tmp_path / Path(Stemmer.__file__).name).write_bytes(left)
    ask = "import sys; sys.path.insert(0, sys.argv[1]); import Stemmer; print(Stemmer.__file__);"
    ended = shell("-c", ask + "print(Stemmer.Stemmer('russian').stemWord('фильмами'))", tmp_path)
    assert ended.stdout.split() == [str(tmp_path / Path(Stemmer.__file__).name), "фильм"]


@linux
def test_what_is_loaded_stays_as_it_was() -> None:
    whole = Path(Stemmer.__file__).read_bytes()
    left = blanked(whole)
    offset, size, count = struct.unpack_from("<Q", whole, 32)[0], *struct.unpack_from("<HH", whole, 54)
    for start, length in (struct.unpack_from("<8xQ16xQ", whole, offset + size * n) for n in range(count)):
        assert left[start : start + length] == whole[start : start + length]
    assert left != whole


@given(st.binary(max_size=200), st.booleans())
def test_what_is_no_library_stays_as_it_is(content: bytes, is_marked: bool) -> None:
    content = b"\x7fELF\x02\x01" + content if is_marked else content
    assert len(blanked(content)) == len(content)
    if not is_marked:
        assert blanked(content) == content


@pytest.mark.parametrize(
    ("path", "is_cut"),
    [
        ("numpy/tests/test_linalg.py", True),
        ("numpy/testing/__init__.py", False),
        ("numpy/core.pyi", True),
        ("numpy/f2py/__main__.py", True),
        ("films-1.0.dist-info/licenses/tests/LICENSE.c", False),
        ("films/testsuite.py", False),
        ("films/tests.py", False),
    ],
)
def test_only_what_no_service_reads_is_cut(path: str, is_cut: bool) -> None:
    assert bool(cut_of(path)) == is_cut


def test_trimming_removes_and_accounts(tmp_path: Path) -> None:
    site, wheels, out = tmp_path / "site", tmp_path / "wheels", tmp_path / "out"
    for path, text in {
        "films/__init__.py": "x = 1\n",
        "films/tests/test_it.py": "assert True\n",
        "films-1.0.dist-info/METADATA": "Metadata-Version: 2.1\nName: Films\nVersion: 1.0\n",
        "films-1.0.dist-info/RECORD": "films/__init__.py,,\nfilms/tests/test_it.py,,\nfilms-1.0.dist-info/METADATA,,\n",
    }.items():
        (site / path).parent.mkdir(parents=True, exist_ok=True)
        (site / path).write_text(text)
    wheels.mkdir()
    (wheels / "films-1.0-py3-none-any.whl").write_bytes(b"x" * 500)
    assert main(["--site", str(site), "--wheels", str(wheels), "--out", str(out)]) == 0
    told = json.loads((out / "contents.json").read_text())["films"]
    assert (told["wheel"], told["cut"]) == (500, {"tests": 12})
    assert told["compressed"] > 0
    assert (site / "films/__init__.py").is_file()
    assert not (site / "films/tests").exists()


def test_compiled_code_is_believed_unseen(tmp_path: Path) -> None:
    source, out = tmp_path / "code" / "reel.py", tmp_path / "out"
    source.parent.mkdir()
    source.write_text("print('first')\n")
    site = tmp_path / "site"
    site.mkdir()
    made = shell(
        "-m", "tools.image.compiled", "--site", site, "--code", source.parent, "--out", out, "json", env={"PATH": ""}
    )
    assert made.returncode == 0, made.stderr
    source.write_text("print('second, which nobody reads')\n")
    run = "import sys; sys.path.insert(0, sys.argv[1]); import reel"
    ended = shell("-c", run, source.parent, env={"PYTHONPYCACHEPREFIX": str(out), "PYTHONDONTWRITEBYTECODE": "1"})
    assert ended.stdout == "first\n"
    assert any(out.rglob(f"json/decoder*{importlib.machinery.BYTECODE_SUFFIXES[0]}"))


def test_the_list_of_components_names_packages_and_their_licences() -> None:
    site = Path(str(distribution("click").locate_file("")))
    status = (
        "Package: libc6\nStatus: install ok installed\nArchitecture: amd64\nVersion: 2:2.36+1\nDescription: C\n more\n"
        "\nPackage: gone\nStatus: deinstall ok config-files\nArchitecture: amd64\nVersion: 1\n"
    )
    told = components(site, status)
    by_name = {each["name"]: each for each in told["components"]}
    version = distribution("click").version
    assert by_name["click"]["purl"] == f"pkg:pypi/click@{version}"
    assert by_name["click"]["licenses"] == [{"license": {"name": "BSD-3-Clause"}}]
    assert debian(status)[0]["purl"] == "pkg:deb/debian/libc6@2%3A2.36%2B1?arch=amd64"
    assert [each["name"] for each in debian(status)] == ["libc6"]
    assert told["bomFormat"] == "CycloneDX"


def test_an_image_within_its_bounds_is_well() -> None:
    assert broken("api", SIZE, SEEN) == []
    assert broken("app", SIZE, SEEN) == []


@pytest.mark.parametrize(
    ("seen", "said"),
    [
        (replace(SEEN, first_s=3.1), "first answer"),
        (replace(SEEN, resident_mb=201.0), "resident"),
        (replace(SEEN, healthy=False), "health check"),
        (replace(SEEN, found=0), "finds nothing"),
        (replace(SEEN, refused=False), "write"),
        (replace(SEEN, uid=0), "user 1000"),
    ],
)
def test_each_broken_bound_is_named(seen: Seen, said: str) -> None:
    flaws = broken("api", SIZE, seen)
    assert len(flaws) == 1
    assert said in flaws[0]


def test_sizes_are_bounded_and_a_page_must_end_well() -> None:
    assert "115" in broken("api", replace(SIZE, ours=70_100_000, wheels=70_000_000), SEEN)[0]
    assert "1.05" in broken("api", replace(SIZE, ours=60_000_000, wheels=50_000_000), SEEN)[0]
    assert "exception: no" in broken("app", SIZE, replace(SEEN, page="exception: no"))[0]


def test_the_table_says_what_takes_the_space_and_what_was_cut() -> None:
    contents = {
        "reel": {"wheel": 3_000_000, "compressed": 2_000_000, "left": {}, "cut": {"tests": 1_500_000}},
        "frame": {"wheel": 9_000_000, "compressed": 8_000_000, "left": {}, "cut": {"tests": 500_000}},
    }
    lines = table(contents, "api", SIZE).splitlines()
    assert [line.split()[0] for line in lines[2:4]] == ["frame", "reel"]
    assert any("tests" in line and "2.00 MB" in line for line in lines)
    assert "105.0 MB" in lines[-1]
    assert "110.0" in lines[-1]
