import json

from kadr.catalogue.merge import merge
from kadr.catalogue.report import report
from tests.catalogue.films import film, plot

MERGED = merge(
    [
        film("Белый маяк", 1990, "a", "1", descriptions=(plot(0),)),
        film("Белый маяк", 1990, "b", "1"),
        film("Пекарня", None, "b", "2"),
        film("Луна", 1980, "b", "3", age_rating=0),
    ]
)


def test_counts() -> None:
    got = report(MERGED, ["year: too early", "title: is empty", "title: is empty"])
    assert (got.rows_in, got.films) == (7, 3)
    assert got.rows_in - sum(got.rejected.values()) - sum(got.merged.values()) == got.films
    assert list(got.rejected.items()) == [("title: is empty", 2), ("year: too early", 1)]
    assert got.sources == {"b": 3, "a": 1}
    assert (got.filled["year"], got.filled["descriptions"], got.filled["genres"]) == (2 / 3, 1 / 3, 0)
    assert got.filled["age_rating"] == 1 / 3  # 0 is a rating


def test_json_and_text() -> None:
    got = report(MERGED)
    assert json.loads(json.dumps(got.to_json()))["sources"] == {"b": 3, "a": 1}
    lines = got.to_text().splitlines()
    assert lines[0].split() == ["rows", "in", "4"]
    assert "films out" in got.to_text()
    assert [line.split()[-1] for line in lines if line.strip().startswith("year")] == ["66.7%"]
    assert len({len(line) for line in lines if line[-1].isalnum() and line[-1].isdigit()}) == 1
    assert "rejected" not in got.to_text()


def test_nothing() -> None:
    got = report(merge([]))
    assert (got.rows_in, got.films, set(got.filled.values())) == (0, 0, {0.0})
