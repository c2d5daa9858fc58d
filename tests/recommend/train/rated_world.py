"""Films that never were, and people who like those of one genre."""

from pathlib import Path

import numpy as np

from kadr.film import Film, SourceLink

__all__ = ["films", "write_ratings"]

_FIRST = ("Тихий", "Северный", "Медный", "Забытый", "Последний", "Дикий")
_LAST = ("берег", "маяк", "поезд", "сад", "архив", "оркестр", "шторм", "мост", "трамвай", "полигон")


def films() -> tuple[Film, ...]:
    """Return sixty films of two genres, in the order of their ids, of which IMDb knows those with even numbers."""
    return tuple(
        Film(
            id=f"s:{number:02}",
            title=f"{first} {last}",
            year=1960 + number,
            genres=("комедия" if number % 3 else "драма",),
            directors=(f"Режиссёр {number % 7}",),
            sources=(SourceLink("s", f"{number:02}"),),
            external_ids={"imdb": f"tt{9_000_000 + number}"} if number % 2 == 0 else {},
        )
        for number, (first, last) in enumerate((first, last) for first in _FIRST for last in _LAST)
    )


def write_ratings(path: Path, users: int = 120, seed: int = 1, header: str = "user,film,rating,time") -> Path:
    """Write a table in which each user rates 16 films: ten of one genre high, six of the other low."""
    draw, lines = np.random.default_rng(seed), [header]
    numbers = np.arange(60)
    for user in range(users):
        liked = (numbers % 3 > 0) == bool(draw.integers(2))
        rated = np.concatenate((draw.permutation(numbers[liked])[:10], draw.permutation(numbers[~liked])[:6]))
        for at, film in enumerate(draw.permutation(rated).tolist()):
            rating = draw.integers(8, 11) if liked[film] else draw.integers(1, 6)
            lines.append(f"{user},s:{film:02},{rating},{1_600_000_000 + 1000 * user + at}")
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return path
