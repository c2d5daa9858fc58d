"""`kadr evaluate`, as it is typed."""

import json
from pathlib import Path

import pytest

from tests.commands import Run
from tests.samples import id_of, write_films


@pytest.fixture
def judged(tmp_path: Path) -> Path:
    return write_films(
        tmp_path / "judged.jsonl",
        [
            {"query": "сторож учит медведя танцевать", "ids": id_of("Сторож зоопарка", 1999)},
            {"query": "a thief bids for a painting at an auction", "title": "The Quiet Auction", "year": "2018"},
            {"query": "сон кита под портом и библиотека чужих снов", "relevant": "Кит под городом | Библиотека снов"},
        ],
    )


def test_the_table_has_intervals_and_slices_without_a_column(kadr: Run, bundles: Path, judged: Path) -> None:
    slices = [word for name in ("language", "length", "type", "field", "overlap") for word in ("--slice", name)]
    ended = kadr("evaluate", judged, "--bundle", bundles, "--baseline", *slices)
    assert (ended.code, ended.err) == (0, "")
    lines = ended.out.splitlines()
    assert " ".join(lines[0].split()) == "slice n S@1 S@10 MRR@10 NDCG@10 R@10 S@10: 95% MRR@10: 95%"
    for name in ("language=ru", "language=en", "4<=length<9", "field=description", "overlap>=0.8", "BM25 on stems"):
        assert any(line.strip().startswith(name) for line in lines), name


def test_a_setting_is_set_against_the_bundle(kadr: Run, bundles: Path, judged: Path) -> None:
    ended = kadr("evaluate", judged, "--bundle", bundles, "--against", "mode=lexical")
    assert ended.code == 0
    assert "against mode=lexical\n  it answered lexical: 3" in ended.out
    told = json.loads(kadr("evaluate", judged, "--bundle", bundles, "--against", "mode=lexical", "--json").out)
    assert {"name", "answered", "won", "lost", "moved"} <= told["against"].keys()
    assert told["slices"][0]["against"]["mrr_10_difference"].keys() == {"mean", "low", "high"}


def test_another_bundle_is_found_by_folder_and_by_version(kadr: Run, bundles: Path, judged: Path) -> None:
    version = (bundles / "current").read_text(encoding="utf-8").strip()
    for other in (bundles, bundles / version, version):
        told = json.loads(kadr("evaluate", judged, "--bundle", bundles, "--against", other, "--json").out)
        against = told["against"]
        assert (against["won"], against["lost"], against["moved"], against["left_out"]) == ([], [], [], 0)
        assert told["slices"][0]["against"]["mrr_10"] == told["slices"][0]["mrr_10"]


def test_the_report_is_one_page(kadr: Run, bundles: Path, judged: Path, tmp_path: Path) -> None:
    arguments = ("--baseline", "--slice", "language", "--against", "mode=semantic", "--report", tmp_path / "out.html")
    ended = kadr("evaluate", judged, "--bundle", bundles, *arguments)
    assert ended.code == 0
    page = (tmp_path / "out.html").read_text(encoding="utf-8")
    assert "judged.jsonl, asked of bundle" in page
    assert page.count("<svg") >= 2 * 3 * 3  # two measures, three slices, three runs


def test_a_copied_text_is_warned_of(kadr: Run, bundles: Path, tmp_path: Path) -> None:
    copied = "Сторож зоопарка учит старого медведя танцевать, чтобы спасти его от продажи в цирк."
    judged = write_films(tmp_path / "copied.jsonl", [{"query": copied, "title": "Сторож зоопарка"}])
    ended = kadr("evaluate", judged, "--bundle", bundles)
    assert "warning: judged texts that stand in a film's text, whole or nearly: 1 (rows 1)" in ended.out


@pytest.mark.parametrize(
    ("arguments", "code", "says"),
    [
        (("--against", "mode=loud"), 2, "against: mode must be hybrid, semantic or lexical, not 'loud'"),
        (("--against", "measure=far"), 2, "against: measure must be cosine, dot or l2, not 'far'"),
        (("--against", "budget_ms=soon"), 2, "against: budget_ms must be a number"),
        (("--against", "budget_ms=nan"), 2, "against: budget_ms must be a number"),
        (("--against", "budget_ms=-1"), 2, "against: budget_ms must be a number"),
        (("--against", "wishes=yes"), 2, "against: wishes must be on or off, not 'yes'"),
        (
            ("--against", "nowhere"),
            2,
            "'nowhere' is no bundle's folder or version, and sets nothing; NAME=VALUE may set",
        ),
        (
            ("--against", "k=5"),
            2,
            "may set mode (hybrid, semantic or lexical), measure (cosine, dot or l2), budget_ms (",
        ),
        (("--against", "0123456789abcdef"), 2, "wishes (on or off), as_typed (on or off)"),
        (("--against", ""), 2, "'' is no bundle's folder"),
        (("--against", "x" * 5_000), 2, "x' is no bundle's folder"),
        (("--against", "a\nb"), 2, r"'a\nb' is no bundle's folder"),
        (("--against", "."), 3, ".: no bundle was published here"),
        (("--slice", "colour"), 2, "no judged query has a value in that column"),
        (("--report", "no/such/folder/out.html"), 2, "--report: no/such/folder is no folder"),
        (("--report", "."), 2, "--report: . is a folder; name a file in it"),
        (("--report", "x" * 300), 2, "cannot be written (File name too long)"),
    ],
)
def test_a_mistake_is_one_line(
    kadr: Run, bundles: Path, judged: Path, arguments: tuple[str, ...], code: int, says: str
) -> None:
    ended = kadr("evaluate", judged, "--bundle", bundles, *arguments)
    assert (ended.code, ended.out) == (code, "")
    assert says in ended.err
    assert ended.err.count("\n") == 1
