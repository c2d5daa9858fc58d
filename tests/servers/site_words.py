"""What stands on the pages of the loopback site beside its films, in both languages."""

__all__ = ["LABELS", "PRESS"]

LABELS = {
    "ru": {
        "original_title": "Оригинальное название",
        "year": "Год производства",
        "kind": "Тип",
        "countries": "Страна",
        "genres": "Жанр",
        "directors": "Режиссёр",
        "actors": "В главных ролях",
        "runtime_minutes": "Длительность",
        "age_rating": "Возраст",
        "description": "О фильме",
        "similar": "Похожие фильмы",
        "film": "фильм",
        "series": "сериал",
    },
    "en": {
        "original_title": "Original title",
        "year": "Year",
        "kind": "Type",
        "countries": "Country",
        "genres": "Genres",
        "directors": "Director",
        "actors": "Starring",
        "runtime_minutes": "Running time",
        "age_rating": "Age rating",
        "description": "Synopsis",
        "similar": "More like this",
        "film": "film",
        "series": "series",
    },
}
PRESS = {
    "ru": (
        "Съёмки «{title}» шли две зимы подряд: режиссёру нужен был настоящий лёд, и группа ждала его на берегу.",
        "На премьере {year} года зал молчал до последнего кадра, а потом аплодировал стоя четверть часа.",
    ),
    "en": (
        "The shooting of {title} took two winters in a row: real ice was needed, and the crew waited on the shore.",
        "At the first night in {year} the audience kept silent to the last frame and then applauded on its feet.",
    ),
}
