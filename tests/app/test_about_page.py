"""The page about the catalogue: its sources, its age, and how well it is searched."""

import re
import shutil
from pathlib import Path
from typing import Any

import pytest
import streamlit as st

from app.origins import Figure, built, figures, origins
from kadr.engine import Engine
from kadr.film import Film, SourceLink
from tests.app.charted import chart_bundle, diagonal
from tests.app.hostile import publish
from tests.app.shelf import Visit, html

SCORES = {
    "titles": {"success_10": 0.975, "mrr_10": 0.9, "n": 160},
    "words": {"success_10": 0.5, "mrr_10": 0.4, "n": 39},
    "judged": {"success_10": 1, "mrr_10": 0.9, "n": 41},
}


@pytest.fixture(scope="module")
def licensed(bundles: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a catalogue whose films have licences and days, some of them hostile.

    It tells when it was built, and how well it is searched.
    """
    link = SourceLink("энциклопедия", "1", "https://films.example/1", "CC BY-SA 4.0")
    odd = SourceLink("энциклопедия", "2", "", "<b>CC0</b>")
    films = [
        Film(id="я:90", title="Маяк", sources=(link,), fetched_at="2025-03-04T05:06:07+00:00"),
        Film(id="я:91", title="Риф", sources=(odd,), fetched_at="2025-01-02"),
        Film(id="я:92", title="Мыс", sources=(SourceLink("таблица"),), fetched_at="<script>2024-01-01"),
    ]
    root = tmp_path_factory.mktemp("licensed")
    published = publish(films, bundles, root / "first", {})
    asked = {**SCORES, "sentences": {"success_10": 0.0125, "mrr_10": 0.01, "n": 160}}
    return chart_bundle(published, root / "out", diagonal(14), {"probes": {"lexical": asked}})


def test_figures_are_those_of_the_best_encoder_that_was_measured() -> None:
    quality = {"probes": {"legs": {"distilled": {"scores": SCORES}}, "lexical": {"people": SCORES["titles"]}}}
    assert figures(quality, ["hosted", "distilled"]) == [Figure("judged", 1.0, 41), Figure("titles", 0.975, 160)]
    assert figures(quality, ["hosted"]) == [Figure("people", 0.975, 160)]


@pytest.mark.parametrize(
    "quality",
    [
        {},
        {"probes": None},
        {"probes": {"legs": {"static": []}, "lexical": "x"}},
        {"probes": {"lexical": {"titles": {"success_10": "all", "n": 160}, "words": {"success_10": 7, "n": 160}}}},
    ],
)
def test_figures_that_are_none_are_left_out(quality: dict[str, Any]) -> None:
    assert figures(quality, ["static"]) == []


def test_licences_and_days_are_read_from_the_films(licensed: Path) -> None:
    with Engine.open(licensed) as engine:
        read = origins(engine)
        assert read.licences == {"энциклопедия": ("<b>CC0</b>", "CC BY-SA 4.0")}
        assert (read.first_read, read.last_read) == ("2025-01-02", "2025-03-04")


def test_the_time_of_the_build_is_told_by_the_bundle(licensed: Path, tmp_path: Path) -> None:
    with Engine.open(licensed) as engine:
        made = built(engine)
        assert made is not None
        assert made.isoformat() == "2026-02-03T04:05:06+00:00"
    alone = shutil.copytree(engine.path, tmp_path / "films")  # one bundle's folder serves as well, whatever its name
    with Engine.open(alone) as engine:
        assert built(engine) == made
        (engine.path / "provenance.json").write_text("{", encoding="utf-8")
        assert built(engine) is None


def test_the_page_tells_age_sources_quality_and_where_the_api_is(visit: Visit, bundles: Path) -> None:
    app = visit().switch_page("views/about.py").run()
    shown = html(app)
    with Engine.open(bundles) as engine:
        made = built(engine)
        assert made is not None
        assert f"<dt>Собран</dt><dd>{made:%Y-%m-%d %H:%M} UTC</dd>" in shown
        found = figures(engine.manifest.quality, engine.encoder_state().legs)
    assert "<dt>Открыт здесь</dt>" in shown
    assert "<dt>shelf</dt><dd>14 фильмов.</dd>" in shown
    assert ("Как хорошо ищется" in shown) == bool(found)
    assert 'href="/api/v1/docs"' in shown


def test_trials_stand_apart_from_what_people_ask_and_each_share_tells_of_how_many(visit: Visit, licensed: Path) -> None:
    app = visit(licensed).switch_page("views/about.py").run()
    *_, asked, trials = re.findall('<dl class="kadr-about">(.*)</dl>', html(app))
    assert asked == (
        "<dt>Запросы, ответы на которые известны</dt><dd>41 из 41 вопроса (100\u00a0%)</dd>"
        "<dt>По обрывку названия</dt><dd>156 из 160 вопросов (98\u00a0%)</dd>"
    )
    assert trials == "<dt>По вычеркнутому предложению</dt><dd>2 из 160 вопросов (1\u00a0%)</dd>"
    assert "Люди так не спрашивают" in app.caption[-1].value


def test_a_hostile_licence_is_text(visit: Visit, licensed: Path) -> None:
    app = visit(licensed).switch_page("views/about.py").run()
    assert "<b>" not in html(app).replace("<b></b>", "")
    assert "<dt>Страницы прочитаны</dt><dd>с 2025-01-02 по 2025-03-04</dd>" in html(app)


def test_what_the_checks_find_is_shown_to_everybody_without_folders(
    visit: Visit, bundles: Path, tmp_path: Path
) -> None:
    shutil.copytree(bundles, tmp_path / "out")
    app = visit(tmp_path / "out").switch_page("views/about.py").run()
    (tmp_path / "out" / "current").unlink()
    st.cache_data.clear()
    app.session_state["checks"] = True
    app.run()
    st.cache_data.clear()
    assert "<strong>bundle</strong> out: no bundle was published here" in html(app)
    assert str(tmp_path) not in html(app)
