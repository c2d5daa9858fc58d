import csv
import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kadr.errors import SourceError
from kadr.evaluate import judgments as module
from kadr.evaluate.judgments import Judgment, Named, read_judgments

WORD = st.text(st.sampled_from("абвгдежз xyz,;\"'|\n"), min_size=1, max_size=12).map(lambda text: f"я{text}я")


def _write(folder: Path, name: str, text: str) -> str:
    path = folder / name
    path.write_text(text, encoding="utf-8")
    return str(path)


def test_a_csv_row_gives_query_film_and_columns(tmp_path: Path) -> None:
    text = "query,title,year,source,overlap\n маяк  и письмо ,Смотритель (ТВ),1994,полка,0.25\nпекарня,Хлеб,,,\n"
    first, second = read_judgments(_write(tmp_path, "j.csv", text))
    assert (first.number, first.query, first.title) == (1, "маяк и письмо", "Смотритель (ТВ)")
    assert (first.year, first.source, first.ids) == (1994, "полка", ())
    assert first.columns["overlap"] == "0.25"
    assert first.columns["source"] == "полка"
    assert (second.number, second.year, second.source) == (2, None, "")
    assert set(second.columns) == {"query", "title"}


def test_the_film_goes_before_the_title_of_the_post(tmp_path: Path) -> None:
    row = {"qid": 7, "title": "Help me", "text": "a lighthouse", "gold_title": "The Keeper", "gold_year": 1994}
    (only,) = read_judgments(_write(tmp_path, "j.jsonl", json.dumps(row) + "\n"))
    assert (only.query, only.title, only.year) == ("a lighthouse", "The Keeper", 1994)
    assert only.columns["title"] == "The Keeper"
    assert only.columns["year"] == "1994"
    assert only.columns["qid"] == "7"


def test_ids_come_from_a_list_or_from_bars(tmp_path: Path) -> None:
    listed = _write(tmp_path, "j.jsonl", '{"query": "x", "ids": ["полка:1", "t9", "t9", null]}\n')
    barred = _write(tmp_path, "j.csv", "query,ids\nx,полка:1 | t9|t9|\n")
    assert read_judgments(listed)[0].ids == read_judgments(barred)[0].ids == ("полка:1", "t9")


def test_a_year_noted_in_the_title_is_read_as_the_catalogue_reads_it(tmp_path: Path) -> None:
    text = "query,title,year\nx,Маяк (1988),\ny,Пекарня (1990),1991\n"
    dated, told = read_judgments(_write(tmp_path, "j.csv", text))
    assert (dated.title, dated.year) == ("Маяк", 1988)
    assert (told.title, told.year) == ("Пекарня", 1991)


def test_several_films_come_from_objects_or_from_bars(tmp_path: Path) -> None:
    films = [{"title": "Маяк", "year": 1988}, {"title": "Хлеб (1990)"}, {"id": "t9"}, {"title": "Маяк", "year": "1988"}]
    row = {"query": "море или печь", "language": "ru", "kind": "mood", "relevant": films}
    wanted = (Named("", "Маяк", 1988), Named("", "Хлеб", 1990), Named("t9"))
    (listed,) = read_judgments(_write(tmp_path, "j.jsonl", json.dumps(row)))
    assert (listed.relevant, listed.title, listed.year, listed.ids) == (wanted, "Маяк", 1988, ())
    assert (listed.columns["kind"], listed.columns["language"]) == ("mood", "ru")
    (barred,) = read_judgments(_write(tmp_path, "j.csv", "query,relevant\nx,Маяк (1988) | Хлеб (1990)|\n"))
    assert barred.relevant == wanted[:2]
    with (tmp_path / "q.csv").open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows([("query", "relevant"), ("x", json.dumps(films))])
    assert read_judgments(str(tmp_path / "q.csv"))[0].relevant == wanted


def test_an_entry_that_names_no_film_is_refused(tmp_path: Path) -> None:
    rows = [{"query": "x", "relevant": [{"title": "Маяк"}, {"year": 1990}]}, {"query": "x", "relevant": [["Маяк"]]}]
    for row, says in zip(rows, ("without id and title", "is not a text"), strict=True):
        with pytest.raises(SourceError, match=rf"j\.jsonl: row 1: relevant: .*{says}"):
            read_judgments(_write(tmp_path, "j.jsonl", json.dumps(row)))


def test_rows_of_one_file_may_name_films_differently(tmp_path: Path) -> None:
    text = '{"q": "x", "id": "t1"}\n{"q": "y", "фильм": "Маяк", "год": "1994 г."}\n'
    by_id, by_title = read_judgments(_write(tmp_path, "j.jsonl", text))
    assert (by_id.ids, by_id.title) == (("t1",), "")
    assert (by_title.ids, by_title.title, by_title.year) == ((), "Маяк", 1994)


@given(rows=st.lists(st.tuples(WORD, WORD, st.none() | st.integers(1900, 2030)), min_size=1, max_size=5))
def test_csv_and_json_lines_say_the_same(
    rows: list[tuple[str, str, int | None]], tmp_path_factory: pytest.TempPathFactory
) -> None:
    folder = tmp_path_factory.mktemp("judged")
    with (folder / "j.csv").open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows([("query", "title", "year"), *rows])
    lines = [json.dumps({"query": q, "title": t, "year": y}, ensure_ascii=False) for q, t, y in rows]
    found = read_judgments(_write(folder, "j.jsonl", "\n".join(lines)))
    assert found == read_judgments(str(folder / "j.csv"))
    assert [(each.number, each.query) for each in found] == [
        (n, " ".join(q.split())) for n, (q, *_) in enumerate(rows, 1)
    ]


@pytest.mark.parametrize(
    ("text", "says"),
    [
        (
            "title,year\nМаяк,1994\n",
            "needs a column `query`, and `title`, `ids` or `relevant`; headers seen: 'title', 'year'",
        ),
        ("query,year\nмаяк,1994\n", "needs a column"),
        ("query,title\nмаяк,Маяк\n...,Хлеб\n", "row 2: query: is empty or has no letter"),
        ("query,title,year\nмаяк,Маяк,1994\nпекарня,,1990\n", "row 2: title: is empty and there are no ids"),
        ("query,title,year\nмаяк,Маяк,давно\n", "row 1: year: holds no year"),
        ("query,title\nмаяк,Маяк,и,ещё\n", "row 1: row: has 4 cells"),
        ("query,title,year\n", "holds no judged query"),
        ("query,relevant\nмаяк,[{]\n", "row 1: relevant: is not valid JSON"),
        ("query,relevant\nмаяк,Маяк | ...\n", "row 1: relevant: holds an entry without id and title"),
        ("query,relevant\nмаяк,\n", "row 1: title: is empty and there are no ids"),
    ],
)
def test_a_broken_set_is_refused_by_file_and_row(text: str, says: str, tmp_path: Path) -> None:
    with pytest.raises(SourceError) as refused:
        read_judgments(_write(tmp_path, "j.csv", text))
    assert says in str(refused.value)
    assert str(refused.value).count("j.csv") == 1
    assert "\n" not in str(refused.value)


def test_a_line_that_is_no_json_is_refused(tmp_path: Path) -> None:
    with pytest.raises(SourceError, match=r"j\.jsonl: row 2: row: is not valid JSON"):
        read_judgments(_write(tmp_path, "j.jsonl", '{"query": "x", "title": "y"}\n{"query"\n'))


def test_too_many_rows_are_refused_not_cut(tmp_path: Path) -> None:
    text = "query,ids\n" + "x,t1\n" * (module.MAX_JUDGMENTS + 1)
    with pytest.raises(SourceError, match="more than 100,000 judged queries"):
        read_judgments(_write(tmp_path, "j.csv", text))


def test_long_cells_are_clipped_for_slicing_and_whole_in_the_query(tmp_path: Path) -> None:
    query = "слово " * 1000
    (only,) = read_judgments(_write(tmp_path, "j.csv", f"query,title\n{query},Маяк\n"))
    assert only.query == query.strip()
    assert len(only.columns["query"]) == module.MAX_CELL
    assert only == Judgment(1, query.strip(), (), "Маяк", None, "", (), only.columns)
