"""Building with a static model from a folder: no token, no network, and search by its meaning."""

import io
from pathlib import Path

import numpy as np

from kadr.build import build
from kadr.config import load_config
from kadr.encode.encoder import Profile, Role
from kadr.encode.passages import passage
from kadr.encode.static import StaticEncoder
from kadr.engine import Engine
from kadr.progress import Lines
from kadr.search.types import Mode
from tests.builds import bytes_of
from tests.encode.static_models import DIM, unigram, write_model
from tests.samples import SHELF, write_films


def built(folder: Path) -> Path:
    write_films(folder / "films.jsonl", SHELF)
    write_model(folder / "model", unigram())
    path = folder / "catalogue.toml"
    path.write_text(
        '[[sources]]\nkind = "file"\nname = "shelf"\npath = "films.jsonl"\n'
        '[encoder]\nname = "static"\nmodel = "./model"\n[publish]\npath = "bundles"\n',
        encoding="utf-8",
    )
    config = load_config(path)
    return build(config, config.publish.path, Lines(io.StringIO())).folder


def test_a_static_model_is_taken_into_the_bundle_and_answers_from_it(tmp_path: Path) -> None:
    folder = built(tmp_path)
    for path in sorted((tmp_path / "model").rglob("*"), reverse=True):
        path.rmdir() if path.is_dir() else path.unlink()  # the bundle needs nothing of it any more
    with Engine.open(folder) as engine:
        profile = Profile.from_json(engine.manifest.encoder)
        assert (profile.provider, list(engine.parts.legs)) == ("static", ["static"])
        assert profile.dim == engine.parts.vectors.dim == DIM + 1
        encoder = engine.parts.ladder.local["static"]
        assert isinstance(encoder, StaticEncoder)
        vectors = encoder.encode([passage(film) for film in engine.films()], Role.PASSAGE)
        for row, vector in enumerate(vectors):
            assert engine.parts.vectors.is_void(row) == encoder.is_void(vector)
            if not engine.parts.vectors.is_void(row):
                assert engine.parts.vectors.cosines(vector)[row] > 0.999
        result = engine.search("смотритель маяка", mode="semantic")
        assert (result.mode, result.encoder, result.degraded) == (Mode.SEMANTIC, "static", "")
        for canary in profile.canaries:
            assert np.allclose(encoder.encode([canary.text], Role.QUERY)[0], canary.vector, atol=1e-5)


def test_two_builds_give_the_same_bundle(tmp_path: Path) -> None:
    folders = []
    for name in ("first", "second"):
        (tmp_path / name).mkdir()
        folders.append(built(tmp_path / name))
    # The model's name is part of the profile, and here it is the folder.
    assert {**bytes_of(folders[0]), "manifest.json": b""} == {**bytes_of(folders[1]), "manifest.json": b""}
