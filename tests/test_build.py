"""The build: the same input gives the same version, and whatever goes wrong leaves what was current in place."""

import io
import json
import os
import signal
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

import numpy as np
import pytest

from kadr.build import BuildReport, build
from kadr.bundle import current, read_manifest, verify, versions
from kadr.catalogue.table import films_hash
from kadr.config import load_config
from kadr.encode.encoder import Profile, Role
from kadr.engine import Engine
from kadr.errors import ConfigError, SourceError, UserError
from kadr.progress import Lines
from tests.samples import FEW, MORE, SHELF, id_of, write_config, write_csv, write_films

ROOT = Path(__file__).parents[1]


def run(config_file: Path, **options: object) -> BuildReport:
    config = load_config(config_file)
    return build(config, config.publish.path, Lines(io.StringIO()), **options)  # type: ignore[arg-type]  # named below


@pytest.fixture
def small(tmp_path: Path) -> Path:
    """The catalogue file of one source of six films."""
    write_films(tmp_path / "few.jsonl", FEW)
    return write_config(tmp_path, few="few.jsonl")


def bytes_of(folder: Path) -> dict[str, bytes]:
    """Return the bytes of every file that must be the same from build to build."""
    files = (p for p in folder.rglob("*") if p.is_file() and p.name not in ("films.duckdb", "provenance.json"))
    return {str(p.relative_to(folder)): p.read_bytes() for p in files}


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


def test_an_unchanged_build_says_so_and_stays_current(small: Path) -> None:
    first = run(small)
    second = run(small)
    assert (first.unchanged, second.unchanged) == (False, True)
    assert second.version == first.version
    assert current(first.folder.parent) == second.folder == first.folder
    assert len(versions(first.folder.parent)) == 1


@pytest.mark.parametrize(
    "change",
    [
        {"description": "Совсем другая история."},
        {"rating": "1.5"},
        {"directors": "Кто-то Другой"},
        {"year": "1988"},
        {"image_url": "https://posters.example/1.jpg"},
    ],
    ids=lambda change: next(iter(change)),
)
def test_the_version_follows_the_films(small: Path, change: Mapping[str, str]) -> None:
    first = run(small)
    write_films(small.parent / "few.jsonl", [{**FEW[0], **change}, *FEW[1:]])
    second = run(small)
    assert second.version != first.version
    assert current(first.folder.parent).name == second.version
    write_films(small.parent / "few.jsonl", FEW)
    assert run(small).version == first.version


def test_the_order_of_rows_does_not_matter(small: Path) -> None:
    first = run(small)
    write_films(small.parent / "few.jsonl", FEW[::-1])
    assert run(small).version == first.version


def test_the_version_follows_the_configuration(small: Path) -> None:
    first = run(small)
    small.write_text(small.read_text(encoding="utf-8") + "[search.field_weights]\ntitle = 5\n", encoding="utf-8")
    assert run(small).version != first.version


def test_the_manifest_tells_what_is_in_the_bundle(built: BuildReport, engine: Engine) -> None:
    manifest = verify(built.folder)
    films = list(engine.films())
    assert manifest.version == built.version == built.folder.name
    assert manifest.counts == {"films": len(SHELF) + 1, "series": 3, "described": len(SHELF)}
    assert [(source.name, source.films) for source in manifest.sources] == [("lexicon", 2), ("shelf", 40)]
    assert manifest.films_sha256 == films_hash(films) == engine.table.rows_hash()
    assert set(manifest.files) | {"manifest.json", "provenance.json"} == {
        p.relative_to(built.folder).as_posix() for p in built.folder.rglob("*") if p.is_file()
    }
    assert 0 <= manifest.fusion["floor"] < manifest.fusion["ceiling"] <= 1
    assert 0 < manifest.search["near"] <= 1


def test_canary_texts_still_have_the_stored_vectors(engine: Engine) -> None:
    profile = Profile.from_json(engine.manifest.encoder)
    assert profile == engine.encoder.profile
    assert profile.provider == "embedded"
    assert profile.dim == engine.vectors.dim <= 32  # as the catalogue file asks
    assert len(profile.canaries) == 2
    for canary in profile.canaries:
        vector = engine.encoder.encode([canary.text], Role.QUERY)[0]
        assert np.allclose(vector, canary.vector, atol=1e-6)


def test_every_film_lies_at_its_own_passage(engine: Engine) -> None:
    """Rows of vectors, columns and table belong together: a shifted row would be another film's."""
    from kadr.encode.passages import passage

    films = list(engine.films())
    vectors = engine.encoder.encode([passage(film) for film in films], Role.PASSAGE)
    for row, (film, vector) in enumerate(zip(films, vectors, strict=True)):
        assert engine.vectors.cosines(vector)[row] > 0.999
        year = engine.columns.numbers["year"][row]
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


def test_rejected_rows_are_written_and_the_file_goes_when_there_are_none(small: Path) -> None:
    write_films(small.parent / "few.jsonl", [*FEW, {"title": "Сломанный год", "year": "3999"}, {"title": "  "}])
    report = run(small)
    assert report.rejects == report.folder.parent / "rejects.jsonl"
    lines = [json.loads(line) for line in report.rejects.read_text(encoding="utf-8").splitlines()]
    assert [(line["source"], line["row"], line["field"]) for line in lines] == [("few", 7, "year"), ("few", 8, "title")]
    assert lines[0]["title"] == "Сломанный год"
    assert report.catalogue.films == len(FEW)
    write_films(small.parent / "few.jsonl", FEW)
    clean = run(small)
    assert clean.rejects is None
    assert not report.rejects.exists()
    assert clean.version == report.version  # rejected rows leave no trace in the bundle


def test_limit_is_for_each_source(config_file: Path, tmp_path: Path) -> None:
    config = load_config(config_file)
    report = build(config, tmp_path, Lines(io.StringIO()), limit=2)
    assert report.catalogue.sources == {"shelf": 2, "lexicon": 2}


def test_the_smaller_of_two_limits_counts(small: Path) -> None:
    small.write_text(small.read_text(encoding="utf-8").replace("[encoder]", "limit = 3\n[encoder]"), encoding="utf-8")
    assert run(small, limit=5).catalogue.films == 3
    assert run(small, limit=2).catalogue.films == 2


def test_only_the_named_sources_are_read(config_file: Path, tmp_path: Path) -> None:
    config = load_config(config_file)
    report = build(config, tmp_path, Lines(io.StringIO()), sources=["lexicon"])
    assert report.catalogue.sources == {"lexicon": 2}


def test_an_unknown_source_is_refused_before_anything_is_read(small: Path) -> None:
    with pytest.raises(ConfigError, match=r"^--sources: catalogue\.toml has no source 'fwe'; it has few$"):
        run(small, sources=["few", "fwe"])
    assert not (small.parent / "bundles").exists()


BAD_SOURCES = {
    "missing": None,
    "empty": b"",
    "binary": bytes(range(256)) * 40,
    "no title": '{"year": 1999, "плот": "x"}\n'.encode(),
    "every row bad": '{"title": "Я", "year": 3999}\n'.encode(),
    "cut short": b'[{"title": "A"}, {"title": ',
}


@pytest.mark.parametrize("fault", BAD_SOURCES)
def test_a_source_that_fails_leaves_the_bundle_current(small: Path, fault: str) -> None:
    before = run(small)
    kept = bytes_of(before.folder)
    source = small.parent / "few.jsonl"
    source.unlink()
    data = BAD_SOURCES[fault]
    if data is not None:
        source.write_bytes(data)
    with pytest.raises(UserError) as refusal:
        run(small)
    assert "few.jsonl" in str(refusal.value)
    assert "\n" not in str(refusal.value)
    assert_unharmed(before, kept)


def test_one_failing_source_of_two_stops_the_build(small: Path) -> None:
    before = run(small)
    kept = bytes_of(before.folder)
    write_config(small.parent, few="few.jsonl", gone="gone.csv")
    with pytest.raises(SourceError, match=r"gone\.csv"):
        run(small)
    assert_unharmed(before, kept)


def test_a_folder_that_cannot_be_one_is_refused(small: Path) -> None:
    (small.parent / "file").write_text("in the way")
    config = load_config(small)
    for out in (small.parent / "file", small.parent / "file" / "below"):
        with pytest.raises(UserError) as refusal:
            build(config, out, Lines(io.StringIO()))
        assert str(small.parent / "file") in str(refusal.value)
    assert (small.parent / "file").read_text() == "in the way"


def assert_unharmed(before: BuildReport, kept: Mapping[str, bytes]) -> None:
    """The bundle is current, whole and answers; nothing half-made lies beside it."""
    root = before.folder.parent
    assert current(root) == before.folder
    assert bytes_of(before.folder) == kept
    assert sorted(p.name for p in root.iterdir()) == sorted([before.version, "current", "history"])
    with Engine.open(root) as engine:
        assert engine.search("кит под городом").hits[0].why.exact_title


@pytest.mark.parametrize("wait_for", ["read few", "merge", "encode", "index"])
def test_ctrl_c_leaves_the_bundle_current(small: Path, wait_for: str) -> None:
    before = run(small)
    kept = bytes_of(before.folder)
    # Enough films that every stage takes its time, and no two alike.
    many = [{**row, "title": f"{row['title']} {n}", "year": str(1900 + n)} for n in range(25) for row in SHELF]
    write_films(small.parent / "few.jsonl", many)
    command = [sys.executable, "-m", "kadr", "build", str(small)]
    with subprocess.Popen(command, cwd=ROOT, stderr=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        assert process.stderr is not None
        told = []
        for line in process.stderr:
            told.append(line)
            if line.startswith(wait_for):  # the stage has ended, so the next one is at work
                process.send_signal(signal.SIGINT)
                break
        rest, error = process.communicate(timeout=60)
    assert process.returncode == 130, (told, error)
    assert error.splitlines()[-1] == "kadr: stopped; what was current stays current"
    assert "Traceback" not in error
    assert rest == ""
    assert_unharmed(before, kept)


def test_a_csv_of_one_film_is_enough(tmp_path: Path) -> None:
    write_csv(tmp_path / "one.csv", MORE[1:2])
    report = run(write_config(tmp_path, one="one.csv"))
    with Engine.open(report.folder) as engine:
        assert engine.search("зимний причал").hits[0].why.exact_title
        assert engine.search("рыбаки ждут корабль").total == 1
        assert engine.similar(id_of("Зимний причал", 1993)) == ()
