"""The catalogue as a file for people and other programs: CSV, JSON Lines or Parquet, by the file's suffix."""

import csv
import gzip
import io
import json
import os
import tempfile
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, TextIO

from kadr.catalogue.columns import FILMS
from kadr.cells import guarded
from kadr.errors import SourceError
from kadr.film import EXTERNAL_IDS, Description, Film, SourceLink

__all__ = ["HEADERS", "check_target", "export"]

_NOT_EXPORTED = {"row", "popularity", "external_ids"}
"""Columns of the table that say nothing about a film, or say it elsewhere: each external id has a column of its own."""
_RENAMED = {"title": "movie_title"}
_FIRST = ("page_url", "image_url", "movie_title", "description")
"""The layout that spreadsheets of films have here; the reader takes it as it is."""
_TYPES = {
    **{_RENAMED.get(name, name): kind for name, kind in FILMS.items() if name not in _NOT_EXPORTED},
    **{f"{name}_id": "VARCHAR" for name in EXTERNAL_IDS},
}
HEADERS = _FIRST + tuple(name for name in _TYPES if name not in _FIRST)
"""Columns of every export, in order."""


def export(films: Iterable[Film], path: Path) -> int:
    """Write films to `path`, replacing it in one step, and return how many there were.

    The suffix chooses the format: .csv and .jsonl (also with .gz) or .parquet. Every format has the columns `HEADERS`.
    CSV cells hold lists and mappings as JSON, and a text that a spreadsheet would run as a formula behind an
    apostrophe, which the reader takes away; the same films give the same bytes.

    Raises:
        SourceError: an unknown suffix, a text that no file can hold, or a file that cannot be written.
    """
    write = _writer(path)
    try:
        with tempfile.TemporaryDirectory(dir=path.parent, prefix=".export-") as folder:
            aside = Path(folder, path.name)
            count = write((_cells(film) for film in films), aside)
            os.replace(aside, path)  # noqa: PTH105  # os.replace says "atomic" to readers
    except OSError as error:
        fault = f"cannot be written: {error.strerror or error}"
        raise SourceError(f"{path}: {fault}; check its folder, free space and permissions") from error
    except UnicodeEncodeError as error:
        raise SourceError(f"{path}: cannot be written: a text holds half a character; mend it in its source") from error
    return count


def check_target(path: Path) -> None:
    """Look whether films could be written to `path`, before they are there.

    Raises:
        SourceError: an unknown suffix, or a folder that is not there.
    """
    _writer(path)
    if not path.resolve().parent.is_dir():
        raise SourceError(f"{path}: its folder is not there; make it, or name another")


def _writer(path: Path) -> Callable[[Iterable[dict[str, Any]], Path], int]:
    name = path.name.lower()
    write = next((write for suffixes, write in _WRITERS.items() if name.endswith(suffixes)), None)
    if write is None:
        known = ", ".join(suffix for suffixes in _WRITERS for suffix in suffixes)
        raise SourceError(f"{path.name}: unknown format; end the name with one of {known}")
    return write


def _cells(film: Film) -> dict[str, Any]:
    """Return a film's cells by header; lists and mappings as they are."""
    other_ids = {f"{name}_id": value for name, value in film.external_ids.items() if name not in EXTERNAL_IDS}
    cells: dict[str, Any] = {
        "movie_title": film.title,
        **{f"{name}_id": film.external_ids.get(name, "") for name in EXTERNAL_IDS},
        "descriptions": [_description(each) for each in film.descriptions],
        "sources": [_link(each) for each in film.sources],
        "extra": dict(sorted({**other_ids, **film.extra}.items())),
    }
    return {name: cells[name] if name in cells else getattr(film, name) for name in HEADERS}


def _description(each: Description) -> dict[str, str]:
    return {"text": each.text, "source": each.source, "language": each.language}


def _link(each: SourceLink) -> dict[str, str]:
    return {"name": each.name, "id": each.id, "url": each.url, "licence": each.licence}


@contextmanager
def _text_file(path: Path) -> Iterator[TextIO]:
    """Open a text file for writing; gzip, where the name asks for it, carries no name and no clock."""
    with path.open("wb") as raw:
        if not path.name.lower().endswith(".gz"):
            with io.TextIOWrapper(raw, encoding="utf-8", newline="") as file:
                yield file
            return
        packed = gzip.GzipFile(filename="", mode="wb", fileobj=raw, mtime=0)
        with packed, io.TextIOWrapper(packed, encoding="utf-8", newline="") as file:
            yield file


def _write_csv(rows: Iterable[dict[str, Any]], path: Path) -> int:
    count = 0
    with _text_file(path) as file:
        writer = csv.writer(file)  # ends lines with \r\n, and so quotes a cell with a lone \r as well
        writer.writerow(HEADERS)
        for cells in rows:
            writer.writerow([_csv_cell(cells[name]) for name in HEADERS])
            count += 1
    return count


def _csv_cell(value: Any) -> Any:
    if isinstance(value, (list, tuple, dict)):
        return json.dumps(value, ensure_ascii=False) if value else ""
    return guarded(value) if isinstance(value, str) else value


def _write_jsonl(rows: Iterable[dict[str, Any]], path: Path) -> int:
    count = 0
    with _text_file(path) as file:
        for cells in rows:
            file.write(json.dumps(cells, ensure_ascii=False) + "\n")
            count += 1
    return count


def _write_parquet(rows: Iterable[dict[str, Any]], path: Path) -> int:
    from kadr.catalogue.table import lines_to_parquet

    lines = path.with_name(path.name + ".jsonl")
    try:
        count = _write_jsonl(rows, lines)
        lines_to_parquet(lines, path, {name: _TYPES[name] for name in HEADERS})
    finally:
        lines.unlink(missing_ok=True)
    return count


_WRITERS: dict[tuple[str, ...], Callable[[Iterable[dict[str, Any]], Path], int]] = {
    (".csv", ".csv.gz"): _write_csv,
    (".jsonl", ".jsonl.gz"): _write_jsonl,
    (".parquet",): _write_parquet,
}
