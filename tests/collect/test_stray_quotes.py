"""A quote that is not closed costs its own row, never the rows after it, and never in silence."""

import time
from pathlib import Path

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from kadr.collect.files import read_file
from kadr.collect.harvest import Harvest
from kadr.collect.tables import Table, read_table
from kadr.collect.unpack import Blob
from kadr.errors import SourceError
from kadr.sources import FileSource

HEADER = "id,title,description"
CLOSED = "a quote is not closed"


def table(*lines: str) -> Table:
    return read_table(Blob("a.csv", "\n".join(lines).encode()))


def read(folder: Path, content: str) -> Harvest:
    path = folder / "films.csv"
    path.write_text(content, encoding="utf-8")
    return read_file(FileSource("ours", str(path)))


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
@pytest.mark.parametrize(
    "later", ["простой текст {}", '"в кавычках, {}"', '"{}\n\nв три строки"', 'с ""{}"" внутри', '""']
)
def test_the_rows_after_a_stray_quote_are_read(tmp_path: Path, later: str, end: str) -> None:
    rows = [f"{i},Лента {i},{later.format(i)}" for i in range(1, 101)]
    rows[9] = '10,Лента 10,"Начало без конца'
    harvest = read(tmp_path, (HEADER + "\n" + "\n".join(rows) + "\n").replace("\n", end))
    assert [f.title for f in harvest.films] == [f"Лента {i}" for i in range(1, 101) if i != 10]
    (reject,) = harvest.rejects
    line = 11 + 9 * later.count("\n")
    assert (reject.row, reject.field, reject.title) == (10, "row", "Лента 10")
    assert reject.reason.startswith(f"line {line}: {CLOSED}; ")


def test_each_of_many_is_told_apart() -> None:
    rows = [f'{i},"Лента {i}' if i % 3 == 0 else f'{i},"Лента {i}","плёнка"' for i in range(1, 41)]
    records = table(HEADER, *rows).records
    assert [r.number for r in records] == list(range(1, 41))
    assert [r.number for r in records if r.fault] == list(range(3, 40, 3))
    assert all(f"line {r.number + 1}: {CLOSED}" in r.fault for r in records if r.fault)


@pytest.mark.parametrize("end", ["", "\n", "\n\n"])
def test_the_last_row_is_rejected_too(end: str) -> None:
    good, bad = table(HEADER, "1,Лента,плёнка", f'2,"Лента,плёнка{end}').records
    assert (good.fault, bad.fault.split(";")[0]) == ("", f"line 3: {CLOSED}")


def test_lines_of_a_cut_text_become_no_films(tmp_path: Path) -> None:
    text = 'title,year,description\nЛента,1999,"Первая строка\nвторая "строка"\n\nтретья строка\nЭхо,2001,плёнка\n'
    harvest = read(tmp_path, text)
    assert [f.title for f in harvest.films] == ["Эхо"]
    assert [(r.row, r.reason.split(";")[0].split(",")[0]) for r in harvest.rejects] == [
        (1, f"line 2: {CLOSED}"),
        (2, "line 3: fewer cells than any row before"),
        (3, "line 5: fewer cells than any row before"),
    ]


def test_rows_that_are_always_short_stay_rows(tmp_path: Path) -> None:
    harvest = read(tmp_path, 'title,year,description\nЛента,1999\nЭхо,"2001\nДом,2002\nЛес,2003\n')
    assert [(f.title, f.year) for f in harvest.films] == [("Лента", 1999), ("Дом", 2002), ("Лес", 2003)]


@pytest.mark.parametrize(
    ("cell", "text"),
    [
        ('"две\nстроки"', "две\nстроки"),
        ('"он сказал ""да""\nи ""нет"""', 'он сказал "да"\nи "нет"'),
        ('"\n"', "\n"),
        ('"слева ""\n"" справа"', 'слева "\n" справа'),
        ('"с \\"чертой\\""', None),  # in one line quotes may stand as they like
        ('"две\nс \\"чертой\\" внутри"', None),
        ('"Дом" у реки', "Дом у реки"),
        ('5" диск', '5" диск'),
    ],
)
def test_quotes_that_mean_something_keep_working(cell: str, text: str | None) -> None:
    for lines in ([f"1,Лента,{cell}", "2,Эхо,плёнка"], [f"1,{cell},x", f"2,Эхо,{cell}"], [f'1,"Э" о,{cell}']):
        records = table(HEADER, *lines).records
        assert [r.fault for r in records] == [""] * len(lines)
        assert text is None or any(r.cells["description"] == text for r in records)


def test_a_header_with_a_stray_quote_refuses_the_file(tmp_path: Path) -> None:
    with pytest.raises(SourceError, match=rf"films\.csv: line 1: {CLOSED}"):
        read(tmp_path, 'title,"year\nЛента,1999\nЭхо,"2001"\n')


def test_hostile_quotes_cost_no_more_than_a_few_readings() -> None:
    start = time.monotonic()
    with pytest.raises(SourceError, match=rf"^line \d+: {CLOSED}"):
        table(HEADER, *['x",",'] * 50_000)  # each line opens a quote that all the lines after it keep open
    assert time.monotonic() - start < 10  # all pairs of lines would take an hour


@example(['"', '\\""'])
@example([',"', '\\"",\\'])
@given(st.lists(st.text(st.sampled_from('a",\n\\'), max_size=8), min_size=1, max_size=6))
def test_a_sound_last_row_is_read_whatever_quotes_stand_before(lines: list[str]) -> None:
    last = table("title,year", *lines, "Эхо,2001").records[-1]
    assert (last.cells, last.fault) == ({"title": "Эхо", "year": "2001"}, "")


def test_a_long_cell_is_clipped_and_not_refused(tmp_path: Path) -> None:
    harvest = read(tmp_path, f'{HEADER}\n1,Лента,{"ы" * 300_000}\n2,Эхо,"{"э" * 300_000}"\n3,Дом,плёнка\n')
    assert [(f.title, len(f.description)) for f in harvest.films] == [("Лента", 20_000), ("Эхо", 20_000), ("Дом", 6)]
    assert harvest.rejects == ()
