"""Films of our own invention, and a hypothesis strategy for any film."""

from hypothesis import strategies as st

from kadr.film import Description, Film, Kind, SourceLink, title_id
from kadr.text import normalise

TEXT = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=30)
TITLE = TEXT.filter(lambda text: bool(normalise(text)))
WORDS = st.lists(TEXT, max_size=3).map(tuple)
PLOTS = (
    "Смотритель далёкого маяка находит в бутылке письмо, которое сам написал двадцать лет назад, и теряет покой.",
    "Две сестры открывают пекарню напротив тюрьмы, чтобы спрятать в караваях план побега своего непутёвого отца.",
    "Астроном обнаруживает вторую луну, видимую лишь левшам, и правительство срочно переучивает всех школьников.",
    "Почтальон пустыни влюбляется в голос радиостанции, закрытой ещё до войны, и едет искать диктора через барханы.",
)


def plot(number: int, source: str = "") -> Description:
    """Return one of four texts that have nothing in common."""
    return Description(PLOTS[number], source, "ru")


def film(title: str, year: int | None = None, source: str = "a", own: str = "", **fields: object) -> Film:
    """Return a film of a source, under the id that its title and year give."""
    links = (SourceLink(source, own, f"https://{source}.example/{own}"),)
    values: dict[str, object] = {"id": title_id(title, year), "title": title, "year": year, "sources": links, **fields}
    return Film(**values)  # type: ignore[arg-type]  # the fields are named by the caller


any_film = st.builds(
    Film,
    id=TEXT.filter(bool),
    title=TITLE,
    original_title=TEXT,
    year=st.none() | st.integers(1870, 2100),
    kind=st.none() | st.sampled_from(Kind),
    genres=WORDS,
    countries=WORDS,
    directors=WORDS,
    actors=WORDS,
    runtime_minutes=st.none() | st.integers(1, 6000),
    age_rating=st.none() | st.integers(0, 21),
    descriptions=st.lists(st.builds(Description, TEXT, TEXT, TEXT), max_size=3).map(tuple),
    tagline=TEXT,
    rating=st.none() | st.floats(0, 10),
    votes=st.none() | st.integers(0, 10**12),
    page_url=st.sampled_from(["", "https://a.example/?q='\"&x=1"]),
    image_url=st.sampled_from(["", "http://a.example/i.jpg"]),
    sources=st.lists(st.builds(SourceLink, TEXT, TEXT, TEXT), max_size=3).map(tuple),
    fetched_at=TEXT,
    tags=WORDS,
    external_ids=st.dictionaries(TEXT, TEXT, max_size=3),
    extra=st.dictionaries(TEXT, TEXT, max_size=3),
)
catalogues = st.lists(any_film, max_size=6, unique_by=lambda each: each.id).map(
    lambda films: sorted(films, key=lambda each: each.id)
)
