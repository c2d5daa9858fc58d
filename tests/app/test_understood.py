"""The page shows what was understood of a query, and takes it back."""

from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from app.texts import TEXTS, count
from app.understood import wish_text
from kadr.encode.hosted.lack import Lack
from kadr.engine import Engine
from kadr.search.ladder import NO_ACCESS
from kadr.search.refine_params import RERANK, REWRITE
from kadr.search.types import Wish
from tests.app.shelf import Visit, build_shelf, html

COMEDY = "комедия 90-х про побег"


def _buttons(app: AppTest, *beginnings: str) -> dict[str, str]:
    """Return the labels of buttons, without escapes, by key."""
    return {
        str(button.key): button.label.replace("\\", "")
        for button in app.button
        if button.key and button.key.startswith(beginnings)
    }


def _wishes(app: AppTest) -> dict[str, str]:
    return _buttons(app, "hard_", "soft_")


def test_wishes_are_shown_in_the_order_of_the_query(visit: Visit) -> None:
    assert _wishes(visit(q=COMEDY)) == {"hard_0": "комедия", "hard_1": "1990–1999"}
    assert _wishes(visit(q="кажется, 90-е, тюремная пекарня")) == {"soft_0": "желательно: 1990–1999"}
    assert _wishes(visit(q="не драма, про письмо")) == {"hard_0": "не драма"}
    assert _wishes(visit(q="Вторая луна")) == {}


def test_a_wish_is_taken_back_by_a_click_and_comes_back_by_another(visit: Visit) -> None:
    app = visit(q="драма про письмо")
    assert "Письмо через пустыню" not in html(app)
    app.button(key="hard_0").click().run()
    assert app.query_params == {"q": "драма про письмо", "skip": "genre:драма"}
    assert _wishes(app) == {"hard_0": "~~драма~~"}
    assert "Письмо через пустыню" in html(app)
    app.button(key="hard_0").click().run()
    assert app.query_params == {"q": "драма про письмо"}
    assert _wishes(app) == {"hard_0": "драма"}
    assert "Письмо через пустыню" not in html(app)


def test_a_link_takes_wishes_back_and_a_click_forgets_what_the_query_does_not_say(visit: Visit) -> None:
    app = visit(q=COMEDY, skip=["genre:комедия", "genre:вестерн"])
    assert _wishes(app) == {"hard_0": "~~комедия~~", "hard_1": "1990–1999"}
    app.button(key="hard_1").click().run()
    assert app.query_params["skip"] == ["genre:комедия", "years:1990-1999"]


def test_another_query_is_read_afresh(visit: Visit) -> None:
    app = visit(q=COMEDY, skip="genre:комедия", exact="1", genre="комедия")
    app.text_input(key="q").set_value("комедия про воров")
    app.button(key="find").click().run()
    assert app.query_params == {"q": "комедия про воров", "genre": "комедия"}
    assert _wishes(app) == {"hard_0": "комедия"}


def test_an_address_opened_later_brings_its_own_readings(visit: Visit) -> None:
    app = visit(q="письмо")
    app.query_params = {"q": COMEDY, "skip": "genre:комедия"}
    app.run()
    assert _wishes(app)["hard_0"] == "~~комедия~~"
    assert app.query_params == {"q": COMEDY, "skip": "genre:комедия"}


def test_wishes_that_no_film_meets_together_are_said_to_move_the_order(visit: Visit) -> None:
    app = visit(q="драма 2019 года")
    assert [caption.value for caption in app.caption] == [TEXTS["relaxed"][0]]
    assert not visit(q="драма 1969 года").caption


def test_wishes_taken_back_count_where_filters_hide_everything(visit: Visit, bundles: Path) -> None:
    query, skipped = "драма про письмо", "genre:драма"
    with Engine.open(bundles) as engine:
        all_wishes, fewer = (engine.found(query, ignored=ignored).size for ignored in ((), (skipped,)))
    assert all_wishes < fewer
    assert f"без них подходит {count(all_wishes, 'films')}" in html(visit(q=query, genre="вестерн"))
    assert f"без них подходит {count(fewer, 'films')}" in html(visit(q=query, genre="вестерн", skip=skipped))


def test_a_correction_is_told_and_can_be_refused(visit: Visit) -> None:
    app = visit(q="сторож сноф")
    assert "Показаны результаты по запросу <strong>сторож <mark>снов</mark></strong>" in html(app)
    assert _buttons(app, "as_typed") == {"as_typed": "Искать точно: сторож сноф"}
    app.button(key="as_typed").click().run()
    assert app.query_params == {"q": "сторож сноф", "exact": "1"}
    assert "Показаны результаты" not in html(app)
    app.button(key="correct_again").click().run()
    assert app.query_params == {"q": "сторож сноф"}
    assert "Показаны результаты" in html(app)


def test_a_correction_of_markup_is_text(visit: Visit) -> None:
    app = visit(q="<сторож> сноф")
    assert "<strong>&lt;сторож&gt; <mark>снов</mark></strong>" in html(app)
    assert app.button(key="as_typed").label.endswith(r": \<сторож\> сноф")


def test_titles_are_suggested_beside_a_correction(visit: Visit) -> None:
    app = visit(q="побек")
    assert _buttons(app, "suggested_") == {"suggested_0": "Хлеб и побег"}
    assert _buttons(visit(q="сторож сноф"), "suggested_") == {}  # what is shown already is no suggestion


def test_titles_are_suggested_where_nothing_was_found(visit: Visit) -> None:
    app = visit(q="шахм", sort="newest")
    assert "Ничего близкого не нашлось" in html(app)
    app.button(key="suggested_0").click().run()
    assert app.query_params == {"q": "Шахматы с тенью", "sort": "newest"}
    assert app.text_input(key="q").value == "Шахматы с тенью"
    assert "точное название" in html(app)


@pytest.mark.parametrize(
    ("wish", "text"),
    [
        (Wish("genre:x", "genre", "x", ()), "x"),
        (Wish("-genre:x", "genre", "x", (), negated=True), "не x"),
        (Wish("genre:x", "genre", "x", (), soft=True), "желательно: x"),
        (Wish("-genre:x", "genre", "x", (), negated=True, soft=True), "желательно: не x"),
        (Wish("-person:x", "person", "X", (), negated=True), "без: X"),
        (Wish("-person:x", "person", "X", (), negated=True, soft=True), "желательно без: X"),
        (Wish("like:x", "like", "X", (), soft=True), "похоже на «X»"),
    ],
)
def test_a_wish_in_words(wish: Wish, text: str) -> None:
    assert wish_text(wish) == text


def test_steps_that_did_not_help_are_told_with_the_reason(
    visit: Visit, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("HF_TOKEN", "KADR_INFERENCE_TOKEN"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("HF_HUB_DISABLE_IMPLICIT_TOKEN", "1")
    refined = build_shelf(tmp_path, 'rewrite = "maker/chat"\nrerank = "maker/cross"')
    app = visit(refined, q="старик нашёл в бутылке чьё-то письмо и не знает, что делать")
    assert {caption.value for caption in app.caption} == {
        "Запрос не дополнен пересказом модели: у этого сайта нет к ней доступа.",
        "Порядок не уточнён второй моделью: у этого сайта нет к ней доступа.",
    }
    assert not visit(refined).caption


def test_every_step_and_every_lack_has_its_words() -> None:
    assert {f"undone_{step}" for step in (REWRITE, RERANK)} <= TEXTS.keys()
    assert {f"because_{lack}" for lack in (*Lack, NO_ACCESS)} <= TEXTS.keys()
