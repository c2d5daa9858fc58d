"""What a misspelt query means, and which queries are left alone."""

import itertools
from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kadr.film import Description, Film
from kadr.index.lexical import LexicalParams, build_lexical
from kadr.index.titles import TitleIndex, build_titles
from kadr.search.readings import NAME, Chances, Reading, doubted, readings, settled
from kadr.search.spelling import Speller

TEXTS = (
    "Смотритель маяка спасает моряков во время шторма на севере.",
    "Смотритель маяка пишет письма дочери о море и шторме.",
    "Следователь ищет пропавший звездолёт, а звездные войны начинаются снова.",
    "Звездные войны закончились, и следователь возвращается домой к дочери.",
    "Романтическая комедия про повара, который печёт пироги для школы.",
    "Школьный учитель и повар спасают школу от закрытия, весёлая комедия.",
    "A lighthouse keeper writes letters during the winter storm.",
    "The winter storm brings letters from a forgotten lighthouse keeper.",
    "Призраки старого замка пугают туристов из большого города.",
    "Туристы ночуют в замке, где живут призраки и привидения.",
    "Лодка уходит в туман, и там никто её не ждёт. Комедия 1990 года не смешна.",
    "Пироги и пирог, и снова пироги; пожар в лодке потушили.",
)
FILMS = [
    Film(id=str(i), title=title, genres=("комедия",) if "комедия" in text else (), descriptions=(Description(text),))
    for i, (title, text) in enumerate(
        zip(
            (
                "Маяк",
                "Письма",
                "Звездолёт",
                "Возвращение",
                "Пироги",
                "Учитель",
                "Winter",
                "Letters",
                "Зомок",
                "Ночь",
                "Туман",
                "Пожар",
            ),
            TEXTS,
            strict=True,
        )
    )
]
TITLES = build_titles(FILMS)
LEXICAL = build_lexical(FILMS, LexicalParams())
SPELLER = Speller(TITLES, LEXICAL)


@pytest.mark.parametrize(
    ("query", "shown", "parts", "why"),
    [
        ("смотритиль маяка", "смотритель маяка", ["смотритель"], "typo"),
        ("звезные войны", "звездные войны", ["звездные"], "typo"),
        ("Звезные Войны", "Звездные Войны", ["Звездные"], "typo"),
        ("ЗВЕЗНЫЕ", "ЗВЕЗДНЫЕ", ["ЗВЕЗДНЫЕ"], "typo"),
        ("комидия про школу", "комедия про школу", ["комедия"], "typo"),
        ("следоватлеь ищет", "следователь ищет", ["следователь"], "typo"),
        ("lighthose keeper", "lighthouse keeper", ["lighthouse"], "typo"),
        ("cvjnhbntkm vfzrf", "смотритель маяка", ["смотритель маяка"], "layout"),
        ("дшпрерщгыу", "lighthouse", ["lighthouse"], "layout"),
        ("школа и gjdfh", "школа и повар", ["повар"], "layout"),
        ("звездныевойны", "звездные войны", ["звездные войны"], "typo"),
        ("смотри тель маяка", "смотритель маяка", ["смотритель"], "typo"),
        ("камедия 1990", "комедия 1990", ["комедия"], "typo"),  # a year beside it, which some film's text may have
        ("комидия про шторм", "комедия про шторм", ["комедия"], "typo"),  # no film has both
    ],
)
def test_what_is_meant(query: str, shown: str, parts: list[str], why: str) -> None:
    found = SPELLER.correct(query)
    assert found is not None
    assert (found.shown, found.original, found.why) == (shown, query, why)
    assert [found.shown[a:b] for a, b in found.spans] == parts


@pytest.mark.parametrize(
    "query",
    [
        "смотритель маяка",  # right
        "смотрителями маяков",  # other forms
        "Зомок",  # a title, though замок is a word
        "зомок",
        "звездолёта",
        "Выхухоль",  # a word that no film has, and none near it
        "xxi век",
        "1985",
        "дом",
        "",
        "?!",
        "кит",
        "THE",
        "комедия с Пировым",  # a name that no film has, where a name stands
        "комедия с пиривым",
        "Любимая комедия Школыша",
        "лодки",  # known, and alone
        "z",
        "f",
        "ns",
        "yt",
        "nfv",
        "шеэы",
        "бэемюэшт",
    ],
)
def test_what_is_left_alone(query: str) -> None:
    assert SPELLER.correct(query) is None


PEOPLE = build_titles(
    [
        Film(
            id="a",
            title="Степь",
            directors=("Анна Веткин",),
            actors=("Глеб Штром", "Пётр Лужский"),
            descriptions=(
                Description("Степной волк и ветка, и веткой по степи. Волк воет, шторм гудит, лужа блестит."),
            ),
        ),
        Film(id="b", title="Лужа", descriptions=(Description("Волк у лужи, шторм над веткой, ветка в луже."),)),
    ]
)


@pytest.mark.parametrize(
    ("query", "shown"),
    [
        ("фильм с Веткиным", None),  # a case of a name that is known
        ("Веткину", None),
        ("у Веткиных", None),
        ("фильм с Ветким", None),  # «веткой» is nobody's name
        ("фильм с Лужским", None),
        ("воок у лужи", "волк у лужи"),
    ],
)
def test_names_are_changed_for_names_alone(query: str, shown: str | None) -> None:
    found = Speller(PEOPLE).correct(query)
    assert (found and found.shown) == shown


def test_where_a_name_stands_it_is_a_name_that_costs_less() -> None:
    chances = Chances.of(PEOPLE, None)
    plain, named = (
        {reading.meant[0]: reading.cost for reading in readings("веткон", "веткон", chances, name=name)}
        for name in (False, True)
    )
    assert plain.keys() == named.keys() == {"веткон", "веткин", "веткой"}
    assert named["веткон"] == plain["веткон"] == 0
    assert named["веткин"] == plain["веткин"]
    assert named["веткой"] == plain["веткой"] + NAME


def _large(more: str = "") -> TitleIndex:
    """Return the titles and words of films with long texts: in a large catalogue any word by itself is seldom."""
    texts = ["Звездные войны начинаются."] * 9 + ["Вот звездные воины, и воин."]
    much = f"{more} " + " ".join(f"слово{n}" for n in range(600))
    films = [
        Film(id=str(i), title=f"Часть {i}", descriptions=(Description(f"{text} {much}"),))
        for i, text in enumerate(texts)
    ]
    return build_titles([*films, Film(id="x", title="Вайны"), Film(id="y", title="Дым")])


LARGE = _large()


def test_a_known_word_gives_way_only_beside_words_that_it_does_not_go_with() -> None:
    speller = Speller(LARGE)
    for known in ("вайны", "вайны дым", "слово7 вайны"):
        assert speller.correct(known) is None
    found = speller.correct("звездные вайны начинаются")
    assert found is not None
    assert found.shown == "звездные войны начинаются"


def test_one_word_alone_is_sooner_a_title_than_a_word_that_more_films_have() -> None:
    much = " ".join(f"слово{n}" for n in range(600))
    films = [Film(id=str(i), title=f"Часть {i}", descriptions=(Description(f"Корова {much}."),)) for i in range(9)]
    speller = Speller(build_titles([*films, Film(id="x", title="Корона")]))
    assert {query: found.shown for query in ("корола", "слово7 корола") if (found := speller.correct(query))} == {
        "корола": "корона",
        "слово7 корола": "слово7 корова",
    }


def test_one_word_alone_that_may_be_a_title_is_changed_where_beside_another_it_is_left() -> None:
    texts = "Сказка март мартовская мартышка карта партия птица улица корица."  # whose letters «мартица» could have
    films = [Film(id=str(i), title=f"Часть {i}", descriptions=(Description(texts),)) for i in range(60)]
    speller = Speller(build_titles([*films, Film(id="x", title="Матрица")]))
    assert {query: found.shown for query in ("мартица", "сказка мартица") if (found := speller.correct(query))} == {
        "мартица": "матрица"
    }


def test_words_that_go_together_are_settled_and_others_are_not() -> None:
    chances = Chances.of(LARGE, None)
    assert settled([("звездные", "Звездные"), ("войны", "войны"), ("начинаются", "начинаются")], chances)
    assert not settled([("звездные", "звездные"), ("вайны", "вайны"), ("начинаются", "начинаются")], chances)
    # «ljv» is «дом» in the other layout.
    foreign = [("ljv", "ljv"), ("ljv", "ljv")]
    assert settled(foreign, Chances.of(_large("ljv ljv"), None))
    assert not settled(foreign, Chances.of(_large("ljv ljv дом"), None))


@given(
    st.lists(st.sampled_from(("звездные", "вайны", "войны", "воины", "воин", "вот", "и", "дым", "часть")), max_size=5)
)
def test_of_settled_words_no_chain_of_readings_is_likelier(typed: list[str]) -> None:
    chances = Chances.of(LARGE, None)
    if not settled([(word, word) for word in typed], chances):
        return

    def score(chain: Sequence[Reading]) -> float:
        befores = ["", *(reading.meant[-1] for reading in chain)]
        return sum(chances.log(r.meant[0], before) - r.cost for r, before in zip(chain, befores, strict=False))

    every = {LARGE.words.texts[i] for i in range(len(LARGE.words.texts))}
    read = [doubted(word, word, (every, every), chances) for word in typed]
    assert max(itertools.product(*read), key=score) == tuple(each[0] for each in read)


def test_a_long_description_is_left_alone() -> None:
    assert SPELLER.correct("звезные " * 25) is None
    assert SPELLER.correct("звезные " * 24) is not None


def test_without_more_results_nothing_is_corrected() -> None:
    """The catalogue of one speller answered from another, in which the corrected words find nothing."""
    elsewhere = build_lexical([Film(id="a", title="Звезные")], LexicalParams())
    assert Speller(TITLES, elsewhere).correct("звезные войны") is None
    assert Speller(TITLES).correct("звезные войны") is not None


@given(
    st.text(max_size=80) | st.lists(st.sampled_from(["звезные", "маяк", "gjdfh", "?", "XVI"]), max_size=8).map(" ".join)
)
def test_spans_mark_what_differs(query: str) -> None:
    found = SPELLER.correct(query)
    if found is not None:
        assert found.shown != query
        assert found.original == query
        at = 0
        for start, end in found.spans:
            assert at <= start < end <= len(found.shown)
            at = end


@given(st.lists(st.sampled_from(TEXTS), min_size=1, max_size=2).map(" ".join), st.integers(0, 12), st.integers(1, 12))
def test_texts_of_the_catalogue_are_right(text: str, start: int, n: int) -> None:
    assert SPELLER.correct(" ".join(text.split()[start : start + n])) is None


@pytest.mark.parametrize("text", ["звезные" * 1400, "з " * 5_000, "\u0301" * 10_000, "k.," * 3_300])
def test_hostile_queries_cost_little(text: str) -> None:
    found = SPELLER.correct(text)
    assert found is None or found.original == text
