"""What commands that read a file of ratings have in common: how its columns and its scale are said."""

import math
from collections.abc import Sequence

import click

from kadr.errors import ConfigError

__all__ = ["mapping_of", "mapping_option", "scale_of", "scale_option"]

mapping_option = click.option(
    "--mapping",
    multiple=True,
    metavar="FIELD=HEADER",
    help="A column by its header, as user=viewer; repeat the option. Fields: user, film, rating, time, title, year,"
    " imdb, tmdb, kinopoisk.",
)
scale_option = click.option(
    "--scale", nargs=2, type=float, help="The lowest and the highest rating. [default: seen from the ratings]"
)


def mapping_of(given: Sequence[str]) -> dict[str, str]:
    """Return field -> header, as `mapping_option` was typed.

    Raises:
        ConfigError: something typed is no such pair.
    """
    pairs = [each.partition("=") for each in given]
    if wrong := [
        each for each, (field, sign, header) in zip(given, pairs, strict=True) if not (field and sign and header)
    ]:
        raise ConfigError(f"--mapping: {wrong[0][:60]!r} is not of the form FIELD=HEADER, as user=viewer")
    return {field.strip(): header for field, _, header in pairs}


def scale_of(given: tuple[float, float] | None) -> tuple[float, float] | None:
    """Return the scale, as `scale_option` was typed.

    Raises:
        ConfigError: it is none.
    """
    if given is not None and not (-math.inf < given[0] < given[1] < math.inf and given[1] > 0):
        raise ConfigError("--scale: the first must be below the second, as --scale 1 10")
    return given
