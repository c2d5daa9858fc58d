"""Ratings of other places on the page of recommendations: what comes in, what is reported, and what harms nothing."""

import io
import zipfile
from collections.abc import Sequence
from pathlib import Path

from streamlit.testing.v1 import AppTest

from app.bringing import matched
from app.imports import Entry, Imported
from app.taken import Brought, Missing, Wanted
from kadr.engine import Engine
from kadr.recommend.lookup import Named
from kadr.recommend.types import MAX_EVENTS, Event
from tests.app.pages import Enter, shown
from tests.app.shelf import PLOTS
from tests.app.test_hostile_film import ALLOWED_ATTRIBUTES, ALLOWED_TAGS, Markup


def _entry(plot: int, kind: str, value: float | None = None, at: float | None = None) -> Entry:
    title, year, *_ = PLOTS[plot]
    return Entry(title, Named((title,), year), kind, value, at)  # type: ignore[arg-type]  # kinds are written out below


def _upload(app: AppTest, *files: tuple[str, str | bytes]) -> AppTest:
    given = [(name, data.encode() if isinstance(data, str) else data, "text/csv") for name, data in files]
    app.file_uploader[0].set_value(given)
    return app.run()


def _archive() -> bytes:
    head = "Date,Name,Year,Letterboxd URI"
    rows = [f"2024-03-01,{title},{year},https://boxd.it/1" for title, year, *_ in PLOTS]
    files = {
        "ratings.csv": f"{head},Rating\n{rows[0]},4.5\n2024-01-01,Нигде и никогда,1990,https://boxd.it/2,1\n",
        "watched.csv": f"{head}\n{rows[0]}\n{rows[1]}\n2024-01-01,Нигде и никогда,1990,https://boxd.it/2\n",
        "watchlist.csv": f"{head}\n{rows[2]}\n{rows[1]}\n",
    }
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for name, text in files.items():
            archive.writestr(name, text)
    return out.getvalue()


def test_an_archive_comes_in_with_a_report_of_what_was_not_found(enter: Enter, ids: Sequence[str]) -> None:
    app = _upload(enter("for_you"), ("letterboxd.zip", _archive()))
    text = shown(app)
    assert "Найдены ваши отметки: 3 фильма" in text
    assert "В списке «Хочу посмотреть»: 1 фильм." in text
    assert "Не нашлось в этом каталоге: 1 фильм" in text
    assert "<p>Нигде и никогда (1990)</p>" in text
    assert not app.session_state["history"]  # nothing comes in unasked
    app.button(key="brought_add").click().run()
    assert {film: (each.kind, each.value) for film, each in app.session_state["history"].items()} == {
        ids[0]: ("rated", 9.0),
        ids[1]: ("watched", None),
    }
    assert list(app.session_state["wanted"]) == [ids[2]]
    assert "Нигде и никогда" in shown(app)  # what was not found stays to be looked at
    assert "Найдены ваши отметки" not in shown(app)
    app.button(key="brought_not").click().run()
    assert "Нигде и никогда" not in shown(app)


def test_tables_that_belong_together_are_read_together(enter: Enter, ids: Sequence[str]) -> None:
    ratings = "userId,movieId,rating,timestamp\n1,7,2.0,1709251200\n"
    movies = f"movieId,title,genres\n7,{PLOTS[3][0]} ({PLOTS[3][1]}),Drama\n"
    app = _upload(enter("for_you"), ("movies.csv", movies), ("ratings.csv", ratings))
    app.button(key="brought_add").click().run()
    assert dict(app.session_state["history"]) == {ids[3]: Event(ids[3], "rated", 4.0, 1709251200.0)}


def test_ratings_of_many_people_are_not_taken_for_the_visitors(enter: Enter) -> None:
    ratings = "userId,movieId,title,rating\n1,7,Маяк,2.0\n2,7,Маяк,4.0\n"
    app = _upload(enter("for_you"), ("ratings.csv", ratings))
    assert "оценки многих людей" in shown(app)
    assert "brought_add" not in [button.key for button in app.button]


def test_of_many_films_that_were_not_found_the_first_are_named_and_all_are_in_a_file(enter: Enter) -> None:
    rows = "\n".join(f"Нигде {n},1990,5" for n in range(25))
    app = _upload(enter("for_you"), ("my ratings.csv", f"title,year,rating\n{rows}\n"))
    text = shown(app)
    assert "<p>Нигде 19 (1990)</p>" in text
    assert "Нигде 20" not in text
    assert "И ещё 5 фильмов" in text
    assert "Скачать список" in [button.label for button in app.download_button]
    assert [button.label for button in app.button if button.key == "brought_not"] == ["Закрыть"]


def test_hostile_titles_are_only_text(enter: Enter) -> None:
    hostile = '<script>alert(1)</script><img src=x onerror=alert(2)> **жирно** $x$ :material/bolt: "</p></details>'
    quoted = hostile.replace('"', '""')
    app = _upload(enter("for_you"), ("ratings.csv", f'title,year,rating\n"{quoted}",1990,5\n'))
    found = Markup(shown(app))
    assert hostile in found.words
    assert found.tags <= ALLOWED_TAGS
    assert found.attributes <= ALLOWED_ATTRIBUTES


def test_of_several_entries_the_most_telling_counts_and_of_these_the_last(bundles: Path, ids: Sequence[str]) -> None:
    entries = (
        _entry(0, "rated", 4.0, 2.0),
        _entry(0, "rated", 9.0, 1.0),
        _entry(0, "watched", None, 3.0),
        _entry(1, "wanted", None, 9.0),
        _entry(1, "liked", None, 1.5),
        _entry(2, "wanted"),
        Entry("Нигде", Named(("Нигде",), 1990), "rated", 1.0),
        Entry("НИГДЕ", Named(("НИГДЕ",), 1990), "watched"),
    )
    with Engine.open(bundles) as engine:
        films = engine.find([entry.named for entry in entries])
    assert matched(Imported(entries, 4), films) == Brought(
        events=(Event(ids[1], "liked", None, 1.5), Event(ids[0], "rated", 4.0, 2.0)),
        unread=4,
        wanted=(Wanted(ids[2]),),
        missing=(Missing("НИГДЕ", 1990),),
    )


def test_films_that_were_only_watched_go_first_where_a_history_is_full() -> None:
    watched = [Entry(f"w{n}", Named((f"w{n}",)), "watched", None, 1e9 + n) for n in range(MAX_EVENTS)]
    rated = [Entry(f"r{n}", Named((f"r{n}",)), "rated", 8.0, float(n)) for n in range(10)]
    entries = (*rated, *watched)
    brought = matched(Imported(entries), [entry.title for entry in entries])
    assert (len(brought.events), brought.left) == (MAX_EVENTS, 10)
    assert [event.film for event in brought.events[:11]] == [*(f"r{n}" for n in range(10)), "w10"]
