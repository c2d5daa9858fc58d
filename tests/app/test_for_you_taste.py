"""What a visitor may set and ask on the page of recommendations: a watchlist, variety, why, hiding what was seen."""

import re
from collections.abc import Sequence
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from kadr.engine import Engine
from kadr.recommend.types import Event
from tests.app.pages import Enter, press, remembering, shown
from tests.app.shelf import PLOTS, titles


def _buttons(app: AppTest, beginning: str) -> list[str]:
    """Return the films that have a button whose key begins so."""
    keys = [button.key or "" for button in app.button]
    return [key.removeprefix(beginning) for key in keys if key.startswith(beginning)]


def _recommended(app: AppTest) -> list[str]:
    return titles(app, "recommended")


def test_the_films_to_begin_with_are_those_of_the_engine(enter: Enter, bundles: Path) -> None:
    with Engine.open(bundles) as engine:
        films = [film.title for film in engine.starters(8)]
    assert titles(enter("for_you"), "quick_films") == films


def test_a_film_goes_on_the_watchlist_from_its_card_and_off_it_when_it_was_watched(
    enter: Enter, ids: Sequence[str]
) -> None:
    app = remembering(enter("for_you"), *(Event(film, "liked") for film in ids[:5]))
    assert "watchlist" not in app.session_state
    first, second = _buttons(app, "want_")[:2]
    app.button(key=f"want_{first}").click().run()
    app.button(key=f"want_{second}").click().run()
    assert _buttons(app, "unwant_") == [second, first]
    assert not {first, second} & set(_buttons(app, "why_"))  # what is on the list is not recommended again
    app.button(key=f"seen_{first}").click().run()
    assert app.session_state["history"][first].kind == "watched"
    app.button(key=f"unwant_{second}").click().run()
    assert dict(app.session_state["wanted"]) == {}
    assert second in _buttons(app, "why_")


def test_a_film_goes_on_the_watchlist_from_its_page(enter: Enter, ids: Sequence[str]) -> None:
    app = enter("film", id=ids[0])
    app.button(key=f"want_{ids[0]}").click().run()
    assert list(app.session_state["wanted"]) == [ids[0]]
    assert app.button(key=f"want_{ids[0]}").label == "Уже в списке"
    press(app, f"stars_{ids[0]}", 3)
    assert not app.session_state["wanted"]
    assert not _buttons(app, "want_")


def test_the_watchlist_is_taken_along_and_brought_back(enter: Enter, ids: Sequence[str]) -> None:
    app = remembering(enter("for_you"), Event(ids[0], "liked"))
    wish = _buttons(app, "want_")[0]
    app.button(key=f"want_{wish}").click().run()
    (code,) = app.code
    again = enter("for_you", mine=re.sub(r".*\?mine=", "", code.value))
    assert "В списке «Хочу посмотреть»: 1 фильм." in shown(again)
    again.button(key="brought_add").click().run()
    assert list(again.session_state["wanted"]) == [wish]
    assert list(again.session_state["history"]) == [ids[0]]


def test_the_shares_of_a_recommendation_are_all_told_and_are_the_engines(
    enter: Enter, bundles: Path, ids: Sequence[str]
) -> None:
    liked = [Event(film, "liked") for film in (ids[0], ids[3], ids[4])]
    events = [*liked, Event(ids[1], "disliked"), Event(ids[2], "watched")]
    with Engine.open(bundles) as engine:
        item = engine.recommend(events, k=1).items[0]
    app = remembering(enter("for_you"), *events)
    assert "kadr-shares" not in shown(app)
    app.button(key=f"why_{item.film.id}").click().run()
    (told,) = re.findall(r'<dl class="kadr-shares">.*?</dl>', shown(app))
    numbers = [float(each.replace(",", ".").replace("\u2212", "-")) for each in re.findall(r"<dt>(\S+)\u00a0%", told)]
    assert numbers == pytest.approx(
        [100 * each.share for each in item.because] + [100 * item.known] * bool(item.known), abs=0.051
    )
    assert sum(numbers) == pytest.approx(100, abs=0.3)
    assert re.findall("<dd>(.*?)</dd>", told)[: len(item.because)] == [each.title for each in item.because]
    app.button(key=f"why_{item.film.id}").click().run()
    assert "kadr-shares" not in shown(app)


def test_the_slider_says_how_various_the_films_are(enter: Enter, bundles: Path, ids: Sequence[str]) -> None:
    events = [Event(film, "liked") for film in ids[:5]]
    app = remembering(enter("for_you"), *events)
    with Engine.open(bundles) as engine:
        for percent in (30, 0, 100):
            if percent != 30:
                app.slider(key="diversity").set_value(percent).run()
            films = [item.film.title for item in engine.recommend(events, k=20, diversity=percent / 100).items]
            assert _recommended(app) == films[:12]
    app.switch_page("views/search.py").run()
    app.switch_page("views/for_you.py").run()
    assert app.slider(key="diversity").value == 100


def test_who_told_nothing_is_asked_for_no_variety(enter: Enter) -> None:
    app = enter("for_you")
    assert not app.slider
    assert not app.toggle


def test_what_was_seen_is_hidden_on_every_page_where_the_visitor_wishes_it(enter: Enter, ids: Sequence[str]) -> None:
    app = remembering(enter("for_you"), *(Event(film, "liked") for film in ids[:2]))
    app.switch_page("views/search.py").run()
    seen = {title for title, *_ in PLOTS[:2]}
    assert seen <= set(titles(app, "popular"))
    app.toggle(key="hide_seen").set_value(True).run()
    assert not seen & set(titles(app, "popular"))
    assert "Скрыто просмотренных на этой странице: 2 фильма." in shown(app)
    app.query_params["id"] = ids[2]
    app.switch_page("views/film.py").run()
    assert titles(app, "film_same_director")
    assert not seen & {*titles(app, "film_similar"), *titles(app, "film_same_director")}
    app.switch_page("views/for_you.py").run()
    app.toggle(key="hide_seen").set_value(False).run()
    app.switch_page("views/search.py").run()
    assert seen <= set(titles(app, "popular"))


def test_a_film_that_was_drawn_by_lot_is_hidden_as_well(enter: Enter, ids: Sequence[str]) -> None:
    app = enter("search")
    drawn = titles(app, "random")
    seen, film = next((title, film) for (title, *_), film in zip(PLOTS, ids, strict=True) if title in drawn)
    remembering(app, Event(film, "liked"))
    app.toggle(key="hide_seen").set_value(True).run()
    assert titles(app, "random") == [title for title in drawn if title != seen]
