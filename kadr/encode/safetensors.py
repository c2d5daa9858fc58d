"""Arrays out of a safetensors file, mapped and checked. The format is small: the length of a header, the header as JSON
(name -> dtype, shape, place), and the raw arrays (github.com/huggingface/safetensors, "Format").
"""

import json
import math
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

__all__ = ["read_tensors"]

LENGTH_BYTES = 8
MAX_HEADER_BYTES = 1_000_000
"""A header takes some 100 bytes an array; a model with embeddings alone has three."""
DTYPES = {"F64": "<f8", "F32": "<f4", "F16": "<f2", "I64": "<i8", "I32": "<i4", "I16": "<i2", "I8": "i1"}
"""What numpy knows, too. Static models come as F32, F16 and I8, their maps as integers."""


def read_tensors(path: Path, names: Iterable[str]) -> dict[str, NDArray[Any]]:
    """Map those arrays of a file that it has, read-only: by name, of the shape and type that the file says.

    Raises:
        ValueError: the file is no safetensors file, is cut short, or has one of the arrays in a form that cannot be
            read; the message says which.
        OSError: the file cannot be read.
    """
    size = path.stat().st_size
    with path.open("rb") as file:
        length = int.from_bytes(file.read(LENGTH_BYTES), "little")
        if length > min(MAX_HEADER_BYTES, size - LENGTH_BYTES):
            raise ValueError("is no safetensors file, or is cut short")
        header = json.loads(file.read(length))
    if not isinstance(header, dict):
        raise ValueError("has a header that is no table")  # noqa: TRY004  # one kind of error for every fault of a file
    start = LENGTH_BYTES + length
    return {name: _mapped(path, name, header[name], start, size) for name in names if name in header}


def _mapped(path: Path, name: str, entry: Any, start: int, size: int) -> NDArray[Any]:
    try:
        (begin, end), shape, kind = entry["data_offsets"], tuple(entry["shape"]), np.dtype(DTYPES[entry["dtype"]])
    except (KeyError, TypeError, ValueError) as error:
        known = ", ".join(DTYPES)
        raise ValueError(f"describes its array {name!r} in no known way ({error}; known types: {known})") from error
    whole = all(type(n) is int and n >= 0 for n in (begin, end, *shape))
    if not whole or not begin < end <= size - start or end - begin != math.prod(shape) * kind.itemsize:
        raise ValueError(f"does not hold its array {name!r} as its header says; it may be cut short")
    mapped: NDArray[Any] = np.memmap(path, dtype=kind, mode="r", offset=start + begin, shape=shape)
    return mapped
