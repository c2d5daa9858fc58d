"""Popular queries: a list that is edited by hand, and what the catalogue can answer of it."""

from pathlib import Path

import pytest

from kadr.errors import ConfigError
from kadr.film import Film
from kadr.index.lexical import LexicalParams, build_lexical
from kadr.index.queries import answered, read_queries
from kadr.text import normalise


def test_a_list(tmp_path: Path) -> None:
    path = tmp_path / "queries.txt"
    path.write_text(
        "# popular\n\nфильмы  про море\nФильмы про море!  # again\n  ghost story # late\n", encoding="utf-8"
    )
    assert read_queries(path) == ("фильмы про море", "ghost story")


@pytest.mark.parametrize("line", ["?!", "кино " * 20])
def test_a_line_that_is_no_query(tmp_path: Path, line: str) -> None:
    path = tmp_path / "queries.txt"
    path.write_text(f"# popular\n{line}\n", encoding="utf-8")
    with pytest.raises(ConfigError, match=r"queries\.txt: line 2"):
        read_queries(path)


def test_a_list_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match=r"queries\.txt"):
        read_queries(tmp_path / "queries.txt")
    (tmp_path / "queries.txt").write_bytes(b"\xff\xfe\x00")
    with pytest.raises(ConfigError, match=r"queries\.txt"):
        read_queries(tmp_path / "queries.txt")


def test_only_what_films_answer_is_kept() -> None:
    films = [Film(id=f"{i}", title=title) for i, title in enumerate(["Море", "Синее море", "У моря", "Конь"])]
    lexical = build_lexical(films, LexicalParams())
    found = answered(["фильмы про море", "фильмы про коня", "космос"], lexical)
    assert {query: sorted(rows) for query, rows in found.items()} == {"фильмы про море": [0, 1, 2]}


def test_our_own_list_is_one() -> None:
    queries = read_queries(Path(__file__).parents[2] / "data" / "queries.txt")
    assert len(queries) >= 120
    latin = [query for query in queries if normalise(query).replace(" ", "").isascii()]
    assert 40 <= len(latin) <= len(queries) - 40
