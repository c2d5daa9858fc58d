"""Names as Wikidata has them -> names as film catalogues have them. Pure tables."""

from collections.abc import Iterable

from kadr.film import MAX_TITLE
from kadr.text import collapse, normalise, words
from kadr.vocabulary import COUNTRIES, GENRES, country, genre

__all__ = ["country_of", "genres_and_tags", "without_note"]

# A label, as `normalise` writes it -> the genres that it says, separated by commas; "" for what says none.
_GENRES = {
    "кинодрама": "драма",
    "фильм драма": "драма",
    "кинокомедия": "комедия",
    "фильм комедия": "комедия",
    "комедия положений": "комедия",
    "ситуационная комедия": "комедия",
    "ситком": "комедия",
    "sitcom": "комедия",
    "драматический телесериал": "драма",
    "криминальное кино": "криминал",
    "гангстерский фильм": "криминал",
    "gangster film": "криминал",
    "фильм нуар": "нуар",
    "неонуар": "нуар",
    "neo noir": "нуар",
    "кино о боевых искусствах": "боевые искусства",
    "научно фантастический": "фантастика",
    "научно фантастический боевик": "фантастика, боевик",
    "science fiction action film": "фантастика, боевик",
    "фантастический боевик": "фантастика, боевик",
    "боевик триллер": "боевик, триллер",
    "action thriller": "боевик, триллер",
    "боевик комедия": "боевик, комедия",
    "комедийный боевик": "боевик, комедия",
    "action comedy film": "боевик, комедия",
    "криминальный триллер": "криминал, триллер",
    "crime thriller film": "криминал, триллер",
    "криминальная комедия": "криминал, комедия",
    "crime comedy film": "криминал, комедия",
    "криминальная драма": "криминал, драма",
    "crime drama film": "криминал, драма",
    "психологический триллер": "триллер, психологический",
    "psychological thriller film": "триллер, психологический",
    "психологическая драма": "драма, психологический",
    "политический триллер": "триллер, политический",
    "эротический триллер": "триллер, эротика",
    "мистический триллер": "мистика, триллер",
    "драматическая комедия": "трагикомедия",
    "комедия ужасов": "ужасы, комедия",
    "comedy horror": "ужасы, комедия",
    "психологический фильм ужасов": "ужасы, психологический",
    "сверхъестественный фильм ужасов": "ужасы, мистика",
    "историческая драма": "исторический, драма",
    "исторический художественный фильм": "исторический",
    "костюмированный фильм": "исторический",
    "period drama film": "исторический, драма",
    "военная драма": "военный, драма",
    "антивоенный фильм": "военный",
    "семейная драма": "драма",
    "биографическое кино": "биография",
    "кинобиография": "биография",
    "спагетти вестерн": "вестерн",
    "компьютерная анимация": "мультфильм",
    "мультипликационный фильм": "мультфильм",
    "рисованная мультипликация": "мультфильм",
    "мультсериал": "мультфильм",
    "комедийно драматический фильм": "трагикомедия",
    "темное фэнтези": "фэнтези",
    "фильм с полицейскими": "криминал",
    "полицейский детектив": "детектив, криминал",
    "короткометражный фильм": "короткометражка",
    "фильм катастрофа": "катастрофа",
    "музыкальная комедия": "музыка, комедия",
    "романтический фильм": "мелодрама",
    "любовный роман": "мелодрама",
    "романтическая драма": "мелодрама, драма",
    "художественный фильм": "",
    "полнометражный фильм": "",
    "фильм": "",
    "телесериал": "",
    "film": "",
}
_FRAME = frozenset(
    words("фильм фильмы кино кинофильм телесериал сериал телефильм жанр кинематограф film movie fiction tv series"),
)
"""Words of a label that only say that it is about films: "приключенческий фильм", "adventure film"."""

# Labels of states that have another name in film catalogues, or that those do not tell from the state of today.
_COUNTRIES = {
    "союз советских социалистических республик": "СССР",
    "российская советская федеративная социалистическая республика": "СССР",
    "украинская советская социалистическая республика": "СССР",
    "грузинская советская социалистическая республика": "СССР",
    "советская россия": "СССР",
    "рсфср": "СССР",
    "российская республика": "Россия",
    "русское государство": "Россия",
    "германская демократическая республика": "ГДР",
    "федеративная республика германия": "Германия",
    "третий рейх": "Германия",
    "нацистская германия": "Германия",
    "nazi germany": "Германия",
    "веймарская республика": "Германия",
    "weimar republic": "Германия",
    "германская империя": "Германия",
    "german empire": "Германия",
    "королевство италия": "Италия",
    "kingdom of italy": "Италия",
    "великобритания и ирландия": "Великобритания",
    "соединенное королевство великобритании и ирландии": "Великобритания",
    "united kingdom of great britain and ireland": "Великобритания",
    "британский гонконг": "Гонконг",
    "british hong kong": "Гонконг",
    "китайская республика": "Тайвань",
    "королевство нидерландов": "Нидерланды",
    "kingdom of the netherlands": "Нидерланды",
    "датское королевство": "Дания",
    "королевство дания": "Дания",
    "kingdom of denmark": "Дания",
    "польская народная республика": "Польша",
    "polish people s republic": "Польша",
    "венгерская народная республика": "Венгрия",
    "hungarian people s republic": "Венгрия",
    "народная республика болгария": "Болгария",
    "people s republic of bulgaria": "Болгария",
    "социалистическая республика румыния": "Румыния",
    "социалистическая федеративная республика югославия": "Югославия",
    "socialist federal republic of yugoslavia": "Югославия",
    "королевство югославия": "Югославия",
    "чехословацкая социалистическая республика": "Чехословакия",
    "czechoslovak socialist republic": "Чехословакия",
    "британская индия": "Индия",
    "японская империя": "Япония",
    "empire of japan": "Япония",
}

_NOTE_WORDS = frozenset(
    words("фильм фильма мультфильм телефильм кинофильм сериал телесериал мультсериал минисериал веб аниме шоу"),
) | frozenset(words("film movie series miniseries serial anime ova show"))
_LONGEST_NOTE = 80


def genres_and_tags(labels: Iterable[str], implied: Iterable[str]) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Return the genres that a viewer chooses among, and as tags the labels that are none ("фильм о мести").

    Args:
        labels: names of genres in Wikidata.
        implied: genres that the classes of the work tell.
    """
    genres: dict[str, None] = {}
    tags: dict[str, None] = {}
    for label in labels:
        found = _genres(label)
        genres |= dict.fromkeys(found or ())
        if found is None:
            tags[collapse(label).lower()] = None
    return tuple(genres | dict.fromkeys(each for each in implied if each)), tuple(tags)


def country_of(label: str) -> str:
    """Return a country's name in film catalogues; a name that is not known comes back as it is."""
    known = country(label)
    return known if known in COUNTRIES else _COUNTRIES.get(normalise(label), known)


def without_note(title: str) -> str:
    """Return a title without the note that tells its article from others: "Матрица (фильм)", "Alien (1979 film)".

    A parenthesis of other words belongs to the title: "Бёрдмен (Неожиданное достоинство невежества)".
    """
    title = collapse(title)
    start = title.rfind(" (")
    if start > 0 and title.endswith(")") and len(title) - start <= _LONGEST_NOTE:
        note = words(title[start:])
        years = [word for word in note if len(word) == 4 and word.isdigit()]
        if _NOTE_WORDS.intersection(note) or (years and len(note) == len(years)):
            title = title[:start]
    return title[:MAX_TITLE].strip()


def _genres(label: str) -> tuple[str, ...] | None:
    """Return the genres that a label says, None where it says something else."""
    key = normalise(label)
    core = " ".join(word for word in key.split() if word not in _FRAME)
    for name in (key, core):
        if name in _GENRES:
            return tuple(filter(None, _GENRES[name].split(", ")))
        if (found := genre(name)) in GENRES:
            return (found,)
    return None
