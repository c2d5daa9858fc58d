"""`kadr evaluate tags`, as it is typed."""

import csv
import json
from pathlib import Path

import pytest
from click.testing import CliRunner

from kadr.cli.tagging import tags
from kadr.errors import ConfigError
from kadr.recommend.train.tags import NO_USER
from tests.recommend.train.tag_world import world


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("ratings")
    ratings, of_films = world()
    with (folder / "ratings.csv").open("w", encoding="utf-8", newline="") as file:
        rows = zip(ratings.users.tolist(), ratings.items.tolist(), ratings.values.tolist(), strict=True)
        csv.writer(file).writerows([("user", "film", "rating"), *((u, i, v) for u, i, v in rows)])
    with (folder / "tags.csv").open("w", encoding="utf-8", newline="") as file:
        rows = zip(of_films.users.tolist(), of_films.items.tolist(), of_films.tags.tolist(), strict=True)
        named = (("guest" if u == NO_USER else u, i, of_films.names[int(tag)]) for u, i, tag in rows)
        csv.writer(file).writerows([("user", "film", "tag"), *named])
    return folder


def test_the_learned_cosine_stands_beside_the_means(folder: Path) -> None:
    ended = CliRunner().invoke(tags, [str(folder / "ratings.csv"), str(folder / "tags.csv")], catch_exceptions=False)
    assert ended.exit_code == 0
    names = ["mean of the film", "means of user and film", "cosine, nothing learned", "cosine, learned"]
    assert [line[:28].strip() for line in ended.stdout.splitlines()[-4:]] == names
    assert "60 users, 40 films" in ended.stdout


def test_json_says_the_same_twice_and_what_tags_add_to_a_model(folder: Path) -> None:
    typed = [str(folder / "ratings.csv"), str(folder), "--beside", "popular", "--json", "--seed", "3"]
    one, two = (CliRunner().invoke(tags, typed, catch_exceptions=False).stdout for _ in range(2))
    assert one == two
    told = json.loads(one)
    assert [line["name"] for line in told["lines"]][-1] == "cosine, learned"
    assert told["beside"]["model"] == "popular"
    assert told["beside"]["low"] <= told["beside"]["gain"] <= told["beside"]["high"]
    assert told["beside"]["ships"]


def test_columns_of_the_ratings_may_be_named(folder: Path, tmp_path: Path) -> None:
    table = tmp_path / "own.csv"
    table.write_text((folder / "ratings.csv").read_text(encoding="utf-8").replace("user,film,rating", "wer,was,urteil"))
    named = [each for pair in ("user=wer", "film=was", "rating=urteil") for each in ("--mapping", pair)]
    typed = ([str(folder / "ratings.csv")], [str(table), *named])
    told = [
        CliRunner().invoke(tags, [*each, str(folder / "tags.csv"), "--json"], catch_exceptions=False).stdout
        for each in typed
    ]
    assert json.loads(told[0])["lines"] == json.loads(told[1])["lines"]


def test_an_unknown_model_is_refused_before_anything_is_read(folder: Path) -> None:
    with pytest.raises(ConfigError, match="--beside: 'best' is no model; use one of popular"):
        CliRunner().invoke(tags, [str(folder), str(folder / "none.csv"), "--beside", "best"], catch_exceptions=False)
