"""Random films of our own invention, shared by the tests of index, encode and search."""

from collections.abc import Sequence

from hypothesis import settings
from hypothesis import strategies as st

from kadr.film import Description, Film, Kind, SourceLink

few = settings(max_examples=40, deadline=None)
"""For laws that build or write an index each time: a build server's clock must not fail them."""

WORDS = (
    "маяк", "маяка", "смотритель", "море", "морской", "шторм", "письмо", "бутылка", "король", "королева", "в", "и",
    "поезд", "снег", "ёлка", "елка", "lighthouse", "keeper", "keepers", "storm", "letter", "the", "of", "train", "7",
    "1984", "чайка", "чайки", "расследование", "расследует",
)  # fmt: skip
"""Inflected forms, prefixes in common, two languages, function words and numbers: what the analysers must handle."""

texts = st.lists(st.sampled_from(WORDS), max_size=8).map(" ".join)
titles = st.lists(st.sampled_from(WORDS), min_size=1, max_size=3).map(" ".join)
GENRES = ("Комедия", "комедия", "Comedy", "драма", "Drama", "Sci-Fi", "рыбный день", "—")
COUNTRIES = ("США", "USA", "Франция", "france", "СССР", "Земля Санникова")
PEOPLE = ("Вера Ёлкина", "вера елкина", "Пётр Чайка", "Ann Lee", "ANN LEE", "Émile Roy", "Emile Roy")


def some(values: Sequence[str]) -> st.SearchStrategy[tuple[str, ...]]:
    """Draw up to three of these values, repeats allowed."""
    return st.lists(st.sampled_from(values), max_size=3).map(tuple)


def tenths(most: int) -> st.SearchStrategy[float]:
    """Draw a number with one decimal: float32 and float64 order such numbers alike."""
    return st.integers(0, most * 10).map(lambda n: n / 10)


_drafts = st.fixed_dictionaries(
    {
        "title": titles,
        "original_title": texts,
        "year": st.none() | st.integers(1987, 2012),
        "kind": st.none() | st.sampled_from(Kind),
        "genres": some(GENRES),
        "countries": some(COUNTRIES),
        "directors": some(PEOPLE),
        "actors": some(PEOPLE),
        "runtime_minutes": st.none() | st.integers(60, 130),
        "age_rating": st.none() | st.sampled_from([0, 6, 12, 16, 18]),
        "rating": st.none() | tenths(10),
        "votes": st.none() | st.sampled_from([0, 5, 100, 16_777_216, 16_777_216 * 2]),
        "image_url": st.sampled_from(["", "https://films.example/poster.jpg"]),
        "descriptions": st.lists(texts.filter(bool).map(Description), max_size=2).map(tuple),
        "tags": some(WORDS),
        "tagline": texts,
        "sources": st.lists(st.sampled_from("abc"), max_size=3, unique=True).map(lambda s: tuple(map(SourceLink, s))),
    }
)
catalogues = st.lists(_drafts, max_size=7).map(
    lambda drafts: [Film(id=f"f{i}", **draft) for i, draft in enumerate(drafts)]  # type: ignore[arg-type]  # drawn by name
)
"""Up to seven films; an empty catalogue among them."""

SMALL = (
    Film(
        id="a",
        title="Смотритель маяка",
        original_title="The Lighthouse Keeper",
        year=2001,
        genres=("Драма",),
        countries=("Франция",),
        directors=("Пётр Чайка",),
        descriptions=(
            Description("Смотритель далёкого маяка находит в бутылке письмо, которое сам написал.", "", "ru"),
        ),
    ),
    Film(
        id="b",
        title="Пекарня напротив тюрьмы",
        year=1999,
        genres=("Комедия",),
        directors=("Вера Ёлкина",),
        descriptions=(Description("Две сестры прячут в караваях план побега своего непутёвого отца.", "", "ru"),),
    ),
    Film(
        id="c",
        title="Вторая луна",
        year=2010,
        genres=("Фантастика",),
        actors=("Вера Ёлкина",),
        descriptions=(Description("Астроном обнаруживает вторую луну, видимую лишь левшам.", "", "ru"),),
    ),
    Film(
        id="d",
        title="Голос пустыни",
        year=2015,
        descriptions=(Description("Почтальон влюбляется в голос радиостанции, закрытой ещё до войны.", "", "ru"),),
    ),
    Film(
        id="e",
        title="Night Train of Letters",
        year=1987,
        descriptions=(Description("A sleepless clerk sorts lost letters on the last night train north.", "", "en"),),
    ),
    Film(
        id="f",
        title="Шторм",
        year=2020,
        descriptions=(
            Description("Смотритель порта ждёт шторм и пишет письмо дочери; луна светит над маяком.", "", "ru"),
        ),
    ),
)
"""Six films with words in common, enough to fit an encoder on."""
