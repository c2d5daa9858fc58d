"""A shelf of films whose titles look like wishes, and of people whom visitors name; facts only, no texts."""

from pathlib import Path

from kadr.film import Film, Kind, title_id

__all__ = ["FILMS"]

_FACTS = Path(__file__).with_name("films.txt").read_text(encoding="utf-8")


def _film(line: str) -> Film:
    title, original, year, genres, countries, directors, actors, minutes, age, rating, *kind = line.split(" | ")
    return Film(
        id=title_id(title, int(year)),
        title=title,
        original_title=original.strip(),
        year=int(year),
        kind=Kind.SERIES if kind else Kind.FILM,
        genres=tuple(genres.split(", ")),
        countries=tuple(countries.split(", ")),
        directors=tuple(directors.split(", ")),
        actors=tuple(name for name in actors.strip().split(", ") if name),
        runtime_minutes=int(minutes),
        age_rating=int(age),
        rating=float(rating),
        votes=1000,
    )


FILMS = tuple(
    sorted((_film(line.replace("| |", "|  |")) for line in _FACTS.splitlines() if line[0] != "#"), key=lambda f: f.id)
)
"""The shelf in row order."""
