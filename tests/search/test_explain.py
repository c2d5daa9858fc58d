"""Explanation: the snippet is the film's own text, and what is marked truly met the query."""

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kadr.analysis import PREFIX_LENGTH, prefixes, stems
from kadr.film import Description, Film
from kadr.index.lexical import FIELDS, LexicalParams, Otherwise, build_lexical, field_texts
from kadr.index.thesaurus import Thesaurus
from kadr.search.explain import FEW_HEADS, MAX_SCANNED, MOST_WORDS, SNIPPET_WORDS, QueryWords, explain
from kadr.search.types import Piece, WordMatch
from kadr.text import fold, words
from tests.index.samples import catalogues, few, texts

long_texts = st.lists(st.sampled_from(["маяк", "маяками", "снег", "снега", "поезд", "в", "...", "№7", "Keepers"])).map(
    " ".join
)


def described(*descriptions: str, **fields: object) -> Film:
    found = tuple(Description(text, "", "ru") for text in descriptions)
    return Film(id="a", title="Название", descriptions=found, **fields)  # type: ignore[arg-type]  # named by the caller


def shown(pieces: tuple[Piece, ...]) -> str:
    """Return the text of a snippet without the ellipses at its cut ends."""
    if pieces and pieces[0] == Piece("… "):
        pieces = pieces[1:]
    if pieces and pieces[-1] == Piece(" …"):
        pieces = pieces[:-1]
    return "".join(piece.text for piece in pieces)


def meets(word: str, query: str) -> bool:
    """Tell whether a word as written is one that the index would find for a query."""
    longer = {p for p in prefixes(query) if len(p) >= PREFIX_LENGTH}
    return bool(set(stems(word)) & set(stems(query)) or set(prefixes(word)) & longer)


def check(film: Film, query: str) -> None:
    pieces, matches = explain(film, QueryWords(query))
    text = shown(pieces)
    assert any(text in d.text for d in film.descriptions) or not text
    assert all(piece.text for piece in pieces)
    assert all(meets(piece.text, query) for piece in pieces if piece.marked)
    assert len(words(text)) <= SNIPPET_WORDS or not text.isascii()
    fields = field_texts(film)
    assert len(matches) <= MOST_WORDS
    assert all(match.word in fields[match.field] and meets(match.word, query) for match in matches)
    once = [(match.field, stems(match.word)[0]) for match in matches]
    assert len(once) == len(set(once))
    assert [m.field for m in matches] == sorted((m.field for m in matches), key=FIELDS.index)
    assert any(piece.marked for piece in pieces) == any(m.field == "description" for m in matches) or len(matches) == 12


OTHERS = " ".join(f"{a}{b}чий" for a in "жзкл" for b in "аеоуыэ")
"""Words that no text here holds, of which each begins otherwise than the rest."""


@given(texts, texts, st.sampled_from(["", " Déjà", " за\u0301мок"]))
def test_a_long_query_meets_the_words_of_a_text_that_a_short_one_meets(text: str, query: str, odd: str) -> None:
    assert len(OTHERS.split()) > FEW_HEADS
    text = text.title() + odd
    assert QueryWords(f"{query} {OTHERS}").read(text) == QueryWords(query).read(text)


@few
@given(catalogues, texts)
def test_snippets_of_random_films(films: list[Film], query: str) -> None:
    for film in films:
        check(film, query)


@given(st.lists(long_texts, max_size=2), texts)
def test_snippets_of_long_texts(descriptions: list[str], query: str) -> None:
    check(described(*descriptions), query)


@given(st.lists(st.text(), max_size=2), st.text())
def test_no_text_is_too_odd(descriptions: list[str], query: str) -> None:
    pieces, matches = explain(described(*descriptions), QueryWords(query))
    text = shown(pieces)
    assert any(text in each for each in descriptions) or not text
    for match in matches:
        assert QueryWords(query).met(match.word)


def test_matched_words_are_marked_in_their_place() -> None:
    pieces, matches = explain(described("Старый смотритель ждёт. Маяк погас!"), QueryWords("смотрители маяка"))
    assert pieces == (
        Piece("Старый "),
        Piece("смотритель", marked=True),
        Piece(" ждёт. "),
        Piece("Маяк", marked=True),
        Piece(" погас!"),
    )
    assert matches == (WordMatch("смотритель", "description"), WordMatch("Маяк", "description"))


def test_a_match_far_into_a_text_is_cut_out_with_a_lead() -> None:
    text = " ".join(f"слово{i}" for i in range(60)) + " маяк " + " ".join(f"конец{i}" for i in range(60))
    pieces, _ = explain(described(text), QueryWords("маяк"))
    assert pieces[0] == Piece("… ")
    assert pieces[1] == Piece("слово57 слово58 слово59 ")
    assert pieces[2] == Piece("маяк", marked=True)
    assert pieces[-1] == Piece(" …")
    assert len(shown(pieces).split()) == SNIPPET_WORDS


def test_the_stretch_with_most_different_words_is_shown() -> None:
    text = "маяк маяк маяк " + "пусто " * 60 + "маяк и шторм. " + "пусто " * 60
    pieces, _ = explain(described(text), QueryWords("шторм у маяка"))
    assert [p.text for p in pieces if p.marked] == ["маяк", "шторм"]


def test_the_description_that_meets_the_query_is_shown() -> None:
    film = described("Длинный рассказ о снеге и поездах, который показывают первым.", "Маяк.")
    assert shown(explain(film, QueryWords("маяк"))[0]) == "Маяк."
    assert shown(explain(film, QueryWords("космос"))[0]) == film.description


@pytest.mark.parametrize("query", ["", "космос", "и в на", "!"])
def test_without_a_match_the_beginning_is_shown_unmarked(query: str) -> None:
    text = " ".join(f"слово{i}" for i in range(100))
    pieces, matches = explain(described(text), QueryWords(query))
    assert pieces == (Piece(" ".join(f"слово{i}" for i in range(SNIPPET_WORDS))), Piece(" …"))
    assert matches == ()


def test_a_film_without_a_text_has_no_snippet() -> None:
    for descriptions in ((), ("",), ("!?…",)):
        assert explain(described(*descriptions), QueryWords("маяк"))[0] == ()


def test_every_field_is_explained_and_a_word_stands_once_in_each() -> None:
    film = described("Маяк, маяки и маяку.", original_title="Маяк", actors=("Иван Маяк",), tags=("маяк",))
    matches = explain(film, QueryWords("маяк"))[1]
    assert [(match.word, match.field) for match in matches] == [
        ("Маяк", "original_title"),
        ("Маяк", "people"),
        ("Маяк", "description"),
        ("маяк", "tags"),
    ]


def test_short_words_match_as_a_whole_and_long_ones_by_their_beginning() -> None:
    query = QueryWords("кот расследование 19841")
    assert query.met("Кот")
    assert query.met("КОТЫ")
    assert not query.met("которых")
    assert not query.met("котлета")
    assert query.met("расследует")
    assert not query.met("рассвет")
    assert not query.met("1984199")
    assert not query.met("и")


IRREGULAR = (
    "man men, mouse mice, die dying, лев льва, лёд льду, ребёнок детей, день дня, человек людьми, пёс псом, сон снов,"
    " ложь лжи, лоб лбу"
)


@pytest.mark.parametrize(("one", "other"), [pair.split() for pair in IRREGULAR.split(", ")])
def test_forms_that_begin_otherwise_are_marked(one: str, other: str) -> None:
    for asked, said in ((one, other), (other, one)):
        pieces, matches = explain(described(f"Маяк, {said} и снег"), QueryWords(asked))
        assert [piece.text for piece in pieces if piece.marked] == [said]
        assert [match.word for match in matches] == [said]


def test_yo_and_case_do_not_matter() -> None:
    pieces, _ = explain(described("ЁЛКА горит"), QueryWords("елки"))
    assert pieces[0] == Piece("ЁЛКА", marked=True)
    assert fold(pieces[0].text) == "елка"


def test_markup_is_text_like_any_other() -> None:
    text = '<script>alert("маяк")</script> & <b>маяк</b>'
    pieces, _ = explain(described(text), QueryWords("маяк script"))
    assert shown(pieces) == text
    assert {piece.text for piece in pieces if piece.marked} == {"script", "маяк"}


def test_a_text_without_spaces_or_of_long_words_is_bounded() -> None:
    for text in ("я" * 50_000, "слово" * 20 + " " + "длинное" * 9000, "абвгдежзийклмнопрстуф " * 1000):
        pieces, _ = explain(described(text), QueryWords("космос"))
        assert len(shown(pieces)) <= MAX_SCANNED
        assert pieces[-1] == Piece(" …")
    assert len(shown(pieces)) == SNIPPET_WORDS * 22 - 1


def test_work_grows_with_the_matches_not_their_square() -> None:
    def seconds(hits: int) -> float:
        film, best = described("x " * hits), float("inf")
        for _ in range(3):
            start = time.process_time()
            explain(film, QueryWords("x"))
            best = min(best, time.process_time() - start)
        return best

    # Ten times the matches: linear work takes 10 times as long, quadratic 100 times.
    assert seconds(MAX_SCANNED // 2) < 30 * max(seconds(MAX_SCANNED // 20), 0.0005)


def test_a_stress_mark_hides_no_word() -> None:
    pieces, matches = explain(described("На горе стоит старый за\u0301мок без окон."), QueryWords("замок"))
    assert [piece.text for piece in pieces if piece.marked] == ["за\u0301мок"]
    assert matches == (WordMatch("за\u0301мок", "description"),)


def otherwise(films: list[Film], query: str) -> Otherwise:
    """Return what else films are found by in an index with a table of synonyms."""
    synonyms = Thesaurus.of((("собака", "пёс", "пса", "dog"), ("полицейский", "коп"), ("драма", "слёзы")))
    index = build_lexical(films, LexicalParams(), synonyms)
    return index.otherwise(index.heard(query))


def read_by(films: list[Film], query: str) -> QueryWords:
    """Return the words of a query as such an index reads them."""
    return QueryWords(query, otherwise(films, query))


def test_a_synonym_that_answered_is_marked_and_named() -> None:
    film = described("Старый пёс ждёт хозяина, а полиция не спешит.", tags=("псу пса",))
    pieces, matches = explain(film, read_by([film], "собаку"))
    assert [piece.text for piece in pieces if piece.marked] == ["пёс"]
    assert [(match.word, match.field) for match in matches] == [("пёс", "description"), ("пса", "tags")]
    assert not explain(film, QueryWords("собаку"))[1]


def test_a_synonym_that_no_film_was_found_by_is_not_marked() -> None:
    # Every tenth film and more: such a concept has no postings, so it is not why anything was found.
    films = [Film(id=f"{i:03}", title=f"Номер{i}", tags=("драма",) if i % 5 == 0 else ()) for i in range(600)]
    assert not explain(films[0], read_by(films, "слёзы"))[1]
    assert explain(films[0], read_by(films[:50], "слёзы"))[1]


@pytest.mark.parametrize(
    ("fields", "query", "marked"),
    [
        ({"original_title": "Spider-Man"}, "spiderman", [("Spider", "original_title"), ("Man", "original_title")]),
        ({"original_title": "Супермен"}, "супер мен", [("Супермен", "original_title")]),
        ({"directors": ("Quentin Tarantino",)}, "Тарантино", [("Tarantino", "people")]),
        ({"tags": ("Tarantino",)}, "Тарантино", []),
        ({"directors": ("Quentin Tarantino",)}, "паук", []),
    ],
)
def test_another_spelling_that_answered_is_named(
    fields: dict[str, object], query: str, marked: list[tuple[str, str]]
) -> None:
    film = described("Снег.", **fields)
    films = [Film(id="0", title="Другой"), film]
    also = otherwise(films, query)
    found = explain(film, QueryWords(query, also), spelt=also.spelt_in(1))[1]
    assert [(match.word, match.field) for match in found] == marked
    assert not also.spelt_in(0) | also.spelt_in(2)
    assert bool(also.spelt_in(1)) == bool(marked)


def test_synonyms_are_looked_for_where_a_word_begins_as_they_do() -> None:
    query = read_by([described("собака и коп")], "собака полицейского")
    assert [word for word in ("пёс", "ПСА", "dogs", "копы", "догмат", "копать") if query.read(word).hits] == [
        "пёс",
        "ПСА",
        "dogs",
        "копы",
    ]
