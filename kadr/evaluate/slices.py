"""Parts of a judged set to look at by themselves: `year`, `source=shelf`, `overlap<0.2`."""

import math
import operator
import re
from bisect import bisect_right
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from types import MappingProxyType

from kadr.errors import ConfigError
from kadr.text import normalise

__all__ = ["Bins", "Slice", "slices_of"]

Bins = Mapping[str, Sequence[float]]
"""By column of numbers, the bounds that part it, ascending: up to and without the first, and so on."""

MAX_VALUES = 20
"""Values of a column that are listed one by one: more is no grouping."""
_SPEC = re.compile(r"([^<>=]{1,200}?)\s*(<=|>=|<|>|=)\s*([^<>=]{1,200})")
_BOUNDS: Mapping[str, Callable[[float, float], bool]] = {
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
}


@dataclass(frozen=True, slots=True)
class Slice:
    """A name and the places (from 0) of the rows that belong, ascending, one or more."""

    name: str
    places: tuple[int, ...]


def slices_of(
    rows: Sequence[Mapping[str, str]], specs: Sequence[str], bins: Bins = MappingProxyType({})
) -> tuple[Slice, ...]:
    """Return the slices that are asked for: first `all`, then those of each spec.

    Args:
        rows: non-empty cells by column, one mapping a query; one or more.
        specs: `column` alone gives each value by itself where the column holds words, and "has one" where it holds
            numbers; either way the rows without a value follow as "no column". `column=value` compares normalised,
            `column<number` (also <=, >, >=) as numbers.
        bins: columns of numbers that are parted by bounds where they stand alone.

    Raises:
        ConfigError: a column is not there, a bound is no number, a slice is empty, or a column has too many values.
    """
    found = {"all": Slice("all", tuple(range(len(rows))))}
    for spec in specs:
        for each in _slices(rows, spec.strip(), bins):
            found.setdefault(each.name, each)
    return tuple(found.values())


def _slices(rows: Sequence[Mapping[str, str]], spec: str, bins: Bins) -> list[Slice]:
    bounded = _SPEC.fullmatch(spec)
    column = bounded[1] if bounded else spec
    cells = [row.get(column, "") for row in rows]
    if not any(cells):
        known = ", ".join(sorted({name[:40] for row in rows for name in row})[:MAX_VALUES])
        raise ConfigError(f"slice {spec[:60]!r}: no judged query has a value in that column; columns: {known}")
    if not bounded:
        return _values(column, cells, bins.get(column))
    keep = _test(spec, bounded[2], bounded[3])
    places = tuple(at for at, cell in enumerate(cells) if cell and keep(cell))
    if not places:
        raise ConfigError(f"slice {spec[:60]!r}: no judged query is in it; widen it or leave it out")
    return [Slice(spec, places)]


def _values(column: str, cells: Sequence[str], bounds: Sequence[float] | None) -> list[Slice]:
    """Return one slice a bin, or a value, or one for all numbers; and one for the empty cells."""
    if bounds is not None:
        names = [_bin(column, float(cell), bounds) if cell else f"no {column}" for cell in cells]
        order = [*_bins(column, bounds), f"no {column}"]
        distinct = [name for name in order if name in set(names)]
    else:
        numbers = all(_number(cell) is not None for cell in cells if cell)
        names = [(column if numbers else f"{column}={cell}") if cell else f"no {column}" for cell in cells]
        # The empty cells stand last.
        distinct = sorted(set(names), key=lambda name: (name == f"no {column}", name))
    if len(distinct) > MAX_VALUES:
        raise ConfigError(f"slice {column[:60]!r}: has {len(distinct)} values; name one: {column[:60]}=VALUE")
    return [Slice(name, tuple(at for at, each in enumerate(names) if each == name)) for name in distinct]


def _bin(column: str, value: float, bounds: Sequence[float]) -> str:
    return _bins(column, bounds)[bisect_right(bounds, value)]


def _bins(column: str, bounds: Sequence[float]) -> list[str]:
    """Return the name of each bin: `length<4`, `4<=length<9`, `length>=9`."""
    between = [f"{low:g}<={column}<{high:g}" for low, high in pairwise(bounds)]
    return [f"{column}<{bounds[0]:g}", *between, f"{column}>={bounds[-1]:g}"]


def _test(spec: str, sign: str, bound: str) -> Callable[[str], bool]:
    """Return what tells whether a cell is in the slice; a cell that is no number is within no bound."""
    if sign == "=":
        return lambda cell: normalise(cell) == normalise(bound)
    limit = _number(bound)
    if limit is None:
        raise ConfigError(f"slice {spec[:60]!r}: {bound[:30]!r} is not a number; write for example overlap<0.2")
    within = _BOUNDS[sign]

    def keep(cell: str) -> bool:
        value = _number(cell)
        return value is not None and within(value, limit)

    return keep


def _number(text: str) -> float | None:
    try:
        value = float(text)
    except ValueError:
        return None
    return value if math.isfinite(value) else None
