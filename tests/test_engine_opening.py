"""Opening a bundle: wherever it lies it answers alike, and nothing that is not whole is opened."""

import shutil
from dataclasses import fields, replace
from itertools import islice
from pathlib import Path

import numpy as np
import pytest

from kadr.build_report import BuildReport
from kadr.bundle import BundleWriter, Draft, verify
from kadr.catalogue.records import encode
from kadr.encode.embedded import EmbeddedEncoder
from kadr.encode.encoder import Profile
from kadr.engine import Engine
from kadr.errors import BundleDamaged, BundleError, BundleForeign, BundleMissing
from kadr.index.arrays import Strings, save
from kadr.index.vectors import write_vectors
from kadr.search.parts import Parts
from kadr.search.types import SearchResult
from tests.samples import BROAD, id_of


def answers(engine: Engine) -> list[SearchResult]:
    queries = ["", BROAD, "смотритель маяка", "the last lullaby", "Ёлка на крыше"]
    return [replace(engine.search(query, k=20), took_ms={}) for query in queries]


def test_a_copied_bundle_gives_the_same_answers(engine: Engine, built: BuildReport, tmp_path: Path) -> None:
    for target in (tmp_path / built.version, tmp_path / "мой бандл [1]"):
        shutil.copytree(built.folder, target)
        with Engine.open(target) as copy:
            assert answers(copy) == answers(engine)
            assert copy.similar(id_of("Glass Mountain", 1931)) == engine.similar(id_of("Glass Mountain", 1931))


def test_the_root_and_the_bundle_open_the_same(engine: Engine, bundles: Path, built: BuildReport) -> None:
    for path in (bundles, str(bundles), built.folder):
        with Engine.open(path) as opened:
            assert opened.path == built.folder
            assert answers(opened) == answers(engine)


def test_where_no_bundle_is_opening_says_so(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("x")
    for path in (tmp_path, tmp_path / "missing", tmp_path / "file", tmp_path / "0123456789abcdef"):
        with pytest.raises(BundleMissing) as refusal:
            Engine.open(path)
        assert path.name in str(refusal.value)
        assert "\n" not in str(refusal.value)


def test_every_file_of_a_bundle_is_checked_before_it_is_opened(built: BuildReport, tmp_path: Path) -> None:
    names = sorted(p.relative_to(built.folder) for p in built.folder.rglob("*") if p.is_file())
    copy = tmp_path / built.version
    shutil.copytree(built.folder, copy)
    for name in names:
        path = copy / name
        data = path.read_bytes()
        if name.name == "provenance.json":
            continue  # the clock and the run: no part of what is promised
        path.write_bytes(data[: len(data) // 2] + bytes([data[len(data) // 2] ^ 1]) + data[len(data) // 2 + 1 :])
        with pytest.raises(BundleError) as refusal:
            Engine.open(copy)
        assert name.name in str(refusal.value)
        path.unlink()
        with pytest.raises(BundleDamaged, match=name.name):
            Engine.open(copy)
        path.write_bytes(data)
    Engine.open(copy).close()


def test_files_that_are_as_they_were_written_and_do_not_fit_are_refused(built: BuildReport, tmp_path: Path) -> None:
    manifest = verify(built.folder)
    with BundleWriter(tmp_path) as writer:
        shutil.copytree(built.folder, writer.folder, dirs_exist_ok=True)
        for name in ("manifest.json", "provenance.json"):
            (writer.folder / name).unlink()
        starts = np.load(writer.folder / "titles" / "names.rows.starts.npy")
        starts[1] = np.iinfo(starts.dtype).max
        np.save(writer.folder / "titles" / "names.rows.starts.npy", starts)
        version = writer.commit(Draft(**{each.name: getattr(manifest, each.name) for each in fields(Draft)}), {})
    with pytest.raises(BundleDamaged, match=f"{version}: its files do not fit together"):
        Engine.open(tmp_path / version)


ALONE = {"letters.npy", "words.stems.npy", "theme.founders.npy", "places.founders.npy"}
"""Sets of numbers beside which nothing is as long."""
LONGER = {"thesaurus.told.starts.npy"}
"""Those that may be too long: nobody asks for what stands behind the end."""


def test_an_array_of_another_length_is_refused_when_it_is_opened(built: BuildReport, tmp_path: Path) -> None:
    # The hashes are passed over, as if the manifest told of the file as it is.
    manifest = verify(built.folder)
    folder = Path(shutil.copytree(built.folder, tmp_path / built.version))
    paths = [path for path in sorted(folder.rglob("*.npy")) if path.name not in ALONE and "encoder" not in path.parts]
    for path in paths:
        array, written = np.load(path), path.read_bytes()
        shorter, longer = array[: len(array) // 2], np.concatenate([array, array])
        for other in [shorter] if path.name in LONGER else [shorter, longer]:
            if len(other) == len(array):
                continue
            np.save(path, other)
            with pytest.raises((BundleDamaged, IndexError)):  # Engine.open makes the one of the other
                Parts.open(folder, Profile.from_json(manifest.encoder), manifest.search, manifest.fusion).close()
        path.write_bytes(written)
    Engine.open(folder).close()


def test_records_and_vectors_of_other_films_are_refused(engine: Engine, built: BuildReport, tmp_path: Path) -> None:
    manifest = verify(built.folder)
    ids = [film.id for film in engine.films()][1:]
    for part in ("records", "vectors"):
        folder = Path(shutil.copytree(built.folder, tmp_path / part))
        if part == "records":
            Strings.of(ids).save(folder, "films.ids")
            Strings.of(encode(film) for film in islice(engine.films(), 1, None)).save(folder, "films.records")
        else:
            vectors = np.ones((len(ids), engine.parts.vectors.dim), dtype=np.float32)
            save(folder / "columns" / "norms.npy", write_vectors(folder / "films.usearch", vectors, ids))
        with pytest.raises(BundleDamaged, match=rf"^{part}: has columns of .*{part} of {len(ids)}\b"):
            Parts.open(folder, Profile.from_json(manifest.encoder), manifest.search, manifest.fusion)


def test_an_encoder_of_ones_own_answers_if_it_is_of_the_same_profile(engine: Engine, built: BuildReport) -> None:
    own = engine.parts.ladder.local["embedded"]
    assert isinstance(own, EmbeddedEncoder)
    with Engine.open(built.folder, encoder=own) as opened:
        assert answers(opened) == answers(engine)
    other = replace(own, profile=replace(own.profile, model="another", revision="7"))
    with pytest.raises(BundleForeign) as refusal:
        Engine.open(built.folder, encoder=other)
    assert str(own.profile) in str(refusal.value)
    assert str(other.profile) in str(refusal.value)
