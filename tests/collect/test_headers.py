"""Headers are matched with fields."""

import pytest

from kadr.collect.headers import Field, resolve
from kadr.errors import SourceError


@pytest.mark.parametrize(
    ("header", "field"),
    [
        ("movie_title", Field.TITLE), ("rus_name", Field.TITLE), ("Название", Field.TITLE), ("nameRu", Field.TITLE),
        ("primaryTitle", Field.TITLE), ("title_en", Field.ORIGINAL_TITLE), ("originalTitle", Field.ORIGINAL_TITLE),
        ("overview", Field.DESCRIPTION), ("description_ru", Field.DESCRIPTION), ("extract", Field.DESCRIPTION),
        ("Год выпуска", Field.YEAR), ("startYear", Field.YEAR), ("Режиссёр", Field.DIRECTORS), ("cast", Field.ACTORS),
        ("imdbID", Field.IMDB), ("tconst", Field.IMDB), ("kp_id", Field.KINOPOISK), ("thumbnail", Field.IMAGE_URL),
        ("Название фильма (рус.)", Field.TITLE), ("Название (англ.)", Field.ORIGINAL_TITLE),
        ("О чём фильм?", Field.DESCRIPTION), ("Страна произв-ва", Field.COUNTRIES),
        ("Режиссёр-постановщик", Field.DIRECTORS), ("Ссылка на постер", Field.IMAGE_URL),
        ("numVotes", Field.VOTES), ("rating.kp", Field.RATING_KINOPOISK), ("content_type", Field.KIND),
    ],
)  # fmt: skip
def test_known_names(header: str, field: Field) -> None:
    plan = resolve(["title", header], [], {})
    assert header in [column.header for column in plan.columns[field]]
    assert plan.unknown == ()


def test_a_russian_title_goes_first_and_languages_are_told() -> None:
    plan = resolve(["title", "rus_name", "overview_en", "description"], [], {})
    assert [c.header for c in plan.columns[Field.TITLE]] == ["rus_name", "title"]
    assert [(c.header, c.language) for c in plan.columns[Field.DESCRIPTION]] == [
        ("description", ""),
        ("overview_en", "en"),
    ]


def test_unknown_headers_and_no_title() -> None:
    assert resolve(["title", "слон"], [], {}).unknown == ("слон",)
    with pytest.raises(SourceError, match=r"'слон', 'кит'.*mapping\.title"):
        resolve(["слон", "кит"], [], {})
