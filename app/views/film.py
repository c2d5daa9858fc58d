"""The page of one film: what is known of it, what the visitor thinks of it, and where to go from here."""

from collections.abc import Callable, Mapping, Sequence
from types import MappingProxyType

import streamlit as st
from streamlit.runtime.scriptrunner import get_script_run_ctx

from app.cards import country_name, genre_name, poster, title_of
from app.gallery import thumbs, tiles, wish
from app.hiding import hidden
from app.history import history, leaning, mark_watched, rate, stars
from app.language import linked
from app.loading import opened_or_stop, theme_names
from app.markdown import literal
from app.retelling import retelling
from app.sheet import details, other_texts, source_page, story, texts
from app.texts import say
from app.why import likeness
from app.widgets import headline, lead, notice, section
from kadr.engine import Engine
from kadr.film import MAX_TITLE, Film
from kadr.live import Opened
from kadr.search.types import Filters
from kadr.vocabulary import country, genre

# A string that stands alone in this file would be shown on the page.
SEARCH_PAGE = "views/search.py"
LAST = "film"  # key of the session: the film that was shown last
MOST_NAMES = 12  # of one line; a full cast has hundreds
SIMILAR = 12  # two rows on a laptop
OTHERS = 6  # one row
LEADING = 4  # people whose other films are shown: those named first play the leads
MOST_WORDS = 300  # characters of a wish beside the film


def draw() -> None:
    """Draw the page."""
    opened = opened_or_stop()
    film = opened.engine.film(asked_for())
    if film is None:
        notice(say("film_gone"), title=say("film_gone_title"))
        st.page_link(SEARCH_PAGE, label=say("film_search"), icon=":material/search:", query_params=linked())
        return
    settle(film)
    st.set_page_config(page_title=say("title_of", page=title_of(film)))
    with st.container(key="film"):
        st.html(poster(film))
        with st.container(gap="xsmall", key="film_head"):
            headline(title_of(film))
            st.html(details(film) or "<p></p>")
        with st.container(gap="small", key="film_rest"):
            names(opened, film)
            opinion(film)
            alike(film)
    with st.container(gap="small", key="film_told"):
        told(film)
    others(opened.engine, film)


def asked_for() -> str:
    """Return the id in the address.

    On its way from here to the search Streamlit leaves an address behind that has the query and no film. Who comes back
    to it by the browser's button means the film that was here.
    """
    before = st.session_state.get(LAST, "") if "q" in st.query_params else ""
    return st.query_params.get("id", before)


def settle(film: Film) -> None:
    """Write a film that has just been opened into the address.

    A link from one film to the next leads to the same page, and Streamlit leaves the address as it was. With this the
    browser goes back from film to film, and what is copied from it is the film that is seen.
    """
    context = get_script_run_ctx()
    # Going back, the browser has the right address, and may be at the next one before this one comes.
    went_back = context is not None and context.is_history_navigation
    # A widget's value is gone after a run without it: where it is there, the last page was a film's as well. From any
    # other page the link's own address comes, and this one could come before it.
    last = st.session_state.get(LAST, "")
    followed = last != film.id and f"watched_{last}" in st.session_state and not went_back
    st.session_state[LAST] = film.id
    if followed or "q" in st.query_params:
        others = {name: st.query_params.get_all(name) for name in st.query_params if name not in {"id", "q"}}
        st.query_params.from_dict({**others, **linked(id=film.id)})


def names(opened: Opened, film: Film) -> None:
    """Show people, genres, countries and the theme, each a link to a search for films with it."""
    _names("director", say("film_directors"), film.directors)
    _names("actor", say("film_actors"), film.actors)
    _names("genre", say("film_genres"), film.genres, genre, genre_name)
    _names("country", say("film_countries"), film.countries, country, country_name)
    parts, named = opened.engine.parts, theme_names(opened)
    row = parts.table.row_of(film.id)
    place = -1 if row is None else int(parts.columns.themes.of_film[row])
    if place >= 0:
        theme = opened.engine.themes()[place].id
        _names("theme", say("film_theme"), (theme,), shown=lambda each: named[each])


def opinion(film: Film) -> None:
    """Show stars, whether the film was watched, and a like of before with its thumbs, as the visitor said."""
    event = history().get(film.id)
    given, seen = f"stars_{film.id}", f"watched_{film.id}"
    liked = leaning(event)
    count = stars(event)
    st.session_state[given] = None if count is None else count - 1
    st.session_state[seen] = event is not None
    with st.container(horizontal=True, vertical_alignment="center", gap="small", key="film_opinion"):
        lead(say("film_rate"))
        st.feedback("stars", key=given, on_change=_rated, args=(film.id, given))
        # Whoever liked or rated a film has seen it: the switch must not take that back unseen.
        more = event is not None and event.kind != "watched"
        st.toggle(say("film_watched"), key=seen, on_change=_watched, args=(film.id, seen), disabled=more)
        if count is None and liked is not None:
            thumbs(film)
        wish(film)
    if event is not None:
        st.page_link(
            "views/for_you.py",
            label=say("film_to_for_you"),
            icon=":material/arrow_forward:",
            query_params=linked(),
        )


def alike(film: Film) -> None:
    """Show a field for what is to be otherwise; the answer is a search, whose address can be shared."""
    with (
        st.form("alike", border=False),
        st.container(horizontal=True, vertical_alignment="bottom", gap="small", key="film_alike"),
    ):
        words = st.text_input(
            say("film_alike"), max_chars=MOST_WORDS, placeholder=say("film_alike_hint"), key=f"alike_{film.id}"
        )
        sent = st.form_submit_button(say("film_alike_find"))
    if sent:
        title = "".join(letter for letter in title_of(film) if letter not in '«»“”"')
        key = "film_alike_query_but" if words.strip() else "film_alike_query"
        st.switch_page(SEARCH_PAGE, query_params=linked(q=say(key, title=title, words=words.strip())))


def told(film: Film) -> None:
    """Show what the film tells of, and who says so."""
    descriptions = texts(film)
    if descriptions:
        st.html(story(film, descriptions[0]) + other_texts(film, descriptions[1:]))
    else:
        lead(say("film_told_none"))
    retelling(film)
    if page := source_page(film):
        st.html(page)


def others(engine: Engine, film: Film) -> None:
    """Show films that are like it, then those of the same people, each film once among these."""
    alike_films = engine.similar(film.id, k=SIMILAR)
    notes = {each.film.id: likeness(each) for each in alike_films}
    _row("film_similar", [each.film for each in alike_films], notes=notes)
    directors, actors = film.directors[:LEADING], film.actors[:LEADING]
    shown = {film.id}
    for key, people, filters in (
        ("film_same_director", directors, Filters(directors=directors)),
        ("film_same_actors", actors, Filters(actors=actors)),
    ):
        if people:
            hits = engine.search("", filters=filters, k=OTHERS + len(shown), facets=False).hits
            films = [hit.film for hit in hits if hit.film.id not in shown][:OTHERS]
            shown |= {each.id for each in films}
            _row(key, films, ", ".join(people))


def _row(key: str, found: Sequence[Film], detail: str = "", notes: Mapping[str, str] = MappingProxyType({})) -> None:
    films = [film for film in found if not hidden(film)]
    if films:
        section(say(key), detail)
        tiles(films, key=key, notes=notes)


def _names(
    field: str,
    label: str,
    values: Sequence[str],
    meant: Callable[[str], str] = str,
    shown: Callable[[str], str] = str,
) -> None:
    """Show values in a row, each a link to a search with it as the filter `field`."""
    known = [value for value in values if value.strip() and len(value) <= MAX_TITLE]
    if not known:
        return
    with st.container(horizontal=True, vertical_alignment="center", gap="xsmall", key=f"film_by_{field}"):
        lead(label)
        for value in known[:MOST_NAMES]:
            st.page_link(SEARCH_PAGE, label=literal(shown(value)), query_params=linked(**{field: meant(value)}))


def _rated(film: str, key: str) -> None:
    chosen = st.session_state[key]
    rate(film, None if chosen is None else chosen + 1)


def _watched(film: str, key: str) -> None:
    mark_watched(film, watched=st.session_state[key])


draw()
