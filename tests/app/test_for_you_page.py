"""The page of recommendations in each of its states, and a history that comes and goes."""

import base64
import json
import re
import zlib
from collections.abc import Sequence
from pathlib import Path
from typing import get_args

import pytest
from streamlit.testing.v1 import AppTest

from app.mine import said
from app.taken import MAX_FILE_BYTES, from_table, to_link, to_table
from kadr.engine import Engine
from kadr.film import Film
from kadr.recommend.types import Event, EventKind
from tests.app.hostile import ATTACKER, hostile_films, publish
from tests.app.pages import Enter, entering, links, press, remembering, shown
from tests.app.test_hostile_film import ALLOWED_ATTRIBUTES, ALLOWED_TAGS, Markup

SEEN = "Вы это видели?"
CHOSEN = "Подобрано для вас"
OFFER = "Найдены ваши отметки"


def _history(app: AppTest) -> dict[str, str]:
    return {film: event.kind for film, event in app.session_state["history"].items()}


def _kept(app: AppTest) -> list[str]:
    """Return the films of the list, in its order."""
    keys = [button.key or "" for button in app.button]
    return [key.removeprefix("remove_") for key in keys if key.startswith("remove_")]


def test_who_comes_first_is_shown_known_films_of_various_genres_to_begin_with(enter: Enter) -> None:
    app = enter("for_you")
    text = shown(app)
    assert SEEN in text
    assert "отмечено: 0 из 5" in text
    assert CHOSEN not in text
    assert "Потому что" not in text
    assert len(app.get("feedback")) == 8 + 6  # of fourteen films eight to begin with, the others below
    assert len({widget.key for widget in app.get("feedback")}) == len(app.get("feedback"))
    assert not app.code  # nothing to take along yet
    assert len(app.get("file_uploader")) == 1


def test_a_thumb_brings_recommendations_with_their_because(enter: Enter, ids: Sequence[str]) -> None:
    app = enter("for_you")
    press(app, f"thumbs_{ids[0]}", 1)
    assert _history(app) == {ids[0]: "liked"}
    text = shown(app)
    assert "отмечено: 1 из 5" in text
    assert CHOSEN in text
    assert "Потому что вам понравилось: «Смотритель маяка»" in text
    assert _kept(app) == [ids[0]]


def test_enough_opinions_put_the_recommendations_first(enter: Enter, ids: Sequence[str]) -> None:
    app = remembering(enter("for_you"), *(Event(film, "liked") for film in ids[:5]))
    text = shown(app)
    assert SEEN not in text
    assert CHOSEN in text
    films = [query for _, query in links(app) if query.startswith("id=")]
    assert len(films) == len(set(films)) > 5  # each film once: what is recommended, and the five of the list
    assert [query.removeprefix("id=") for query in films[-5:]] == list(reversed(ids[:5]))


def test_who_liked_nothing_is_shown_what_is_popular(enter: Enter, ids: Sequence[str]) -> None:
    app = remembering(enter("for_you"), *(Event(film, "disliked") for film in ids[:5]))
    text = shown(app)
    assert "Пока просто популярные" in text
    assert "Потому что" not in text


def test_who_only_watched_is_told_so(enter: Enter, ids: Sequence[str]) -> None:
    text = shown(remembering(enter("for_you"), *(Event(film, "watched") for film in ids[:5])))
    assert "Потому что вы смотрели: «" in text
    assert "понравилось" not in text


def test_who_saw_everything_is_congratulated(enter: Enter, bundles: Path) -> None:
    with Engine.open(bundles) as engine:
        everything = [Event(film.id, "liked") for film in engine.films()]
    assert "Вы отметили все фильмы" in shown(remembering(enter("for_you"), *everything))


def test_my_films_say_what_was_said_and_can_be_taken_back(enter: Enter, ids: Sequence[str]) -> None:
    events = [Event(ids[0], "liked"), Event(ids[1], "rated", 8.0), Event("gone:1", "watched")]
    app = remembering(enter("for_you"), *events)
    text = shown(app)
    assert _kept(app) == [ids[1], ids[0]]
    assert "1990 · ★\u00a04 из 5" in text
    assert "1994 · понравился" in text
    assert "Нет в этом каталоге: 1 фильм." in text
    app.button(key=f"remove_{ids[1]}").click().run()
    assert _history(app) == {ids[0]: "liked", "gone:1": "watched"}
    assert app.button(key="forget_all_yes").label == "Да, забыть 2 фильма"
    app.button(key="forget_all_yes").click().run()
    assert app.session_state["history"] == {}
    assert _kept(app) == []


def test_every_opinion_has_its_words() -> None:
    events = [Event("a", kind, 2.0 if kind == "rated" else None) for kind in get_args(EventKind)]
    assert [said(event) for event in events] == ["★\u00a01 из 5", "понравился", "не понравился", "просмотрен"]


def test_a_link_is_offered_and_leaves_the_address(enter: Enter, ids: Sequence[str]) -> None:
    events = [Event(ids[0], "liked"), Event(ids[1], "rated", 8.0, 1.7e9), Event("gone:1", "watched")]
    app = enter("for_you", mine=to_link(events))
    assert "mine" not in app.query_params
    text = shown(app)
    assert "brought_add" not in _keys_beside_the_uploader(app)  # who opens a link looks at the top
    assert f"{OFFER}: 3 фильма" in text
    assert "«Смотритель маяка», «Хлеб и побег»" in text
    assert "Нет в этом каталоге: 1 фильм." in text
    assert "history" not in app.session_state or app.session_state["history"] == {}
    app.button(key="brought_add").click().run()
    assert dict(app.session_state["history"]) == {event.film: event for event in events}
    assert OFFER not in shown(app)
    assert [toast.value for toast in app.toast] == ["Добавлено: 3 фильма"]


def test_an_offer_can_be_declined(enter: Enter, ids: Sequence[str]) -> None:
    app = enter("for_you", mine=to_link([Event(ids[0], "liked")]))
    app.button(key="brought_not").click().run()
    assert OFFER not in shown(app)
    assert app.session_state["history"] == {}


def test_what_was_said_now_outlives_a_link(enter: Enter, ids: Sequence[str]) -> None:
    app = remembering(enter("for_you", mine=to_link([Event(ids[0], "liked")])), Event(ids[0], "disliked"))
    assert "останется как есть" in shown(app)
    app.button(key="brought_add").click().run()
    assert _history(app) == {ids[0]: "disliked"}


@pytest.mark.parametrize("text", ["", "x", "eJxx", "<script>alert(1)</script>", "я" * 10, "A" * 5_000, "%00"])
def test_a_bad_link_is_told_once_and_harms_nothing(enter: Enter, text: str) -> None:
    app = enter("for_you", mine=text)
    assert "Ссылка не читается" in shown(app)
    assert "mine" not in app.query_params
    assert "Ссылка не читается" not in shown(app.run())


def test_the_link_that_is_shown_is_the_history(enter: Enter, ids: Sequence[str]) -> None:
    events = (Event(ids[0], "liked"), Event(ids[1], "rated", 8.0, 1_700_000_000.0))
    app = remembering(enter("for_you"), *events)
    (code,) = app.code
    assert code.value.endswith(f"?mine={to_link(events)}")
    again = enter("for_you", mine=re.sub(r".*\?mine=", "", code.value))
    again.button(key="brought_add").click().run()
    assert tuple(again.session_state["history"].values()) == events


def test_a_history_too_long_for_a_link_is_offered_as_a_file(enter: Enter) -> None:
    many = [Event(f"t{n * 2_654_435_761 % 2**32:012x}", "watched", None, n * 7_919.0) for n in range(900)]
    app = remembering(enter("for_you"), *many)
    assert "слишком много" in shown(app)
    assert not app.code
    assert [button.label for button in app.download_button] == ["Скачать файл"]


def test_it_is_said_how_long_marks_live(enter: Enter, ids: Sequence[str]) -> None:
    assert "до перезагрузки страницы" in shown(remembering(enter("for_you"), Event(ids[0], "liked")))
    english = shown(remembering(enter("for_you", lang="en"), Event(ids[0], "liked")))
    assert "until the page is reloaded" in english


def _keys_beside_the_uploader(app: AppTest) -> list[str | None]:
    return [button.key for button in app.get_by_key("take").get("button")]


def _upload(app: AppTest, data: bytes, name: str = "kadr.csv") -> AppTest:
    app.file_uploader[0].set_value([(name, data, "text/csv")])
    return app.run()


def test_a_file_is_brought_back_with_a_report(enter: Enter, ids: Sequence[str]) -> None:
    events = [Event(ids[0], "liked"), Event("gone:1", "watched")]
    data = to_table(events, {ids[0]: Film(id=ids[0], title="Смотритель маяка")})
    app = _upload(enter("for_you"), data + b"half,a,row\r\n")
    text = shown(app)
    assert f"{OFFER}: 2 фильма" in text
    assert "Нет в этом каталоге: 1 фильм." in text
    assert "Не удалось прочесть: 1 запись." in text
    assert app.file_uploader[0].key == "file_1"  # the file that was read is let go of
    assert "brought_add" in _keys_beside_the_uploader(app)
    app.button(key="brought_add").click().run()
    assert dict(app.session_state["history"]) == {event.film: event for event in from_table(data).events}


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"\x89PNG\r\n\x1a\n\x00\x98\xff",
        "название,длина\nМаяк,5".encode(),
        b"id,kind\n" + b"\xff\xfe" * 100,
        b"id,kind\na,liked\n" * (MAX_FILE_BYTES // 10),
        b"PK\x03\x04" + bytes(range(256)),
    ],
    ids=["empty", "picture", "other columns", "no letters", "too large", "workbook"],
)
def test_a_bad_file_is_told_once_and_harms_nothing(enter: Enter, data: bytes) -> None:
    app = _upload(enter("for_you"), data)
    (told,) = (block for block in app.get_by_key("take").get("html") if "Файл не читается" in block.proto.body)
    assert told.proto.body in shown(app)
    assert "Файл не читается" not in shown(app.run())


def test_hostile_films_and_histories_are_only_text(
    bundles: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    films = hostile_films(ATTACKER)
    shelf = publish(films, bundles, tmp_path / "out", {})
    rows = [[film.id, 1, None, None] for film in films] + [["<script>alert(1)</script>", 1, None, None]]
    mine = base64.urlsafe_b64encode(zlib.compress(json.dumps(rows).encode(), 9)).rstrip(b"=").decode()
    app = entering(shelf, monkeypatch)("for_you", mine=mine)
    offered = Markup(shown(app))
    assert films[-1].title in offered.words
    app.button(key="brought_add").click().run()
    found = Markup(shown(app))
    assert films[-1].title in found.words
    for markup in (offered, found):
        assert markup.tags <= ALLOWED_TAGS
        assert markup.attributes <= ALLOWED_ATTRIBUTES
        assert "<script>alert(1)</script>" not in markup.words  # of an unknown film only the number is told
