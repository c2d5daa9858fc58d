"""The page of a report: whole, escaped, and in need of nothing else."""

import re
from html.parser import HTMLParser
from pathlib import Path

import pytest

from kadr.evaluate.bootstrap import Interval, Spread
from kadr.evaluate.chart import bar, gap_bar
from kadr.evaluate.flips import Flip, Flips
from kadr.evaluate.judgments import Judgment
from kadr.evaluate.leaks import Leak
from kadr.evaluate.metrics import Scores
from kadr.evaluate.page import MAX_ROWS, to_html
from kadr.evaluate.report import Against, Report, Rival, SliceScores
from kadr.evaluate.resolve import Resolution

HOSTILE = "<script>alert(1)</script>\"'&<img src=https://elsewhere.example/x onerror=alert(2)>\x1b[31m конец"
SPREAD = Spread(Interval(0.8, 0.7, 0.9), Interval(0.6, 0.5, 0.7))
GAP = Spread(Interval(0.1, -0.05, 0.25), Interval(0.02, -0.04, 0.08))
SCORES, LESS = Scores(20, 0.5, 0.8, 0.6, 0.65, 0.75), Scores(20, 0.4, 0.7, 0.58, 0.6, 0.7)


class Reader(HTMLParser):
    """What a browser would see: text, tags, and every address or handler in an attribute."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.text, self.open, self.tags, self.attributes = "", list[str](), list[str](), set[str]()
        self.feed(page)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.attributes.update(name for name, _ in attrs)
        if tag not in {"meta", "rect", "line"}:
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.handle_starttag(tag, attrs)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        self.text += data


def _report(text: str, lost: int = 1) -> Report:
    judgment = Judgment(3, text, title=text, year=1999)
    flip = Flip(judgment, 1, None)
    rival = Rival(LESS, GAP)
    return Report(
        (SliceScores("all", SCORES, SPREAD, rival, rival), SliceScores(text, SCORES, SPREAD, rival, rival)),
        {text: 20},
        (judgment,) * lost,
        Resolution((), (judgment,), 0, 0),
        (Leak(judgment, "f", text, 1.0),),
        Against(text, {text: 20}, Flips((flip,), (Flip(judgment, None, 4),), (Flip(judgment, 2, 5),)), 2),
    )


def test_the_page_is_whole_and_asks_for_nothing() -> None:
    page = to_html(_report("плохая луна"), "judged.csv")
    reader = Reader(page)
    assert page.startswith("<!doctype html>")
    assert not reader.open
    assert {"script", "img", "link", "iframe"}.isdisjoint(reader.tags)
    assert {"src", "href", "onerror", "onclick"}.isdisjoint(reader.attributes)
    assert not re.search(r"https?:|url\(|@import", page)
    assert "default-src 'none'" in page
    assert "prefers-color-scheme:dark" in page
    assert 'name="viewport"' in page


def test_hostile_text_stays_text() -> None:
    reader = Reader(to_html(_report(HOSTILE), HOSTILE))
    assert "script" not in reader.tags
    assert "img" not in reader.tags
    assert "onerror" not in reader.attributes
    assert "\x1b" not in reader.text


def test_what_looks_like_a_tag_and_is_none_is_escaped() -> None:
    reader = Reader(to_html(_report('a < b & c > d "e" overlap<0.2'), "x < y"))
    assert 'a < b & c > d "e" overlap<0.2' in reader.text
    assert "x < y" in reader.text
    assert not reader.open


def test_the_page_tells_every_number_and_every_flip() -> None:
    text = Reader(to_html(_report("плохая луна"), "judged.csv")).text
    for told in ("0.800", "0.700", "[0.700, 0.900]", "+0.100 [-0.050, +0.250]", "+0.020 [-0.040, +0.080]", "0.750"):
        assert told in text
    for told in ("BM25 on stems", "20 judged queries", "row 3 'плохая луна' (1999)", "– → 1", "4 → –", "5 → 2"):
        assert told in text
    for told in ("Warning: judged texts that stand in a film's text", "left out: 2", "left out: 1 queries"):
        assert told in text


def test_a_page_without_rivals_has_no_comparison() -> None:
    text = Reader(to_html(Report((SliceScores("all", SCORES, SPREAD),), {}, (), Resolution((), (), 0, 0)), "x")).text
    assert "flipped" not in text
    assert "BM25" not in text
    assert "how much better" not in text.replace("with how much better this bundle is", "")


def test_long_tables_are_cut_and_say_so() -> None:
    page = to_html(_report("луна", lost=MAX_ROWS + 7), "x")
    assert "and 7 more" in page
    assert page.count("<tr>") < MAX_ROWS + 30


@pytest.mark.parametrize(("value", "width"), [(0.0, "0.0"), (0.5, "500.0"), (1.0, "1000.0")])
def test_a_bar_is_as_long_as_its_value(value: float, width: str) -> None:
    drawn = bar(value, Interval(value, value / 2, 1.0), "own")
    assert f'<rect class="own" x="0" y="4" width="{width}"' in drawn
    assert f'x1="{value * 500:.1f}" x2="1000.0"' in drawn
    assert "whisker" not in bar(value, None, "own")


def test_a_difference_stands_on_its_side_of_zero() -> None:
    drawn = gap_bar(Interval(0.1, -0.1, 0.2), 0.2)
    assert '<line class="axis" x1="500.0" x2="500.0"' in drawn
    assert '<line class="dot" x1="750.0" x2="750.0"' in drawn
    assert '<line class="whisker" x1="250.0" x2="1000.0"' in drawn


def test_the_same_report_makes_the_same_page(tmp_path: Path) -> None:
    first = to_html(_report("луна"), "x")
    (tmp_path / "page.html").write_text(first, encoding="utf-8")
    assert to_html(_report("луна"), "x") == (tmp_path / "page.html").read_text(encoding="utf-8")
