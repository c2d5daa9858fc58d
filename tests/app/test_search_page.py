import re
import shutil
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from app.markdown import literal
from kadr.engine import MEASURES
from tests.app.shelf import PLOTS, SECONDS, SHOWN_TITLE, Visit, html, titles

FILMS = len(PLOTS) + 2


def _options(app: AppTest, key: str) -> list[str]:
    return list(app.multiselect(key=key).options)


def test_without_a_bundle_the_page_says_what_to_do(visit: Visit, tmp_path: Path) -> None:
    app = visit(tmp_path)
    assert "Каталог ещё не собран" in html(app)
    assert [block.value for block in app.code] == ["make build"]
    assert not app.text_input


def test_a_damaged_bundle_is_refused_in_words_and_its_place_is_for_the_log(
    visit: Visit, bundles: Path, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    shutil.copytree(bundles, tmp_path / "out")
    version = (tmp_path / "out" / "current").read_text().strip()
    (tmp_path / "out" / version / "films.usearch").write_bytes(b"cut short")
    app = visit(tmp_path / "out")
    app.run()
    assert "Каталог не открывается" in html(app)
    assert version not in html(app)
    (line,) = [each.getMessage() for each in caplog.records if each.name == "kadr.app"]
    assert f"{version}/films.usearch: has 9 bytes" in line


def test_a_catalogue_that_comes_from_elsewhere_is_awaited_without_telling_whence(
    visit: Visit, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    app = visit(tmp_path)
    monkeypatch.setenv("KADR_BUNDLE", "https://127.0.0.1:9/secret-place")
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    app.run()
    assert "Каталог ещё не получен" in html(app)
    assert "secret-place" not in html(app)
    assert not app.code


def test_a_wrong_setting_is_named(visit: Visit, monkeypatch: pytest.MonkeyPatch) -> None:
    app = visit()
    monkeypatch.setenv("KADR_RESULTS", "many")
    app.run()
    assert "Настройка неверна" in html(app)
    assert "KADR_RESULTS" in html(app)


def test_the_number_of_results_comes_from_the_setting(visit: Visit, monkeypatch: pytest.MonkeyPatch) -> None:
    app = visit()
    monkeypatch.setenv("KADR_RESULTS", "3")
    app = AppTest.from_file(app._script_path, default_timeout=SECONDS).run()
    assert len(titles(app, "popular")) == 3
    assert app.query_params == {}


def test_an_empty_query_shows_films_by_lot_and_popular_ones(visit: Visit) -> None:
    app = visit()
    first = titles(app, "random")
    assert len(set(first)) == 10
    assert len(titles(app, "popular")) == 10
    assert app.query_params == {}
    app.button(key="more").click().run()
    assert len(set(titles(app, "random"))) == 10
    assert titles(app, "random") != first


def test_the_lot_stays_while_other_things_change(visit: Visit) -> None:
    app = visit()
    first = titles(app, "random")
    app.selectbox(key="k").set_value(20).run()
    assert titles(app, "random") == first
    assert len(titles(app, "popular")) == FILMS
    assert app.query_params == {"k": "20"}


def test_a_query_finds_its_film_and_says_why(visit: Visit) -> None:
    app = visit()
    app.text_input(key="q").set_value("  смотритель нашёл письмо в бутылке ")
    app.button(key="find").click().run()
    assert titles(app, "cards")[0] == "Смотритель маяка"
    assert "<mark>письмо</mark>" in html(app)
    assert re.search(r'<details class="kadr-why">.*<p>[^<]*в описании: [^<]*письмо', html(app))
    assert app.query_params == {"q": "смотритель нашёл письмо в бутылке"}


def test_nonsense_finds_nothing_and_says_so(visit: Visit) -> None:
    app = visit(q="ыфвапр щшгнек")
    assert "Ничего близкого не нашлось" in html(app)
    assert "проверьте написание" in html(app)
    assert "фильтр" not in html(app).partition("Ничего близкого")[2].lower().replace("фильтры</h2>", "")
    assert "cards" not in [block.key for block in app.grid]


def test_filters_that_hide_everything_are_counted_and_can_be_dropped(visit: Visit) -> None:
    app = visit(q="письмо", genre="вестерн")
    text = html(app)
    assert "С этими фильтрами ничего не нашлось" in text
    assert "без них подходит 2 фильма" in text
    assert "написание" not in text  # the words were found: nothing is wrong with them
    app.button(key="drop_there").click().run()
    assert set(titles(app, "cards")) == {"Смотритель маяка", "Письмо через пустыню"}
    assert app.query_params == {"q": "письмо"}


def test_an_address_sets_every_field(visit: Visit) -> None:
    address: dict[str, str | list[str]] = {
        "q": "вторая луна",
        "k": "7",
        "mode": "semantic",
        "measure": "l2",
        "sort": "newest",
        "from": "1990",
    }
    address |= {
        "to": "2010",
        "genre": ["фантастика", "Никакой"],
        "not_genre": "драма",
        "rating": "5",
        "director": "Вера Ким",
    }
    app = visit(**address)
    shown = {name: app.selectbox(key=name).value for name in ("k", "mode", "measure", "sort")}
    assert shown == {"k": 7, "mode": "semantic", "measure": "l2", "sort": "newest"}
    assert (app.number_input(key="from").value, app.number_input(key="to").value) == (1990, 2010)
    assert app.multiselect(key="genre").value == ["фантастика", "Никакой"]
    assert app.multiselect(key="director").value == ["Вера Ким"]
    assert app.number_input(key="rating").value == 5.0
    assert app.query_params == address
    assert "не учтена" not in html(app)


def test_filters_without_a_query_show_the_popular_within_them(visit: Visit) -> None:
    app = visit(genre="комедия", to="2000")
    assert titles(app, "popular") == ["Хлеб и побег"]
    assert "Популярные среди выбранных: 1 фильм" in html(app)
    assert not [block for block in app.grid if block.key == "random"]


def test_options_carry_counts_and_a_choice_outlives_them(visit: Visit) -> None:
    app = visit()
    before = _options(app, "genre")
    assert "драма\u2002·\u20023" in before
    app.multiselect(key="genre").set_value(["драма"]).run()
    app.number_input(key="from").set_value(1990).run()
    assert "драма\u2002·\u20021" in _options(app, "genre")
    assert app.multiselect(key="genre").value == ["драма"]
    assert titles(app, "popular") == ["Смотритель маяка"]
    assert app.query_params == {"genre": "драма", "from": "1990"}


def test_genres_to_leave_out_carry_no_counts(visit: Visit) -> None:
    # Beside "except" a count would say how many films go, and the one we have does not when a genre is chosen.
    app = visit(genre="драма", to="2000")
    assert "комедия\u2002·\u20021" in _options(app, "genre")
    assert {"драма", "комедия"} <= set(_options(app, "not_genre"))
    assert not [option for option in _options(app, "not_genre") if "·" in option]
    app.multiselect(key="not_genre").set_value(["комедия"]).run()
    assert app.query_params == {"genre": "драма", "not_genre": "комедия", "to": "2000"}


def test_what_no_film_has_is_hidden(visit: Visit) -> None:
    app = visit()
    assert {box.key for box in app.multiselect} == {"kind", "genre", "not_genre", "director", "not_person"}
    assert [box.label for box in app.selectbox if box.key == "age"] == []
    chosen = visit(age="12", country="Куба")
    assert chosen.selectbox(key="age").value == 12
    assert _options(chosen, "country") == ["Куба"]


def test_all_filters_can_be_dropped_at_once(visit: Visit) -> None:
    app = visit(q="луна", genre="драма", poster="1", rating="6.5")
    app.button(key="drop_all").click().run()
    assert app.query_params == {"q": "луна"}
    assert titles(app, "cards") == ["Вторая луна"]


def test_garbage_in_the_address_is_ignored_with_a_note(visit: Visit) -> None:
    app = visit(q="луна", k="<b>", sort="x", utm="1")
    assert "не учтена: k, sort." in html(app)
    assert titles(app, "cards") == ["Вторая луна"]
    assert app.query_params == {"q": "луна", "utm": "1"}


def test_an_address_opened_later_is_followed(visit: Visit) -> None:
    app = visit(q="луна")
    app.query_params = {"q": "джаз", "genre": "музыка"}
    app.run()
    assert titles(app, "cards") == ["Подлёдный джаз"]
    assert app.text_input(key="q").value == "джаз"
    assert app.multiselect(key="genre").value == ["музыка"]


def test_an_address_that_lags_behind_a_click_is_not_followed(visit: Visit) -> None:
    app = visit(q="письмо")
    app.multiselect(key="genre").set_value(["драма"]).run()
    app.query_params = {"q": "письмо"}
    app.number_input(key="from").set_value(1990).run()
    assert app.query_params == {"q": "письмо", "genre": "драма", "from": "1990"}


def test_the_semantic_mode_offers_measures_and_says_when_they_agree(visit: Visit) -> None:
    app = visit(q="вторая луна")
    assert [box.key for box in app.selectbox] == ["sort", "mode"]
    app.selectbox(key="mode").set_value("semantic").run()
    for measure in MEASURES:
        app.selectbox(key="measure").set_value(measure).run()
        assert titles(app, "cards")[0] == "Вторая луна"
    assert any("три меры" in caption.value for caption in app.caption)


def test_markup_from_data_stays_text(visit: Visit) -> None:
    app = visit(q="чудовище с щупальцами")
    assert titles(app, "cards") == [SHOWN_TITLE]
    assert "<script" not in html(app)
    assert "&lt;b" not in html(app)
    assert "&amp;lt;b onclick=alert(4)&amp;gt;" in html(app)
    assert "127.0.0.1:9/tracker.png" not in html(app)
    assert not app.markdown
    label = app.get_by_key("cards").get("page_link")[0].proto.label
    assert label == literal(SHOWN_TITLE)


def test_a_picture_of_its_own_is_shown(visit: Visit) -> None:
    app = visit(q="фотограф ждёт кита")
    assert 'loading="lazy" src="https://127.0.0.1:9/kit.png?a=1&amp;b=2"' in html(app)
    assert 'href="http' not in html(app)  # the source's own page is linked from the film's page


def test_a_new_bundle_is_picked_up(visit: Visit, bundles: Path, tmp_path: Path) -> None:
    root = tmp_path / "out"
    root.mkdir()
    app = visit(root)
    assert "Каталог ещё не собран" in html(app)
    shutil.copytree(bundles, root, dirs_exist_ok=True)
    app.run()
    assert len(titles(app, "popular")) == 10


def test_the_page_about_the_catalogue_tells_its_size_and_version(visit: Visit, bundles: Path) -> None:
    app = visit().switch_page("views/about.py").run()
    assert f"<dd>{FILMS}</dd>" in html(app)
    assert (bundles / "current").read_text().strip() in html(app)


def test_a_fault_of_the_program_is_told_in_plain_words(caplog: pytest.LogCaptureFixture) -> None:
    script = "from app.main import on_script_error\nassert on_script_error(ValueError('<b>secret</b>'))"
    app = AppTest.from_string(script, default_timeout=SECONDS).run()
    assert "Что-то сломалось" in html(app)
    assert "secret" not in html(app)
    assert "secret" in caplog.text
