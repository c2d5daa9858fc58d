"""Bytes become rows: delimiters, quotes, encodings, archives and their bounds."""

import gzip
import importlib.util
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kadr.collect.encoding import decode
from kadr.collect.tables import from_grid, read_table
from kadr.collect.unpack import Blob, unpack
from kadr.errors import SourceError

_spec = importlib.util.spec_from_file_location("collect_samples", Path(__file__).with_name("conftest.py"))
assert _spec
assert _spec.loader
samples = importlib.util.module_from_spec(_spec)
_spec.loader.exec_module(samples)

TEXTS = ["Лодка плывёт по реке.", "Ёлка и метель, «дом»", "АМЕЛИ", "Он", "Съешь ещё этих мягких булок"]


@pytest.mark.parametrize(
    "encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-32", "cp1251", "koi8-r", "cp866"]
)
def test_encodings_are_told(encoding: str) -> None:
    text = "title,description\n" + "\n".join(TEXTS).replace("«", '"').replace("»", '"')
    assert decode(text.encode(encoding)) == text


@pytest.mark.parametrize("title", ["Лунная соната", "Дом", "ВРЕМЯ ЖИТЬ", "Июль"])
def test_short_texts_in_windows_1251(title: str) -> None:
    text = f"title,year\n{title},2001\n"
    assert decode(text.encode("cp1251")) == text


def test_one_flipped_byte_does_not_turn_utf8_into_noise() -> None:
    data = bytearray(("Съешь ещё этих мягких французских булок. " * 5).encode())
    data[3] = 0xFF
    assert decode(bytes(data)).endswith("французских булок. ")


def test_a_named_encoding_is_kept_to() -> None:
    assert decode("Дом".encode("koi8-r"), "koi8-r") == "Дом"
    with pytest.raises(SourceError, match="not known"):
        decode(b"x", "koi9")
    with pytest.raises(SourceError, match="not in utf-8"):
        decode("Дом".encode("cp1251"), "utf-8")


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
def test_delimiters_are_told_outside_quotes(delimiter: str) -> None:
    cells = ["title", '"описание, полное; или | краткое\tвот"', "year"]
    table = read_table(Blob("a.csv", f"{delimiter.join(cells)}\n1{delimiter}2{delimiter}3\n".encode()))
    assert table.headers == ("title", "описание, полное; или | краткое вот", "year")
    assert list(table.records[0].cells.values()) == ["1", "2", "3"]


def test_one_column_is_never_split() -> None:
    table = read_table(Blob("a.csv", "title\nАх, Одесса; да\n".encode()))
    assert table.records[0].cells == {"title": "Ах, Одесса; да"}


@given(
    st.lists(
        st.lists(st.text(st.characters(codec="utf-8", exclude_characters="\0\r")), min_size=2, max_size=2), min_size=1
    )
)
def test_cells_survive_csv(rows: list[list[str]]) -> None:
    filled = [row for row in rows if any(row)]
    text = samples.as_csv([{"title": a, "note": b} for a, b in rows])
    assert [list(r.cells.values()) for r in read_table(Blob("a.csv", text.encode())).records] == filled


def test_a_caption_above_the_header_is_no_header() -> None:
    rows: list[list[object]] = [
        ["Каталог 2024", None],
        ["выгрузка от 3 мая"],
        ["название", "год"],
        ["Лента", 1999],
        ["М"],
    ]
    table = from_grid(rows)
    assert table.headers == ("название", "год")
    assert [record.cells for record in table.records] == [{"название": "Лента", "год": 1999}, {"название": "М"}]
    assert from_grid([["название"], ["Лента"], ["М", None]]).headers == ("название",)
    assert from_grid([["слон"], ["кит"]]).headers == ("слон",)
    assert from_grid([]).headers == ()


def test_repeated_and_nameless_headers_keep_their_cells() -> None:
    table = read_table(Blob("a.csv", b"title,note,note,\nx,1,2,3\n"))
    assert table.records[0].cells == {"title": "x", "note": "1", "note (3)": "2", "column 4": "3"}


def test_bombs_stop_at_the_bound() -> None:
    packed = gzip.compress(b"a" * 3_000_000)
    with pytest.raises(SourceError, match="more than 1,000,000 bytes"):
        unpack(Blob("a.csv.gz", packed), 1_000_000)
    with pytest.raises(SourceError, match="more than 1,000,000 bytes"):
        unpack(Blob("a.zip", samples.zipped({"a.csv": b"a" * 3_000_000})), 1_000_000)
    with pytest.raises(SourceError, match="more than 1,000 bytes"):
        unpack(Blob("a.xlsx", samples.as_xlsx([{"title": "x"}])), 1_000)
    assert unpack(Blob("a.csv.gz", packed), 3_000_000).name == "a.csv"


def test_zips_hold_exactly_one_file() -> None:
    with pytest.raises(SourceError, match=r"7 files \('0.csv', '1.csv', '2.csv', '3.csv', '4.csv'\)"):
        unpack(Blob("a.zip", samples.zipped({f"{i}.csv": b"x" for i in range(7)})), 1_000)
    with pytest.raises(SourceError, match="holds no file"):
        unpack(Blob("a.zip", samples.zipped({"__MACOSX/a.csv": b"x"})), 1_000)
    nested = b"x"
    for _ in range(5):
        nested = gzip.compress(nested)
    with pytest.raises(SourceError, match="too deeply"):
        unpack(Blob("a.gz", nested), 1_000)
