"""The build: the same input gives the same version, and whatever goes wrong leaves what was current in place."""

import io
import json
import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from kadr.build import build
from kadr.build_report import BuildReport
from kadr.bundle import current, read_manifest, verify, versions
from kadr.catalogue.table import films_hash
from kadr.config import load_config
from kadr.encode.embedded import EmbeddedEncoder
from kadr.encode.encoder import Profile, Role
from kadr.engine import Engine
from kadr.errors import ConfigError
from kadr.harvesting import Extent
from kadr.progress import Lines
from kadr.search.query_type import QueryType
from tests.builds import build_from, bytes_of
from tests.commands import ROOT
from tests.samples import FEW, MORE, SHELF, id_of, write_config, write_csv, write_films


def build_elsewhere(config_file: Path, out: Path, seed: str) -> str:
    """Build in another process, with another order of sets, and return the version."""
    command = [sys.executable, "-m", "kadr", "build", str(config_file), "--out", str(out), "--json"]
    done = subprocess.run(
        command, cwd=ROOT, env={**os.environ, "PYTHONHASHSEED": seed}, capture_output=True, check=True, timeout=60
    )
    return str(json.loads(done.stdout)["version"])


def test_two_builds_give_the_same_version_and_bytes(config_file: Path, built: BuildReport, tmp_path: Path) -> None:
    again = build(load_config(config_file), tmp_path, Lines(io.StringIO()))
    assert again.version == built.version
    assert not again.unchanged  # nothing was in that folder
    ours, theirs = bytes_of(built.folder), bytes_of(again.folder)
    # The manifest lists size and hash of films.duckdb, into which DuckDB writes random ids.
    first, second = read_manifest(built.folder), read_manifest(again.folder)
    assert first.films_sha256 == second.films_sha256
    del ours["manifest.json"], theirs["manifest.json"]
    assert ours == theirs


def test_two_processes_give_the_same_version(config_file: Path, built: BuildReport, tmp_path: Path) -> None:
    seed = "27" if os.environ.get("PYTHONHASHSEED") != "27" else "28"
    assert build_elsewhere(config_file, tmp_path, seed) == built.version


def test_an_unchanged_build_says_so_and_stays_current(few: Path) -> None:
    first = build_from(few)
    second = build_from(few)
    assert (first.unchanged, second.unchanged) == (False, True)
    assert second.version == first.version
    assert current(first.folder.parent) == second.folder == first.folder
    assert len(versions(first.folder.parent)) == 1


def test_the_version_follows_the_films(few: Path) -> None:
    first = build_from(few).version
    seen = {first}
    for change in (
        {"description": "Совсем другая история."},
        {"rating": "1.5"},
        {"directors": "Кто-то Другой"},
        {"year": "1988"},
        {"image_url": "https://posters.example/1.jpg"},
    ):
        write_films(few.parent / "few.jsonl", [{**FEW[0], **change}, *FEW[1:]])
        report = build_from(few)
        assert report.version not in seen, change
        assert current(report.folder.parent).name == report.version
        seen.add(report.version)
    write_films(few.parent / "few.jsonl", FEW)
    assert build_from(few).version == first


def test_the_order_of_rows_does_not_matter(few: Path) -> None:
    first = build_from(few)
    write_films(few.parent / "few.jsonl", FEW[::-1])
    assert build_from(few).version == first.version


def test_the_version_follows_the_configuration(few: Path) -> None:
    first = build_from(few)
    few.write_text(few.read_text(encoding="utf-8") + "[search.field_weights]\ntitle = 5\n", encoding="utf-8")
    assert build_from(few).version != first.version


def embedded(engine: Engine) -> EmbeddedEncoder:
    encoder = engine.parts.ladder.local["embedded"]
    assert isinstance(encoder, EmbeddedEncoder)
    return encoder


def test_the_manifest_tells_what_is_in_the_bundle(built: BuildReport, engine: Engine) -> None:
    manifest = verify(built.folder)
    films = list(engine.films())
    assert manifest.version == built.version == built.folder.name
    assert manifest.counts == {"films": len(SHELF) + 1, "series": 3, "described": len(SHELF), "themes": 0}
    assert [(source.name, source.films) for source in manifest.sources] == [("lexicon", 2), ("shelf", 40)]
    assert manifest.films_sha256 == films_hash(films) == engine.parts.table.rows_hash()
    assert set(manifest.files) | {"manifest.json", "provenance.json"} == {
        p.relative_to(built.folder).as_posix() for p in built.folder.rglob("*") if p.is_file()
    }
    (name, leg), *others = engine.parts.legs.items()
    assert (name, others) == ("embedded", [])
    assert set(leg.scales) == {*QueryType}
    for scale in leg.scales.values():
        assert 0 <= scale.floor < scale.ceiling <= 1
        assert 0 < scale.near <= 1
    assert set(manifest.quality["probes"]) == {"lexical", "legs"}


def test_canary_texts_still_have_the_stored_vectors(engine: Engine) -> None:
    profile, encoder = Profile.from_json(engine.manifest.encoder), embedded(engine)
    assert profile == encoder.profile
    assert profile.provider == "embedded"
    assert profile.dim == engine.parts.vectors.dim <= 32  # as the catalogue file asks
    assert len(profile.canaries) == 2
    for canary in profile.canaries:
        vector = encoder.encode([canary.text], Role.QUERY)[0]
        assert np.allclose(vector, canary.vector, atol=1e-6)


def test_every_film_lies_at_its_own_passage(engine: Engine) -> None:
    """Rows of vectors, columns and table belong together: a shifted row would be another film's."""
    from kadr.encode.passages import passage

    films = list(engine.films())
    vectors = embedded(engine).encode([passage(film) for film in films], Role.PASSAGE)
    for row, (film, vector) in enumerate(zip(films, vectors, strict=True)):
        if engine.parts.vectors.is_void(row):
            assert embedded(engine).is_void(vector)
        else:
            assert engine.parts.vectors.cosines(vector)[row] > 0.999
        year = engine.parts.columns.numbers["year"][row]
        assert film.year == (None if np.isnan(year) else int(year))


def test_the_report_adds_up(built: BuildReport) -> None:
    counts = built.catalogue
    assert counts.rows_in == len(SHELF) + len(MORE)
    assert counts.films == counts.rows_in - sum(counts.rejected.values()) - sum(counts.merged.values())
    assert counts.sources == {"shelf": 40, "lexicon": 2}
    on_disk = sum(p.stat().st_size for p in built.folder.rglob("*") if p.is_file())
    assert sum(built.sizes.values()) == on_disk
    assert built.bytes_per_film == on_disk / counts.films
    assert {"read shelf", "read lexicon", "merge", "encode", "index", "seal", "check"} <= set(built.seconds)
    assert all(seconds >= 0 for seconds in built.seconds.values())


def test_provenance_tells_the_run_and_is_no_part_of_the_version(built: BuildReport) -> None:
    told = json.loads((built.folder / "provenance.json").read_text(encoding="utf-8"))
    assert told["config"] == "catalogue.toml"
    assert told["catalogue"] == json.loads(json.dumps(built.catalogue.to_json()))
    assert {"kadr", "numpy", "duckdb"} <= set(told["packages"])
    assert str(built.folder.parent) not in json.dumps(told)


def test_sources_are_merged_and_the_first_is_believed(engine: Engine) -> None:
    film = engine.film(id_of("Маяк для двоих", 2004))
    assert film is not None
    assert [link.name for link in film.sources] == ["shelf", "lexicon"]
    assert len(film.descriptions) == 2
    assert film.directors == ("Анна Седых",)


def test_rejected_rows_are_written_and_the_file_goes_when_there_are_none(few: Path) -> None:
    write_films(few.parent / "few.jsonl", [*FEW, {"title": "Сломанный год", "year": "3999"}, {"title": "  "}])
    report = build_from(few)
    assert report.rejects == report.folder.parent / "rejects.jsonl"
    lines = [json.loads(line) for line in report.rejects.read_text(encoding="utf-8").splitlines()]
    assert [(line["source"], line["row"], line["field"]) for line in lines] == [("few", 7, "year"), ("few", 8, "title")]
    assert lines[0]["title"] == "Сломанный год"
    assert report.catalogue.films == len(FEW)
    write_films(few.parent / "few.jsonl", FEW)
    clean = build_from(few)
    assert clean.rejects is None
    assert not report.rejects.exists()
    assert clean.version == report.version  # rejected rows leave no trace in the bundle


def test_limit_is_for_each_source(config_file: Path, tmp_path: Path) -> None:
    config = load_config(config_file)
    report = build(config, tmp_path, Lines(io.StringIO()), Extent(limit=2))
    assert report.catalogue.sources == {"shelf": 2, "lexicon": 2}


def test_the_fewer_of_two_limits_counts(few: Path) -> None:
    few.write_text(few.read_text(encoding="utf-8").replace("[encoder]", "limit = 3\n[encoder]"), encoding="utf-8")
    assert build_from(few, Extent(limit=5)).catalogue.films == 3
    assert build_from(few, Extent(limit=2)).catalogue.films == 2


def test_only_the_named_sources_are_read(config_file: Path, tmp_path: Path) -> None:
    config = load_config(config_file)
    report = build(config, tmp_path, Lines(io.StringIO()), Extent(sources=["lexicon"]))
    assert report.catalogue.sources == {"lexicon": 2}


def test_an_unknown_source_is_refused_before_anything_is_read(few: Path) -> None:
    with pytest.raises(ConfigError, match=r"^--sources: catalogue\.toml has no source 'fwe'; it has few$"):
        build_from(few, Extent(sources=["few", "fwe"]))
    assert not (few.parent / "bundles").exists()


def test_a_csv_of_one_film_is_enough(tmp_path: Path) -> None:
    write_csv(tmp_path / "one.csv", MORE[1:2])
    report = build_from(write_config(tmp_path, one="one.csv"))
    with Engine.open(report.folder) as engine:
        assert engine.search("зимний причал").hits[0].why.exact_title
        assert engine.search("рыбаки ждут корабль").total == 1
        assert engine.similar(id_of("Зимний причал", 1993)) == ()
