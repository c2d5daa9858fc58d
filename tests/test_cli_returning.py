"""`kadr rollback`, `kadr pin` and `kadr unpin`, in a folder and where bundles are published."""

import shutil
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from kadr.bundle import current, pinned, switch
from kadr.cli.keeping import verify, versions
from kadr.cli.returning import pin, rollback, unpin
from kadr.errors import BundleMissing, ConfigError, KadrError
from kadr.settings import load_settings
from tests.builds import build_from
from tests.samples import FEW, write_config, write_films


@pytest.fixture(scope="module")
def two(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, str, str]:
    """Return a folder of bundles and the names of two; the second is current."""
    folder, names = tmp_path_factory.mktemp("two"), []
    for number in range(2):
        write_films(folder / "few.jsonl", FEW[number:])
        built = build_from(write_config(folder, few="few.jsonl"))
        names.append(built.version)
    return built.folder.parent, names[0], names[1]


@pytest.fixture
def root(two: tuple[Path, str, str], tmp_path: Path) -> Path:
    return Path(shutil.copytree(two[0], tmp_path / "bundles"))


@pytest.fixture
def there(two: tuple[Path, str, str], tmp_path: Path) -> Path:
    """A published folder of both."""
    for version in two[1:]:
        shutil.copytree(two[0] / version, tmp_path / "there" / "versions" / version)
    (tmp_path / "there" / "current").write_text(f"{two[2]}\n", encoding="utf-8")
    (tmp_path / "there" / "history").write_text(f"{two[1]}\n{two[2]}\n", encoding="utf-8")
    return tmp_path / "there"


def _run(command: object, *arguments: str, **environ: str) -> Result:
    result = CliRunner().invoke(command, arguments, env=environ)  # type: ignore[arg-type]  # any command of ours
    if isinstance(result.exception, KadrError):
        raise result.exception
    assert result.exit_code == 0, result.output
    return result


def test_a_folder_goes_back(root: Path, two: tuple[Path, str, str]) -> None:
    assert f"bundle {two[1]} is current" in _run(rollback, "--bundle", str(root)).output
    assert current(root).name == two[1]
    _run(rollback, "--to", two[2], KADR_BUNDLE=str(root))
    assert current(root).name == two[2]
    with pytest.raises(ConfigError, match="is one bundle"):
        _run(rollback, "--bundle", str(root / two[1]))


def test_a_folder_is_pinned_and_let_go(root: Path, two: tuple[Path, str, str]) -> None:
    assert "until `kadr unpin`" in _run(pin, two[1], "--bundle", str(root)).output
    assert pinned(root) == two[1]
    assert "serves again" in _run(unpin, KADR_BUNDLE=str(root)).output
    assert pinned(root) == ""
    assert "no bundle was pinned" in _run(unpin, KADR_BUNDLE=str(root)).output
    with pytest.raises(BundleMissing):
        _run(pin, "0123456789abcdef", KADR_BUNDLE=str(root))


def test_a_published_place_goes_back(there: Path, two: tuple[Path, str, str]) -> None:
    _run(rollback, "--bundle", f"file://{there}")
    assert (there / "current").read_text(encoding="utf-8") == f"{two[1]}\n"


def test_versions_of_a_place_are_those_that_were_fetched(
    there: Path, two: tuple[Path, str, str], tmp_path: Path
) -> None:
    environ = {"KADR_BUNDLE": f"file://{there}", "KADR_CACHE": str(tmp_path / "cache")}
    with pytest.raises(BundleMissing, match=r"^file://.*no version was fetched"):
        _run(versions, **environ)
    _run(verify, **environ)
    assert [line[:18] for line in _run(versions, **environ).output.splitlines()] == [f"* {two[2]}"]


def test_a_copy_of_a_published_place_is_pinned(there: Path, two: tuple[Path, str, str], tmp_path: Path) -> None:
    environ = {"KADR_BUNDLE": f"file://{there}", "KADR_CACHE": str(tmp_path / "cache")}
    _run(pin, two[1], **environ)
    copies = load_settings(environ).bundle
    assert pinned(copies) == two[1]
    assert not (copies / two[2]).exists()
    _run(unpin, **environ)
    assert pinned(copies) == ""
    switch(copies, two[1])


def test_a_command_may_be_given_an_address(there: Path, two: tuple[Path, str, str], tmp_path: Path) -> None:
    environ = {"KADR_CACHE": str(tmp_path / "cache")}
    assert two[2] in _run(verify, "--bundle", f"file://{there}", **environ).output
    assert two[2] in _run(versions, "--bundle", f"file://{there}", **environ).output


def test_a_revision_is_not_moved() -> None:
    with pytest.raises(ConfigError, match="names a revision, which does not move"):
        _run(rollback, "--bundle", "hf://datasets/films-of/index@checked")
