"""Parquet and XLSX -> rows, through the libraries that know them."""

import io
import json
import tempfile
import warnings
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from kadr.collect.unpack import MAX_BYTES
from kadr.errors import SourceError

__all__ = ["read_parquet", "read_xlsx"]

_MAX_SHEET_ROWS = 1_048_576  # of Excel itself; a row number beyond it is damage, and openpyxl would count up to it
_BATCH = 1_000


def read_parquet(data: bytes) -> Iterator[dict[str, Any]]:
    """Yield rows as JSON objects in file order; dates and times come as ISO text.

    Raises:
        SourceError: the file is broken, or its rows hold more than `MAX_BYTES`.
    """
    import duckdb

    # One thread keeps the order; nothing is installed or loaded from outside for a stranger's file.
    config: dict[str, str | bool | int | float | list[str]] = {"threads": 1, "memory_limit": "2GB"}
    config["autoinstall_known_extensions"] = False
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "table.parquet")
        path.write_bytes(data)
        size = 0
        try:
            with duckdb.connect(":memory:", config=config) as connection:
                cursor = connection.execute("SELECT to_json(t) FROM read_parquet(?) t", [str(path)])
                while batch := cursor.fetchmany(_BATCH):
                    for (row,) in batch:
                        size += len(row)
                        if size > MAX_BYTES:
                            raise SourceError(f"holds more than {MAX_BYTES:,} bytes; split it into smaller files")
                        yield json.loads(row)
        except (duckdb.Error, ValueError, RecursionError, MemoryError, RuntimeError) as cause:
            raise SourceError("the Parquet file is broken or cut short; export it again") from cause


def read_xlsx(data: bytes) -> list[tuple[str, list[list[Any]]]]:
    """Return the name of each sheet that has rows, and its rows.

    Raises:
        SourceError: the workbook is broken.
    """
    import openpyxl

    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # styles and extensions that openpyxl skips do not concern us
            book = openpyxl.load_workbook(io.BytesIO(data), read_only=True, data_only=True)
            found = []
            for sheet in book.worksheets:
                sheet.reset_dimensions()  # read-only sheets have it; files lie about sizes
                rows = [list(r) for r in sheet.iter_rows(max_row=_MAX_SHEET_ROWS, values_only=True) if any_cell(r)]
                if rows:
                    found.append((sheet.title, rows))
            book.close()
    except Exception as cause:  # openpyxl lets every error of zip, XML and its own parsing through
        raise SourceError("the XLSX file is broken or cut short; save it again") from cause
    return found


def any_cell(row: tuple[Any, ...]) -> bool:
    """Tell whether a row has a value at all."""
    return any(cell is not None for cell in row)
