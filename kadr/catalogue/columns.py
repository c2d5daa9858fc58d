"""The columns of the table of films and their SQL types: column names have their one home here."""

__all__ = ["COMPUTED", "STORED"]

STORED = {
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
    "record": "VARCHAR",
}
"""Columns that are stored, in order."""
COMPUTED = {
    "descriptions": (
        'STRUCT("text" VARCHAR, source VARCHAR, "language" VARCHAR)[]',
        '[{"text": "VARCHAR", "source": "VARCHAR", "language": "VARCHAR"}]',
    ),
    "sources": (
        'STRUCT("name" VARCHAR, id VARCHAR, url VARCHAR)[]',
        '[{"name": "VARCHAR", "id": "VARCHAR", "url": "VARCHAR"}]',
    ),
    "external_ids": ("MAP(VARCHAR, VARCHAR)", '"MAP(VARCHAR, VARCHAR)"'),
    "extra": ("MAP(VARCHAR, VARCHAR)", '"MAP(VARCHAR, VARCHAR)"'),
}
"""Columns that are read from `record`: SQL type, and the same as a DuckDB JSON structure."""
