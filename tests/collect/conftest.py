"""Films of our own invention, written in every format that the reader takes."""

import csv
import gzip
import io
import json
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import duckdb
import openpyxl
import pytest

ROWS: list[dict[str, Any]] = [
    {
        "id": "k1",
        "название": "Фонарщик на льду",
        "original_title": "The Ice Lamplighter",
        "год": 1987,
        "тип": "фильм",
        "жанры": ["драма", "фантастика"],
        "режиссёр": ["Илья Замойский"],
        "актёры": ["Вера Тихая", "Юрий Долгий"],
        "runtime": 104,
        "возраст": "12+",
        "описание": "Старый фонарщик находит подо льдом город; в нём ещё горит «свет».\nОн спускается туда.",
        "рейтинг": 7.5,
        "kp_id": 900001,
        "плёнка": "35 мм",
    },
    {
        "id": "k2",
        "название": "Девять писем, одно эхо",
        "original_title": "",
        "год": 2011,
        "тип": "сериал",
        "жанры": ["детектив"],
        "режиссёр": [],
        "актёры": ["Анна Рысь"],
        "runtime": 48,
        "возраст": "16+",
        "описание": "Нет описания",
        "рейтинг": 0,
        "kp_id": None,
        "плёнка": "",
    },
]

Write = Callable[[str, list[dict[str, Any]]], bytes]


def as_csv(rows: list[dict[str, Any]], delimiter: str = ",") -> str:
    text = io.StringIO()
    writer = csv.DictWriter(text, list(rows[0]), delimiter=delimiter, lineterminator="\r\n")
    writer.writeheader()
    writer.writerows({k: "|".join(v) if isinstance(v, list) else v for k, v in row.items()} for row in rows)
    return text.getvalue()


def as_xlsx(rows: list[dict[str, Any]]) -> bytes:
    book = openpyxl.Workbook()
    sheet = book.create_sheet("Фильмы")  # the first sheet stays empty
    sheet.append(list(rows[0]))
    for row in rows:
        sheet.append([", ".join(v) if isinstance(v, list) else v for v in row.values()])
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def as_parquet(rows: list[dict[str, Any]], folder: Path) -> bytes:
    source, target = folder / "rows.json", folder / "rows.parquet"
    source.write_text(json.dumps(rows, ensure_ascii=False), encoding="utf-8")
    duckdb.connect().execute(f"COPY (SELECT * FROM read_json('{source}')) TO '{target}' (FORMAT parquet)")
    return target.read_bytes()


def zipped(members: dict[str, bytes]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in members.items():
            archive.writestr(name, data)
    return out.getvalue()


def every_format(folder: Path) -> dict[str, bytes]:
    """File name -> the same films, in each format and packing."""
    table = as_csv(ROWS).encode()
    array = json.dumps(ROWS, ensure_ascii=False).encode()
    plain = {
        "films.csv": table,
        "semicolon.csv": as_csv(ROWS, ";").encode(),
        "films.tsv": as_csv(ROWS, "\t").encode(),
        "bom.csv": b"\xef\xbb\xbf" + table,
        "wide.csv": as_csv(ROWS).encode("utf-16"),
        "ansi.csv": as_csv(ROWS).encode("cp1251"),
        "films.json": array,
        "object.json": json.dumps({"total": 2, "films": ROWS, "pages": [1]}).encode(),
        "by_key.json": json.dumps({r["id"]: r for r in ROWS}).encode(),
        "films.jsonl": "\n".join(json.dumps(r) for r in ROWS).encode(),
        "films.xlsx": as_xlsx(ROWS),
        "films.parquet": as_parquet(ROWS, folder),
        "no_suffix": array,
    }
    packed = {
        "films.csv.gz": gzip.compress(table, mtime=0),
        "films.parquet.gz": gzip.compress(plain["films.parquet"], mtime=0),
        "films.zip": zipped({"__MACOSX/._films.json": b"x", ".DS_Store": b"x", "in/films.json": array}),
        "twice.zip": zipped({"films.csv.gz": gzip.compress(table, mtime=0)}),
        "xlsx.zip": zipped({"films.xlsx": plain["films.xlsx"]}),
    }
    return plain | packed


@pytest.fixture(scope="session")
def formats(tmp_path_factory: pytest.TempPathFactory) -> dict[str, bytes]:
    return every_format(tmp_path_factory.mktemp("formats"))
