"""The command that writes the README's table of quality: its format, its bounds, its seeded queries."""

import json
import re
from pathlib import Path

import pytest

from bench.english import KEYWORDS, SENTENCE_WORDS, English, make_english
from bench.quality import KNOWN_ITEM, PARTS, SHORT_TO_FULL, _with_year
from bench.quality_table import END, HEADER, START, Must, lines_of, missed, table
from kadr.evaluate.bootstrap import Interval, Spread
from kadr.evaluate.metrics import Scores
from kadr.evaluate.report import Report, Rival, SliceScores
from kadr.evaluate.resolve import Resolution
from kadr.text import normalise

ROW = re.compile(
    r"\| .+ \([0-9,]+\) \| [01.0-9]+ / [.0-9]+ \| [.0-9]+ / [.0-9]+ \| [+-]\.\d{3} \[[+-]\.\d{3}, [+-]\.\d{3}\] \|"
)
README = Path(__file__).parents[2] / "README.md"


def _part(name: str, success: float, mrr: float, low: float = -0.01) -> SliceScores:
    none = Interval(0, 0, 0)
    rival = Rival(Scores(179, 0.5, 0.8, 0.7, 0.7, 0.8), Spread(none, Interval(mrr - 0.7, low, 0.09)))
    return SliceScores(name, Scores(179, 0.5, success, mrr, 0.7, success), Spread(none, none), rival)


def _report(*parts: SliceScores) -> Report:
    return Report(parts, {}, (), Resolution((), (), 0, 0))


def test_the_table_has_the_format_of_the_readme() -> None:
    report = _report(_part("all", 0.9, 0.75), _part("year", 1.0, 0.691, -0.03))
    made = table(lines_of(report, [("year", "the same, dated"), ("all", "known films")]))
    assert made.splitlines() == [
        "| judged queries | BM25 on stems | Kadr | MRR@10 difference |",
        "|---|---|---|---|",
        "| the same, dated (179) | .800 / .700 | 1.000 / .691 | -.009 [-.030, +.090] |",
        "| known films (179) | .800 / .700 | .900 / .750 | +.050 [-.010, +.090] |",
    ]
    assert all(ROW.fullmatch(line) for line in made.splitlines()[2:])


@pytest.mark.skipif(START not in README.read_text(encoding="utf-8"), reason="the README has no marks for the table yet")
def test_the_readme_holds_such_a_table() -> None:
    held = README.read_text(encoding="utf-8").split(START)[1].split(END)[0].strip()
    head, rows = held[: len(HEADER)], held[len(HEADER) :].strip().splitlines()
    assert head == HEADER
    assert len(rows) >= 4
    assert [row for row in rows if not ROW.fullmatch(row)] == []


def test_what_is_missed_is_named() -> None:
    good = _report(_part("all", 0.83, 0.731, 0.0001), _part("overlap<0.2", 0.75, 0.6))
    assert missed("known", good, KNOWN_ITEM) == []
    bad = _report(_part("all", 0.82, 0.72, 0.0), _part("overlap<0.2", 0.7499, 0.6))
    assert missed("known", bad, KNOWN_ITEM) == [
        "known, all: baseline.difference.mrr_10.mean is 0.0200, must be at least 0.03",
        "known, all: baseline.difference.mrr_10.low is 0.0000, must be above 0.0",
        "known, all: scores.success_10 is 0.8200, must be at least 0.83",
        "known, overlap<0.2: scores.success_10 is 0.7499, must be at least 0.75",
    ]
    assert len(missed("short", _report(_part("all", 0.65, 0.52)), SHORT_TO_FULL)) == 2


def test_queries_with_a_year_are_asked_by_themselves(tmp_path: Path) -> None:
    judged = tmp_path / "judged.csv"
    judged.write_text('\ufeffquery,title,year\n"Маяк, да",Маяк,1999\nкит,Кит,\nлуна,Луна,2001\n', encoding="utf-8")
    dated = _with_year(judged, tmp_path)
    assert dated.name == "judged-with-year.csv"
    assert dated.read_text(encoding="utf-8").splitlines() == [
        "query,title,year",
        '"Маяк, да",Маяк,1999',
        "луна,Луна,2001",
    ]


def test_a_slice_that_is_not_there_is_no_silent_pass() -> None:
    with pytest.raises(KeyError):
        missed("known", _report(_part("all", 1, 1)), [Must("year", "scores.mrr_10", 0.1)])
    with pytest.raises(KeyError):
        lines_of(_report(_part("all", 1, 1)), [("year", "x")])


def test_parts_say_what_they_skip(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("KADR_TEST_DATA", str(tmp_path))
    assert [*PARTS["ru"]("embedded"), *PARTS["en"]("embedded")] == []
    told = capsys.readouterr().out
    assert "skipped: the Russian sets; KADR_TEST_DATA" in told
    assert "skipped: the English sets; KADR_TEST_DATA" in told


TRADES = (
    "baker",
    "sailor",
    "tailor",
    "miner",
    "potter",
    "weaver",
    "farmer",
    "smith",
    "painter",
    "hunter",
    "barber",
    "clerk",
)
LEAD = (
    "{title} is a film directed by Nobody. The old {trade} of the {place} must hide a stranger from soldiers before"
    " winter comes, and pays for it dearly."
)
OVERVIEW = (
    "A {trade} keeps somebody safe in the cellar of a {place} while an army searches every house nearby. It ends badly"
    " for both of them and for the whole street."
)
COPIED = (
    "Copied Twice is a film of many words. Two brothers carry a piano over the frozen lake and quarrel about the tune"
    " until it sinks."
)
PLACES = ("harbour", "valley", "island", "village", "castle", "forest")


def _write_data(folder: Path) -> Path:
    """Write both catalogues: seventy-two films that both have, in different words, and one that copies."""
    catalogues = folder / "catalogues"
    (catalogues / "wikipedia-movie-data").mkdir(parents=True)
    films, rows = [], ["id,title,release_date,overview,src"]
    for at, (trade, place) in enumerate((trade, place) for trade in TRADES for place in PLACES):
        title, year = f"Ledger {at}", 1950 + at
        lead = LEAD.format(title=title, trade=trade, place=place)
        told = OVERVIEW.format(trade=trade, place=place)
        films.append({"title": title, "year": year, "cast": ["A B"], "genres": ["Drama"], "extract": lead})
        rows.append(f'{at},{title},{year}-01-01,"{told}",made')
    films.append({"title": "Copied Twice", "year": 2001, "cast": [], "genres": [], "extract": COPIED})
    rows.append(f'99,Copied Twice,2001-01-01,"{COPIED}",made')
    (catalogues / "wikipedia-movie-data" / "movies-1950s.json").write_text(json.dumps(films), encoding="utf-8")
    (catalogues / "tmdb_overviews.csv").write_text("\n".join(rows), encoding="utf-8")
    return folder


def _rows(path: Path) -> list[dict[str, str]]:
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]


@pytest.fixture
def english(tmp_path: Path) -> English:
    (tmp_path / "made").mkdir()
    return make_english(_write_data(tmp_path / "data"), tmp_path / "made", [("ledger 0", 1950)], asked=20)


def test_each_query_is_one_sources_text_and_asks_for_the_others_row(english: English) -> None:
    catalogue = {f"{name}:{row['id']}": row for name, path in english.sources.items() for row in _rows(path)}
    asked = _rows(english.queries["sentences"])
    assert len(asked) == 40
    assert {row["asked of"] for row in asked} == {"wikipedia", "tmdb"}
    texts = "\n".join(normalise(row["description"]) for row in catalogue.values())
    for row in asked:
        assert row["id"] in catalogue
        assert len(row["query"].split()) in SENTENCE_WORDS
        assert normalise(row["query"]) not in texts


def test_a_film_stands_in_the_catalogue_once(english: English) -> None:
    rows = [row for path in english.sources.values() for row in _rows(path)]
    titles = [row["title"] for row in rows]
    assert len(titles) == len(set(titles)) == len(TRADES) * len(PLACES) + 1
    leads = {row["title"] for row in _rows(english.sources["wikipedia"])}
    assert "Ledger 0" in leads  # somebody else asks for it


def test_a_text_that_both_have_asks_for_nothing(english: English) -> None:
    assert not any("piano" in row["query"] for row in _rows(english.queries["sentences"]))


def test_keywords_are_the_rarest_words_of_a_sentence(english: English) -> None:
    sentences = {row["id"]: row["query"] for row in _rows(english.queries["sentences"])}
    for row in _rows(english.queries["keywords"]):
        words = row["query"].split()
        assert len(words) in KEYWORDS
        assert set(words) <= set(normalise(sentences[row["id"]]).split())


def test_the_same_data_gives_the_same_queries(english: English, tmp_path: Path) -> None:
    (tmp_path / "again").mkdir()
    again = make_english(tmp_path / "data", tmp_path / "again", [("ledger 0", 1950)], asked=20)
    for name, path in {**english.sources, **english.queries}.items():
        assert {**again.sources, **again.queries}[name].read_bytes() == path.read_bytes()
