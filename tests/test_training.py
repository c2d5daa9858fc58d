"""Ratings in a build, and the commands that train and predict."""

import io
import json
import re
import shutil
from pathlib import Path

import click
import pytest

from kadr.build import build
from kadr.bundle import read_manifest, resolve
from kadr.cli.training import predict, train
from kadr.config import load_config
from kadr.engine import Engine
from kadr.errors import ConfigError
from kadr.progress import Lines
from kadr.recommend.types import Event
from tests.builds import build_from, bytes_of
from tests.recommend.train.rated_world import films, write_ratings

TABLE = "[ratings]\npath = 'ratings.csv'\nscale = [1, 10]\ntrials = 1\n"


def write_catalogue(folder: Path, ratings: str = TABLE) -> Path:
    rows = [
        {"id": film.id.removeprefix("s:"), "title": film.title, "year": film.year, "genres": list(film.genres)}
        for film in films()
    ]
    (folder / "films.json").write_text(json.dumps(rows), encoding="utf-8")
    path = folder / "catalogue.toml"
    path.write_text(
        f"[[sources]]\nkind = 'file'\nname = 's'\npath = 'films.json'\n[publish]\npath = 'bundles'\n"
        f"[collect]\nfolder = 'kept'\n[encoder]\ncache = 'cache/vectors.duckdb'\n{ratings}"
    )
    return path


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a bundle that was built with ratings."""
    folder = tmp_path_factory.mktemp("trained")
    write_ratings(folder / "ratings.csv")
    build_from(write_catalogue(folder))
    return folder


@pytest.fixture
def inside(place: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty folder with ratings, where that bundle is the one to ask."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("KADR_BUNDLE", str(place / "bundles"))
    shutil.copy(place / "ratings.csv", tmp_path)
    return tmp_path


def run(command: click.Command, *arguments: str) -> None:
    command.main(list(arguments), standalone_mode=False)


def test_a_build_with_ratings_recommends_by_them(place: Path) -> None:
    counts = read_manifest(resolve(place / "bundles")).counts
    assert (counts["ratings"], counts["raters"], counts["rated"]) == (1920, 120, 60)
    with Engine.open(place / "bundles") as engine:
        dramas = [film.id for film in engine.films() if "драма" in film.genres]  # a third of the films
        history = [Event(film, "liked") for film in dramas[:5]]
        items = engine.recommend(history, 10, diversity=0.0).items
        assert sum("драма" in item.film.genres for item in items) >= 8


def test_two_builds_with_ratings_have_the_same_bytes(place: Path) -> None:
    config = load_config(place / "catalogue.toml")
    again = build(config, place / "again", Lines(io.StringIO()))
    before = resolve(place / "bundles")
    assert again.version == before.name
    assert bytes_of(again.folder / "recommend") == bytes_of(before / "recommend")


def test_ratings_that_teach_nothing_cost_only_themselves(tmp_path: Path) -> None:
    (tmp_path / "ratings.csv").write_text("user,film,rating\n1,elsewhere:1,5\n")
    out = io.StringIO()
    config = load_config(write_catalogue(tmp_path))
    report = build(config, config.publish.path, Lines(out))
    assert "none of 1 rated films is in the catalogue" in out.getvalue()
    assert "the bundle is built without recommendations by ratings" in out.getvalue()
    assert not (report.folder / "recommend").exists()
    assert "ratings" not in read_manifest(report.folder).counts


def test_a_mapping_of_ratings_that_does_not_fit_names_its_file(tmp_path: Path) -> None:
    (tmp_path / "ratings.csv").write_text("user,film,rating\n1,elsewhere:1,5\n")
    path = write_catalogue(tmp_path, f"{TABLE}mapping.user = 'who'\n")
    config = load_config(path)
    told = rf"^{re.escape(str(path))}: ratings: mapping\.user: .*ratings\.csv has no header 'who'"
    with pytest.raises(ConfigError, match=told):
        build(config, config.publish.path, Lines(io.StringIO()))


def test_train_keeps_versions_and_predict_answers_whole_films(inside: Path, capsys: pytest.CaptureFixture[str]) -> None:
    asked = ("ratings.csv", "--scale", "1", "10", "--trials", "0")
    run(train, *asked, "--json")
    told = json.loads(capsys.readouterr().out)
    assert (told["version"], told["model"]["trained_on"]["users"]) == (1, 120)
    run(train, *asked)
    assert "60 of 60 rated films are in the catalogue" in (text := capsys.readouterr().out)
    assert f"kept as {Path('models') / 'ease-uw-2'}" in text
    run(predict, "0", "7", "--top-k", "3")
    found = json.loads(capsys.readouterr().out)
    assert list(found) == ["0", "7"]
    rated = {line.split(",")[1] for line in (inside / "ratings.csv").read_text().splitlines() if line.startswith("7,")}
    assert len(found["7"]) == 3
    assert not rated & {film["id"] for film in found["7"]}
    assert {"genres", "countries", "directors", "descriptions", "votes", "image_url"} <= found["7"][0].keys()
    dramas = [f"s:{number:02}" for number in range(0, 30, 3)]  # a third of the films
    (inside / "h.json").write_text(json.dumps([{"film": film, "kind": "liked"} for film in dramas]))
    run(predict, "--history", "h.json", "--top-k", "5", "--version", "1")
    films_told = json.loads(capsys.readouterr().out)["history"]
    assert sum("драма" in film["genres"] for film in films_told) >= 4
    assert not {film["id"] for film in films_told} & {*dramas}


def test_a_history_that_says_nothing_gives_the_best_known_films_and_that_is_told(
    inside: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    run(train, "ratings.csv", "--trials", "0")
    (inside / "h.json").write_text(json.dumps([{"film": f"elsewhere:{at}", "kind": "liked"} for at in range(7)]))
    capsys.readouterr()
    run(predict, "--history", "h.json", "--top-k", "2")
    told = capsys.readouterr()
    assert len(json.loads(told.out)["history"]) == 2
    assert told.err.splitlines() == [
        "history: not in this bundle: " + ", ".join(f"elsewhere:{at}" for at in range(5)) + " and 2 more",
        "history: nothing speaks for any film; these are the best known ones",
    ]


@pytest.mark.parametrize(
    ("command", "arguments", "told"),
    [
        (train, ("none.csv",), "none.csv: there is no such file or folder of ratings"),
        (train, ("ratings.csv", "--mapping", "user"), "--mapping: 'user' is not of the form FIELD=HEADER"),
        (train, ("ratings.csv", "--mapping", "who=user"), "mapping.who: no such field; use one of user, film"),
        (train, ("ratings.csv", "--scale", "5", "1"), "--scale: the first must be below the second"),
        (train, ("ratings.csv", "--scale", "1", "inf"), "--scale: the first must be below the second"),
        (train, ("ratings.csv", "--name", "A/B"), "model: 'A/B' is no name"),
        (predict, ("1",), "models: there is no model 'ease-uw'; none was trained here, `kadr train` does it"),
        (predict, (), "USERS: give ids of users, or a file by --history"),
        (predict, ("1", "--history", "x"), "USERS: give ids of users, or a file by --history"),
        (predict, ("--history", "none.json"), "--history: none.json: cannot be read (No such file"),
    ],
)
def test_a_mistake_is_told(inside: Path, command: click.Command, arguments: tuple[str, ...], told: str) -> None:
    with pytest.raises(Exception, match=re.escape(told)) as caught:
        run(command, *arguments)
    assert getattr(caught.value, "exit_code", 1) == 2
    assert not (inside / "models").exists()


@pytest.mark.parametrize("text", ["{}", "null", "5", '{"film": "s:01", "kind": "liked"}', "[null]", "[" * 100_000])
def test_a_history_that_is_no_list_of_events_is_told(inside: Path, text: str) -> None:
    (inside / "history.json").write_text(text)
    with pytest.raises(ConfigError, match=r"--history: history\.json: is no JSON list of events"):
        run(predict, "--history", "history.json")
