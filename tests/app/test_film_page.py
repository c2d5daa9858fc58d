"""The page of one film: each thing it may know, and each it may not."""

from pathlib import Path
from urllib.parse import parse_qs

import pytest

from app.sheet import details, other_texts, source_page, story, texts
from kadr.film import Description, Film, Kind, SourceLink
from kadr.recommend.types import Event
from tests.app.hostile import ATTACKER, PAYLOADS, hostile_films, publish
from tests.app.pages import Enter, entering, links, press, shown
from tests.app.test_hostile_film import ALLOWED_ATTRIBUTES, ALLOWED_TAGS, Markup

LONG = " ".join(f"Предложение номер {n} рассказывает о маяке и море." for n in range(60))
RICH = Film(
    id="wiki:1",
    title="Маяк на краю",
    original_title="Lighthouse at the Edge",
    year=1994,
    kind=Kind.SERIES,
    genres=("Drama", "комедия"),
    countries=("Куба",),
    directors=("Вера Ким",),
    actors=("Олег Марвин", "Анна *Снег*"),
    runtime_minutes=136,
    age_rating=12,
    descriptions=(
        Description(LONG, "wiki", "ru"),
        Description("A keeper finds a letter.", "wiki", "en"),
        Description("Смотритель находит письмо.", "shelf", "ru"),
    ),
    tagline="Свет виден не всем",
    rating=7.25,
    votes=1011,
    page_url="https://films.example/1?a=1&b=2",
    image_url="https://127.0.0.1:9/1.png",
    sources=(SourceLink("wiki", "Q1", "https://ru.wiki.example/Маяк", "CC BY-SA 4.0"), SourceLink("shelf", "2")),
)
BARE = Film(id="bare:1", title="Безымянный остров")
SAME = Film(id="same:1", title="Другой маяк", directors=("Вера Ким",), actors=("Олег Марвин",), year=1999)
CAST = Film(id="same:2", title="Снежная буря", actors=("Олег Марвин",))


@pytest.fixture(scope="module")
def shelf(bundles: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    films = [RICH, BARE, SAME, CAST, *hostile_films(ATTACKER)]
    # The place of the rich film among the ids of all, which the bundle sorts.
    place = sorted(film.id for film in films).index(RICH.id)
    return publish(films, bundles, tmp_path_factory.mktemp("filmed") / "out", {"море :red[x]": (place,)})


@pytest.fixture
def enter(shelf: Path, monkeypatch: pytest.MonkeyPatch) -> Enter:
    return entering(shelf, monkeypatch)


def test_a_film_that_knows_everything(enter: Enter) -> None:
    app = enter("film", id=RICH.id)
    text = Markup(shown(app)).words.replace("\u00a0", " ")
    assert "Lighthouse at the Edge1994 · сериал · 2 ч 16 мин · 12+ · ★ 7.2 (1\u202f011 голосов)Свет виден" in text
    found = dict(links(app))
    for name, field, value in (
        ("Вера Ким", "director", "Вера Ким"),
        ("Анна *Снег*", "actor", "Анна *Снег*"),
        ("драма", "genre", "драма"),
        ("Куба", "country", "Куба"),
        ("море :\u2060red[x]", "theme", "t00000000"),
    ):
        assert parse_qs(found[name]) == {field: [value]}
    assert "Предложение номер 59" in text
    assert text.index("Предложение номер 59") < text.index("Смотритель находит письмо.") < text.index("A keeper")


def test_each_text_names_its_source_and_licence() -> None:
    first, second, third = texts(RICH)
    found = Markup(story(RICH, first))
    assert "Источник: ru.wiki.example, CC BY-SA 4.0" in found.words
    assert found.links == {"https://ru.wiki.example/Маяк"}
    assert "Источник" not in story(RICH, second)  # a list of one's own, which has neither page nor licence
    assert 'lang="en"' in story(RICH, third)
    assert Markup(source_page(RICH)).links == {"https://films.example/1?a=1&b=2"}
    assert "films.example" in source_page(RICH)


def test_a_long_text_is_folded_after_a_sentence_and_nothing_of_it_is_lost() -> None:
    told = story(RICH, RICH.descriptions[0])
    head, _, rest = told.partition("<details>")
    assert head.rstrip("</p>").endswith("море.")
    assert 400 < len(head) < 1_000
    words = Markup(head).words + " " + Markup(rest).words.replace("Дальше", "", 1)
    assert LONG in words
    unbroken = Description("ж" * 5_000)
    assert Markup(story(BARE, unbroken)).words.replace("Дальше", "") == unbroken.text
    assert "details" not in story(BARE, Description("ж" * 1_200))


@pytest.mark.parametrize(("minutes", "text"), [(45, "45 мин"), (60, "1 ч"), (61, "1 ч 1 мин"), (6_000, "100 ч")])
def test_the_length_is_told_in_hours_and_minutes(minutes: int, text: str) -> None:
    assert details(Film(id="1", title="Маяк", runtime_minutes=minutes)) == f'<p class="kadr-facts">{text}</p>'


def test_a_film_that_knows_nothing_looks_well(enter: Enter) -> None:
    app = enter("film", id=BARE.id)
    text = shown(app)
    assert "Безымянный остров" in text
    assert "Описания пока нет." in text
    assert [query for _, query in links(app) if not query.startswith("id=")] == []
    assert (details(BARE), source_page(BARE), other_texts(BARE, [])) == ("", "", "")


def test_films_of_the_same_people_come_once(enter: Enter) -> None:
    app = enter("film", id=RICH.id)
    text = shown(app)
    assert "Того же режиссёра<small>Вера Ким</small>" in text
    assert "С теми же актёрами<small>Олег Марвин, Анна *Снег*</small>" in text
    found = links(app)[-2:]
    assert [title for title, _ in found] == ["Другой маяк", "Снежная буря"]
    assert [parse_qs(query) for _, query in found] == [{"id": ["same:1"]}, {"id": ["same:2"]}]
    assert "Того же режиссёра" not in shown(enter("film", id=CAST.id))


@pytest.mark.parametrize("film", ["", "нет:такого", "\x00", "x" * 5_000, "<script>alert(1)</script>", "' OR 1=1 --"])
def test_an_unknown_film_leads_back_to_the_search(enter: Enter, film: str) -> None:
    app = enter("film", id=film)
    assert "Такого фильма здесь нет" in shown(app)
    assert links(app) == [("К поиску", "")]


def test_no_film_named_is_no_film(enter: Enter) -> None:
    assert "Такого фильма здесь нет" in shown(enter("film"))


@pytest.mark.parametrize("place", range(len(PAYLOADS)), ids=list(PAYLOADS))
def test_a_hostile_film_is_only_text(enter: Enter, place: int) -> None:
    film = hostile_films(ATTACKER)[place]
    found = Markup(shown(enter("film", id=film.id)))
    assert film.title in found.words
    assert found.tags <= ALLOWED_TAGS | {"details", "summary", "h3"}
    assert found.attributes <= ALLOWED_ATTRIBUTES | {"lang"}
    assert all(url.startswith(("https://", "http://")) for url in found.links)
    assert all(url.startswith("https://") for url in found.images)


def test_stars_and_watched_follow_each_other(enter: Enter) -> None:
    app = enter("film", id=RICH.id)
    press(app, f"stars_{RICH.id}", 3)
    assert [(e.kind, e.value) for e in app.session_state["history"].values()] == [("rated", 8.0)]
    assert app.toggle(key=f"watched_{RICH.id}").value is True
    assert ("Что посмотреть дальше", "") in links(app)
    press(app, f"stars_{RICH.id}", None)
    assert [e.kind for e in app.session_state["history"].values()] == ["watched"]
    app.toggle(key=f"watched_{RICH.id}").set_value(False).run()
    assert app.session_state["history"] == {}
    assert ("Что посмотреть дальше", "") not in links(app)


def test_a_like_is_shown_kept_and_taken_back_only_by_its_thumb(enter: Enter) -> None:
    app = enter("film", id=RICH.id)
    assert app.toggle(key=f"watched_{RICH.id}").disabled is False
    app.session_state["history"] = {RICH.id: Event(RICH.id, "liked")}
    app.run()
    switch = app.toggle(key=f"watched_{RICH.id}")
    assert (switch.value, switch.disabled) == (True, True)
    press(app, f"thumbs_{RICH.id}", None)
    assert app.session_state["history"] == {}
    switch = app.toggle(key=f"watched_{RICH.id}")
    assert (switch.value, switch.disabled) == (False, False)


@pytest.mark.parametrize(
    ("words", "query"),
    [(" про космос ", "похожий на «Маяк на краю», но про космос"), ("", "похожий на «Маяк на краю»")],
)
def test_more_like_this_but_is_a_search_that_can_be_shared(enter: Enter, words: str, query: str) -> None:
    app = enter("film", id=RICH.id)
    app.text_input(key=f"alike_{RICH.id}").set_value(words)
    next(button for button in app.button if button.label == "Найти похожее").click().run()
    assert not app.exception
    assert app.query_params["q"] in (query, [query])
    assert app.text_input(key="q").value == query


def test_who_comes_back_to_an_address_that_was_on_its_way_to_the_search_sees_the_film_again(enter: Enter) -> None:
    app = enter("film", id=RICH.id)
    app.query_params.clear()
    app.query_params["q"] = "похожий"
    assert "Маяк на краю" in shown(app.run())
    assert app.query_params in ({"id": [RICH.id]}, {"id": RICH.id})
    assert "Такого фильма здесь нет" in shown(enter("film", q="похожий"))


def test_links_keep_the_language_that_was_chosen(enter: Enter) -> None:
    app = enter("film", id=RICH.id, lang="en")
    assert "1994 · series · 2 h 16 min · 12+ · ★ 7.2 (1\u202f011 votes)" in shown(app).replace("\u00a0", " ")
    found = dict(links(app))
    assert parse_qs(found["Вера Ким"]) == {"director": ["Вера Ким"], "lang": ["en"]}
    assert parse_qs(found["Drama"]) == {"genre": ["драма"], "lang": ["en"]}
    assert shown(app).index("A keeper") < shown(app).index("Предложение")
