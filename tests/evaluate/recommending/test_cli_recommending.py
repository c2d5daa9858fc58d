"""`kadr evaluate recommend`, as it is typed."""

import json
from pathlib import Path

import numpy as np
import pytest

from tests.commands import Run
from tests.samples import write_films

N_USERS, N_FILMS = 110, 40


def liked(seed: int = 5) -> list[tuple[int, int, int]]:
    """Users, films of one half of the catalogue, and when, twelve a user."""
    draw = np.random.default_rng(seed)
    half = N_FILMS // 2
    return [
        (user, int(film) + half * (user % 2), when)
        for user in range(N_USERS)
        for when, film in enumerate(draw.choice(half, 12, replace=False, p=np.arange(half, 0, -1) / 210))
    ]


@pytest.fixture(scope="module")
def ratings(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("ratings") / "ratings.csv"
    rows = [f"{user},f{film},{5 if when % 6 else 1},{1_000_000 + user * 100 + when}" for user, film, when in liked()]
    path.write_text("userId,movieId,rating,timestamp\n" + "\n".join(rows) + "\n", encoding="utf-8")
    return path


FAST = ("--trials", "0", "--models", "ease", "--k", "5,2")


def test_a_file_of_ratings_is_measured_by_every_protocol(kadr: Run, ratings: Path, tmp_path: Path) -> None:
    chart = tmp_path / "chart.png"
    asked = ("evaluate", "recommend", ratings, *FAST, "--protocol", "all", "--folds", "3", "--rounds", "2")
    ended = kadr(*asked, "--chart", chart)
    assert ended.code == 0, ended.err
    for name in ("strong: 110 users, 3 rounds", "last: 110 users\n", "cold: ", "R@2", "ease, recent first"):
        assert name in ended.out
    assert "strong, round 3: ease" in ended.err
    assert "strong: 110 users, 3 rounds" in ended.err  # told when it ends, the whole again at the end
    assert chart.read_bytes().startswith(b"\x89PNG")


def test_the_same_command_says_the_same(kadr: Run, ratings: Path) -> None:
    asked = (
        "evaluate",
        "recommend",
        ratings,
        "--folds",
        "3",
        "--trials",
        "2",
        "--models",
        "item-knn",
        "--k",
        "10",
        "--json",
    )
    scores = []
    for _ in range(2):
        ended = kadr(*asked)
        assert ended.code == 0, ended.err
        told = json.loads(ended.out)
        assert told["depths"] == [10]
        rows = told["protocols"][0]["rows"]
        assert [row["model"] for row in rows] == ["top-pop", "votes", "item-knn", "ease"]
        scores.append([(row["scores"], row["intervals"], row["against"]) for row in rows])
    assert scores[0] == scores[1]
    by_model = dict(zip(("top-pop", "votes", "item-knn", "ease"), scores[0], strict=True))
    assert by_model["ease"][0]["ndcg@10"] > by_model["top-pop"][0]["ndcg@10"]


def test_a_protocol_that_cannot_be_run_is_said_before_any_is(kadr: Run, ratings: Path, tmp_path: Path) -> None:
    untimed = tmp_path / "untimed.csv"
    rows = (line.rpartition(",")[0] for line in ratings.read_text(encoding="utf-8").splitlines())
    untimed.write_text("\n".join(rows) + "\n", encoding="utf-8")
    ended = kadr("evaluate", "recommend", untimed, "--protocol", "all", "--trials", "0")
    assert (ended.code, ended.out) == (2, "")
    assert "have no times" in ended.err
    assert "round 1" not in ended.err
    few = tmp_path / "few.csv"
    few.write_text("\n".join(ratings.read_text(encoding="utf-8").splitlines()[: 12 * 40]) + "\n", encoding="utf-8")
    ended = kadr("evaluate", "recommend", few)
    assert ended.code == 2
    assert "8 users are held out, at least 20" in ended.err
    assert "round 1" not in ended.err


def test_films_give_votes_and_texts(kadr: Run, ratings: Path, tmp_path: Path) -> None:
    films = write_films(
        tmp_path / "films.jsonl",
        [
            {
                "id": f"f{film}",
                "title": f"Invented Film {film}",
                "year": "1999",
                "description": f"A {('baker', 'sailor')[film // 20]} and a {('dog', 'bird', 'cat')[film % 3]} travel.",
                "votes": str(1 + film),
                "tags": f"secret{film % 2}",
            }
            for film in range(N_FILMS)
        ],
    )
    asked = ("evaluate", "recommend", ratings, "--films", films, "--trials", "0", "--models", "content", "--folds", "3")
    ended = kadr(*asked, "--k", "10", "--json")
    assert ended.code == 0, ended.err
    told = json.loads(ended.out)
    rows = {row["model"]: row for row in told["protocols"][0]["rows"]}
    assert "content" in rows
    assert rows["votes"]["scores"] != rows["top-pop"]["scores"]
    assert "40 of 40 rated films" in told["data"]


@pytest.fixture
def split(tmp_path: Path) -> list[str]:
    parts: dict[str, list[str]] = {"train": [], "valid": [], "test": []}
    for user, film, when in liked():
        parts["train" if when < 8 else "valid" if when < 10 else "test"].append(f"{user},{film}")
    for name, rows in parts.items():
        (tmp_path / name).write_text("\n".join(rows) + "\n", encoding="utf-8")
    return [word for name in parts for word in (f"--{name}", str(tmp_path / name))]


def test_a_published_split_is_measured(kadr: Run, split: list[str]) -> None:
    alone, both = (
        json.loads(kadr("evaluate", "recommend", *split, *FAST, "--exclude", exclude, "--json").out)
        for exclude in ("train", "train+valid")
    )
    for told, name in ((alone, "test, without train"), (both, "test, without train+valid")):
        assert told["protocols"][0]["name"] == name
        assert told["protocols"][0]["users"] == N_USERS
    ease = [told["protocols"][0]["rows"][3]["scores"]["recall@5"] for told in (alone, both)]
    assert ease[0] < ease[1]


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ([], "RATINGS: is missing"),
        (["--train", "here"], "give all three"),
        (["--models", "magic", "here"], "there is no 'magic'"),
        (["--k", "0,10", "here"], "--k: is no list of depths"),
        (["--k", "ten", "here"], "--k: is no list of depths"),
        (["--chart", "nowhere/chart.png", "here"], "--chart: nowhere/chart.png"),
    ],
)
def test_what_cannot_be_meant_is_said_at_once(kadr: Run, words: list[str], said: str) -> None:
    ended = kadr("evaluate", "recommend", *words)
    assert (ended.code, ended.out) == (2, "")
    assert said in ended.err


@pytest.mark.parametrize("more", ["ratings", "--mapping"])
def test_split_and_ratings_are_not_mixed(kadr: Run, ratings: Path, split: list[str], more: str) -> None:
    ended = kadr("evaluate", "recommend", *([ratings] if more == "ratings" else [more, "user=who"]), *split)
    assert ended.code == 2
    assert "give all three, without RATINGS" in ended.err


def test_a_split_with_too_small_a_validation_is_refused_before_anything_is_fitted(
    kadr: Run, split: list[str], tmp_path: Path
) -> None:
    small = tmp_path / "valid.csv"
    small.write_text("1,2\n")
    ended = kadr("evaluate", "recommend", *split, "--valid", small, "--trials", "2")
    assert ended.code == 2
    assert "validation: 1 users are held out" in ended.err
    assert "round 1" not in ended.err


def test_columns_and_scale_may_be_named(kadr: Run, ratings: Path, tmp_path: Path) -> None:
    table = tmp_path / "own.csv"
    table.write_text(ratings.read_text(encoding="utf-8").replace("userId,movieId,rating,", "wer,was,urteil,"))
    named = [each for pair in ("user=wer", "film=was", "rating=urteil") for each in ("--mapping", pair)]
    asked = (*FAST, "--folds", "3", "--json")
    told = {
        path: json.loads(kadr("evaluate", "recommend", path, *said, *asked, "--scale", "0.5", "5").out)
        for path, said in ((ratings, []), (table, named))
    }
    assert "ratings from 0.5 to 5" in told[table]["data"]
    scores = [[row["scores"] for row in each["protocols"][0]["rows"]] for each in told.values()]
    assert scores[0] == scores[1]
    ended = kadr("evaluate", "recommend", table, *FAST)
    assert (ended.code, ended.out) == (2, "")
    assert "no column holds the user; headers seen: 'wer', 'was', 'urteil'" in ended.err


def test_both_commands_have_their_help(kadr: Run) -> None:
    assert "JUDGMENTS" in kadr("evaluate", "--help").out
    assert "kadr evaluate recommend --help" in kadr("evaluate", "--help").out.replace("\n  ", " ")
    told = kadr("evaluate", "recommend", "--help").out
    assert "Usage: kadr evaluate recommend [OPTIONS] [RATINGS]" in told
    for measure in ("R@k", "N@k", "MAP@k", "F1@k", "HR@k", "nov@k", "pop@k", "dist@k", "cov@k", "gini@k"):
        assert measure in told
