"""The columns of the database and their SQL types: column names have their one home here."""

__all__ = ["FILMS", "THEMES"]

FILMS = {
    "row": "INTEGER",
    "id": "VARCHAR",
    "title": "VARCHAR",
    "original_title": "VARCHAR",
    "year": "SMALLINT",
    "kind": "VARCHAR",
    "genres": "VARCHAR[]",
    "countries": "VARCHAR[]",
    "directors": "VARCHAR[]",
    "actors": "VARCHAR[]",
    "runtime_minutes": "SMALLINT",
    "age_rating": "SMALLINT",
    "description": "VARCHAR",
    "tagline": "VARCHAR",
    "rating": "DOUBLE",
    "votes": "BIGINT",
    "page_url": "VARCHAR",
    "image_url": "VARCHAR",
    "fetched_at": "VARCHAR",
    "tags": "VARCHAR[]",
    "popularity": "DOUBLE",
    "descriptions": 'STRUCT("text" VARCHAR, source VARCHAR, "language" VARCHAR)[]',
    "sources": 'STRUCT("name" VARCHAR, id VARCHAR, url VARCHAR, licence VARCHAR)[]',
    "external_ids": "MAP(VARCHAR, VARCHAR)",
    "extra": "MAP(VARCHAR, VARCHAR)",
}
"""Columns of the table `films`, in order."""
THEMES = {
    "number": "INTEGER",
    "id": "VARCHAR",
    "name_ru": "VARCHAR",
    "name_en": "VARCHAR",
    "terms": "VARCHAR[]",
    "size": "INTEGER",
}
"""Columns of the table `themes`, in order; `number` is the place of a theme, from 0, largest first."""
