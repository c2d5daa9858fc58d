"""Probes: questions that the catalogue answers itself, with the answer taken out."""

import time
from collections.abc import Sequence
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kadr.analysis import prefix, stems, telling_words
from kadr.film import Description, Film
from kadr.probes import KEPT_WORDS, LONG_WORD, MAX_OVERLAP, Probes, ProbeSort, probes, reduced_films, with_judged
from kadr.text import normalise

KEEPER = (
    "Смотритель далёкого маяка каждое утро поднимается по винтовой лестнице и записывает погоду. Однажды волны "
    "приносят к его порогу запертый сундук без единой надписи. Смотритель долго не решается открыть сундук, прячет его "
    "в подвале маяка."
)
SPOKEN = "Смотритель далёкого маяка каждое утро прячет запертый сундук от чужих людей."
TEXT = (
    "барабан верблюд грамота дудочка ерш жердь забор иголка йод кувшин лопата мельница нитка облако пирог рыбак сапог "
    "телега улитка фонарь хомут цапля чайник шляпа щепка эхо юла яблоко"
)
WORDS = TEXT.split()


def film(number: int, *texts: str, title: str = "", **facts: object) -> Film:
    told = tuple(Description(text, source=f"источник {i}") for i, text in enumerate(texts))
    return Film(id=f"f{number:03}", title=title or f"Имя{number}", descriptions=told, **facts)  # type: ignore[arg-type]


def of(asked: Probes, sort: ProbeSort) -> dict[int, str]:
    return {probe.rows[0]: probe.query for probe in asked.asked if probe.sort is sort}


sentences = st.lists(st.sampled_from(WORDS), min_size=4, max_size=12).map(lambda found: " ".join(found) + ".")
films_of_any_sort = st.lists(
    st.builds(
        lambda texts, title, people, genres, year: (texts, " ".join(title), tuple(people), tuple(genres), year),
        st.lists(st.lists(sentences, max_size=5).map(" ".join), max_size=3),
        st.lists(st.sampled_from(WORDS), min_size=1, max_size=4),
        st.lists(st.sampled_from(("Анна Седых", "Олег Марвин", "Зоя Верес")), max_size=2, unique=True),
        st.lists(st.sampled_from(("драма", "комедия")), max_size=2, unique=True),
        st.none() | st.integers(1990, 1993),
    ),
    max_size=25,
).map(
    lambda rows: [
        film(i, *texts, title=title, directors=people, genres=genres, year=year)
        for i, (texts, title, people, genres, year) in enumerate(rows)
    ]
)


@given(films_of_any_sort, st.integers(0, 3), st.integers(1, 5))
def test_what_is_asked_was_taken_out_and_nothing_else(films: list[Film], seed: int, most: int) -> None:
    asked = probes(films, seed, most=most)
    assert asked == probes(films, seed, most=most)
    spoken = of(asked, ProbeSort.SENTENCES)
    assert set(spoken) == set(asked.reduced)
    assert list(asked.reduced) == sorted(asked.reduced)
    for row, sentence in spoken.items():
        whole, rest = films[row], asked.reduced[row]
        assert replace(rest, descriptions=whole.descriptions) == whole
        assert any(sentence in d.text for d in whole.descriptions)
        assert all(sentence not in d.text for d in rest.descriptions)
        own = set(stems(sentence))
        assert len(own & {s for d in rest.descriptions for s in stems(d.text)}) < MAX_OVERLAP * len(own)
        assert not own & set(stems(whole.title))
    assert [probe.sort for probe in asked.asked] == sorted((p.sort for p in asked.asked), key=list(ProbeSort).index)
    assert all(len(of(asked, sort)) <= most for sort in ProbeSort)
    assert reduced_films(films, asked) == [asked.reduced.get(row, one) for row, one in enumerate(films)]


@given(films_of_any_sort)
def test_parts_of_titles_fit_one_film_only(films: list[Film]) -> None:
    asked = probes(films)
    for row, query in of(asked, ProbeSort.TITLES).items():
        starts = {prefix(word) for word in telling_words(query)}
        assert [i for i, f in enumerate(films) if starts <= {prefix(w) for w in telling_words(f.title)}] == [row]
        assert query not in {normalise(f.title) for f in films}


def test_of_one_description_a_sentence_goes_and_the_rest_stays_in_order() -> None:
    asked = probes([film(0, KEEPER)])
    (sentence,) = of(asked, ProbeSort.SENTENCES).values()
    (rest,) = asked.reduced[0].descriptions
    assert sentence in KEEPER
    assert rest.text.split() == KEEPER.replace(sentence, "").split()
    assert rest.source == "источник 0"


def test_of_two_descriptions_the_shorter_goes_as_a_whole() -> None:
    other = "Одинокий сторож у моря находит ящик, который лучше было не трогать. Дальше он молчит."
    asked = probes([film(0, KEEPER, other)])
    assert of(asked, ProbeSort.SENTENCES) == {0: other.partition(". ")[0] + "."}
    assert [d.text for d in asked.reduced[0].descriptions] == [KEEPER]


def test_a_text_of_one_service_asks_as_a_whole_where_it_is_long_and_no_copy() -> None:
    told = "Одинокий сторож у моря находит ящик, который лучше было не трогать. "
    more = "Соседи смеются над ним, потом боятся, а зимой приходят просить прощения за всё, что случилось осенью. "
    last = "Ночью из подвала слышится голос, и никто не может уснуть до самого утра."
    asked = probes([film(0, f"{KEEPER} {KEEPER.replace('сундук', 'ларец')}", told + more + last)])
    assert of(asked, ProbeSort.TEXTS) == {0: told + more + last}
    assert not of(probes([film(0, f"{told}{more}{last} {KEEPER}", told + last + more)]), ProbeSort.TEXTS)
    assert not of(probes([film(0, f"{KEEPER} {KEEPER}", told)]), ProbeSort.TEXTS)
    # A title that it tells would be found by any words.
    named = film(0, f"{KEEPER} {KEEPER.replace('сундук', 'ларец')}", told + more + last, title="Голос ночью")
    assert not of(probes([named]), ProbeSort.TEXTS)
    assert of(probes([named]), ProbeSort.SENTENCES)


def test_a_sentence_of_a_lone_description_shares_words_with_the_rest_and_says_that_it_is_alone() -> None:
    apart = KEEPER.replace("Смотритель долго", "Он долго").replace("открыть сундук", "открыть находку")
    other = "Одинокий сторож у моря находит ящик, который лучше было не трогать."
    assert not probes([film(0, apart.replace(" маяка среди", " среди"))]).reduced
    lone, paired = probes([film(0, KEEPER)]), probes([film(0, KEEPER, other)])
    assert {probe.alone for probe in lone.asked if probe.sort is ProbeSort.SENTENCES} == {True}
    assert {probe.alone for probe in paired.asked} == {False}


def test_a_description_in_another_language_is_no_second_voice() -> None:
    """Were the Russian text gone, the question would be asked of the English one, where no word of it is met."""
    english = Description("A keeper finds a chest by the sea. He hides it.", source="other", language="en")
    russian = Description(KEEPER, source="источник 0", language="ru")
    alone, both = film(0, KEEPER), replace(film(0), descriptions=(english, russian))
    asked = probes([both])
    assert [replace(probe, rows=(0,)) for probe in asked.asked] == [*probes([alone]).asked]
    assert {probe.alone for probe in asked.asked if probe.sort is ProbeSort.SENTENCES} == {True}
    first, second = asked.reduced[0].descriptions
    assert (first, second.language) == (english, "ru")
    assert second.text == probes([alone]).reduced[0].descriptions[0].text


def test_of_three_descriptions_one_of_those_in_one_language_goes() -> None:
    other = "Одинокий сторож у моря находит ящик, который лучше было не трогать."
    texts = ((KEEPER, "ru"), ("A box.", "en"), (other, "ru"))
    told = tuple(Description(text, language=language) for text, language in texts)
    asked = probes([replace(film(0), descriptions=told)])
    assert of(asked, ProbeSort.SENTENCES) == {0: other}
    assert asked.reduced[0].descriptions == told[:2]


def test_judged_queries_stand_behind_the_others() -> None:
    asked = probes([film(0, KEEPER)])
    both = with_judged(asked, [("про маяк", [0]), ("о море", (0, 0))])
    assert both.asked[: len(asked.asked)] == asked.asked
    assert [(p.query, p.rows, p.sort) for p in both.asked[len(asked.asked) :]] == [
        ("про маяк", (0,), ProbeSort.JUDGED),
        ("о море", (0, 0), ProbeSort.JUDGED),
    ]
    assert both.reduced == asked.reduced
    assert asked.reduced_rows.tolist() == [0]


def test_films_that_two_services_tell_of_come_first() -> None:
    other = "Одинокий сторож у моря находит ящик, который лучше было не трогать."
    alone = [film(i, f"{KEEPER} Ночь {i}.") for i in range(20)]
    assert list(probes([*alone, film(20, KEEPER, other)], most=1).reduced) == [20]


@pytest.mark.parametrize(
    ("films", "why"),
    [
        ([film(0, KEEPER), film(1, KEEPER)], "a text that stands twice is found where it was not taken out"),
        ([film(0, KEEPER, "Запертый сундук, который волны приносят к его порогу без единой надписи.")], "a copy"),
        ([film(0, " ".join(KEEPER.split()[: KEPT_WORDS + 5]))], "too little would stay"),
        ([film(0, KEEPER.replace(". ", ", "))], "one sentence of 36 words"),
        ([film(0, f"{SPOKEN} {SPOKEN} Смотритель молчит, маяк стоит, сундук ждёт. {SPOKEN}")], "all three would go"),
        ([film(0, KEEPER, "В 1987 году в Праге Ян и Эва находят чужой ящик у моря.")], "it knows the names"),
        ([film(0, KEEPER, "Ящик найден.")], "too short to tell"),
        ([film(0, KEEPER, "Найденный у моря ящик меняет жизнь одинокого сторожа.", title="Ящик")], "it says the title"),
        ([film(0)], "there is no text"),
        ([], "there are no films"),
    ],
)
def test_what_cannot_be_asked_fairly_is_not_asked(films: Sequence[Film], why: str) -> None:
    assert not probes(films).reduced, why


def test_words_are_the_rarest_of_the_sentence_that_other_films_know() -> None:
    asking = "Сторож находит у моря старый ящик и прячет его от соседей."
    common = [film(i, "Сторож, соседей и ящик прячет.") for i in range(1, 9)]
    rare = [replace(f, descriptions=(Description(f"Море {f.id}, старый"),)) for f in (film(20), film(21))]
    asked = probes([film(0, KEEPER, asking), *common, *rare])
    # "находит" stands in no other film: nobody could find by it.
    assert of(asked, ProbeSort.WORDS) == {0: "моря старый прячет"}


def test_titles_are_asked_in_part_and_short_ones_with_a_letter_less() -> None:
    titles = ("Тайна старого фонаря", "Тайна реки", "Пекарня", "Маяк", "Он и она", "Капитан", "Капитанша у реки")
    films = [film(i, title=title) for i, title in enumerate(titles)]
    # "Тайна реки" has no long word and would be the very title, "Капитан" begins as another film does.
    assert of(probes(films), ProbeSort.TITLES) == {0: "старого фонаря", 2: "пекарн", 6: "капитанш реки"}


def test_a_changed_catalogue_asks_mostly_the_same() -> None:
    pairs = [(word, other) for word in WORDS[:8] for other in WORDS if len(other) >= LONG_WORD]
    films = [
        film(i, f"{KEEPER} Ночь номер {i}.", title=f"{word.capitalize()} {other}")
        for i, (word, other) in enumerate(pairs)
    ]
    before, after = probes(films, most=20), probes([f for f in films if f.id != "f007"], most=20)
    asked, again = ({probe.query for probe in p.asked if probe.sort is ProbeSort.TITLES} for p in (before, after))
    assert len(asked & again) >= 19
    assert {f.id for f in before.reduced.values()} != {f.id for f in probes(films, 1, most=20).reduced.values()}


def test_a_huge_text_takes_no_longer_than_reading_it() -> None:
    huge = " ".join(f"{word.capitalize()} {' '.join(WORDS[:8])} номер{i}." for i, word in enumerate(WORDS * 400))
    start = time.thread_time()
    assert len(probes([film(0, huge)]).reduced) <= 1
    assert time.thread_time() - start < 15, "one second for 11,200 sentences, a hundred where each reads all"
