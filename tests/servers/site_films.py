"""The films of the loopback site: of our own invention, decided by number and seed, made when they are asked for."""

import random
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import permutations
from urllib.parse import quote

__all__ = ["FIRST_SPECIAL", "SiteFilm", "film_of"]

FIRST_SPECIAL = 1_000_000
"""Films of this number and above stand on special pages; their titles are unlike those of all others."""

_NOUNS = {
    "ru": "кит маяк комета трамвай скрипка оркестр почтальон пекарь ледокол шахматист гроза пустыня дворник ласточка"
    " вокзал лестница акробат фонарь капитан геолог метель зеркало садовник часовщик паром дирижёр лотерея барабан"
    " вулкан учитель сыщик телеграф мельница облако рыбак снегопад аптекарь карусель голубь стеклодув",
    "en": "whale lighthouse comet tram violin orchestra postman baker icebreaker gambler thunder desert janitor swallow"
    " station staircase acrobat lantern captain geologist blizzard mirror gardener watchmaker ferry conductor lottery"
    " drummer volcano teacher detective telegraph windmill cloud fisherman snowfall chemist carousel pigeon glazier",
}
_GENRES = {
    "ru": "драма комедия детектив фантастика мелодрама приключения триллер фэнтези",
    "en": "drama comedy crime fantasy romance adventure thriller mystery",
}
_COUNTRIES = {
    "ru": ("Россия", "Франция", "Чехия", "Япония", "Норвегия", "Индия"),
    "en": ("France", "Czech Republic", "Japan", "Norway", "India", "Canada"),
}
_FIRST = {
    "ru": "Тимур Зоя Павел Инга Марк Рустам Вера Глеб Нина Олег Анна Ян",
    "en": "Alma Howard Clive Dolores Priya Milo Niels Ruth Otto Odile Kenji Inez",
}
_LAST = {
    "ru": "Ладогин Озерков Рудин Илюшин Каримзаде Немов Седых Чалый Марвин Громада Верес Соловей",
    "en": "Whitcombe Pell Marrow Vane Sandoval Hartnett Brandt Ferris Kranz Brun Morita Valadar",
}
_PLOT = {
    "ru": (
        "{a} и {b} знают друг друга с детства, но в городе у холодного моря об этом давно забыли.",
        "Всё меняется в ночь, когда {person} находит в старом доме карту, на которой нет ни одной улицы.",
        "За картой охотятся трое, и каждый уверен, что остальные двое ему только снятся.",
        "До рассвета остаётся {hours} часов, а мост через реку уже разводят.",
        "Под утро {person} понимает, что дорога домой длиннее, чем вся прожитая жизнь.",
        "И только соседский мальчик видит, кто на самом деле зажигает огни на том берегу.",
    ),
    "en": (
        "The {a} and the {b} have known each other since childhood, though nobody by the cold sea remembers it.",
        "Everything changes on the night when {person} finds a map in the old house with not a single street on it.",
        "Three people hunt for the map, and each of them is sure that he only dreams the other two.",
        "There are {hours} hours left until dawn, and the bridge across the river is already being raised.",
        "Towards morning {person} understands that the way home is longer than the whole life behind.",
        "And only the boy next door sees who it is that lights the fires on the other bank.",
    ),
}
# The two signs that have no sound are left out, so their places between the spaces are empty.
_LATIN = dict(
    zip(
        "абвгдеёжзийклмнопрстуфхцчшщъыьэюя",
        [
            "a",
            "b",
            "v",
            "g",
            "d",
            "e",
            "yo",
            "zh",
            "z",
            "i",
            "y",
            "k",
            "l",
            "m",
            "n",
            "o",
            "p",
            "r",
            "s",
            "t",
            "u",
            "f",
            "kh",
            "ts",
            "ch",
            "sh",
            "sch",
            "",
            "y",
            "",
            "e",
            "yu",
            "ya",
        ],
        strict=True,
    )
)


@dataclass(frozen=True)
class SiteFilm:
    """A film as the site knows it; the fields are named and typed as those of `kadr.film.Film`.

    `number`: its place on the site, from 1. `image`: its poster, a path. `revision`: how many times it was changed.
    `own_path`: of a page that is not named after its title.
    """

    number: int
    language: str
    title: str
    original_title: str
    year: int
    kind: str
    genres: tuple[str, ...]
    countries: tuple[str, ...]
    directors: tuple[str, ...]
    actors: tuple[str, ...]
    runtime_minutes: int
    age_rating: int
    rating: float
    votes: int
    description: str
    image: str
    revision: int = 0
    own_path: str = ""

    @cached_property
    def path(self) -> str:
        """Where its page stands: `/film/5-kit-i-mayak`, or with the Cyrillic title, as quoted in an address."""
        if self.own_path:
            return self.own_path
        folder = "series" if self.kind == "series" else "film"
        slug = "-".join("".join(c if c.isalnum() else " " for c in self.title.lower()).split())
        if self.number % 4 == 1:
            slug = "".join(_LATIN.get(c, c) for c in slug)
        return quote(f"/{folder}/{self.number}-{slug}")


def film_of(number: int, seed: int = 1) -> SiteFilm:
    """Return the film of a number; every other one is English, every seventh a series."""
    chance = random.Random(f"{seed}:{number}")
    language = "ru" if number % 2 else "en"
    people = _people(chance, language)
    title = _title(number, language)
    return SiteFilm(
        number=number,
        language=language,
        title=title,
        original_title=_original(number) if number % 6 == 1 else "",
        year=chance.randint(1925, 2024),
        kind="series" if number % 7 == 0 else "film",
        genres=tuple(chance.sample(_GENRES[language].split(), 2)),
        countries=tuple(chance.sample(_COUNTRIES[language], chance.randint(1, 2))),
        directors=people[: chance.randint(1, 2)],
        actors=people[2:],
        runtime_minutes=chance.randint(61, 190),
        age_rating=chance.choice((0, 6, 12, 16, 18)),
        rating=round(chance.uniform(3, 9), 1),
        votes=chance.randint(100, 900_000),
        description=_plot(chance, number, language, people[2]),
        image=f"/posters/{number}.jpg",
    )


def _title(number: int, language: str) -> str:
    """Return two nouns; three for a special page. No two films of fewer than 3,120 have the same title."""
    nouns = _NOUNS[language].split()
    if number >= FIRST_SPECIAL:
        first, second, third = list(permutations(nouns[:9], 3))[(number - FIRST_SPECIAL) * 5 % 504]
        return f"{first.capitalize()}, {second}, {third}"
    first, second = _pair(number, nouns)
    round_ = number // (2 * len(nouns) * (len(nouns) - 1))
    more = f" {round_ + 1}" if round_ else ""
    return (f"{first.capitalize()} и {second}" if language == "ru" else f"The {first} and the {second}") + more


def _original(number: int) -> str:
    first, second = _pair(number, _NOUNS["en"].split())
    return f"{first.capitalize()} versus {second}"  # worded as no English film of the site is


def _pair(number: int, nouns: Sequence[str]) -> tuple[str, str]:
    at, step = divmod(number // 2, len(nouns) - 1)
    first = at % len(nouns)
    return nouns[first], nouns[(first + 1 + step) % len(nouns)]


def _people(chance: random.Random, language: str) -> tuple[str, ...]:
    """Return seven different people: two directors at most, five actors."""
    first, last = _FIRST[language].split(), _LAST[language].split()
    return tuple(f"{a} {b}" for a, b in zip(chance.sample(first, 7), chance.sample(last, 7), strict=True))


def _plot(chance: random.Random, number: int, language: str, person: str) -> str:
    """Return four sentences, the first of which no other film has."""
    opening, *rest = _PLOT[language]
    first, second = _pair(number, _NOUNS[language].split())
    chosen = [opening, *(rest[at] for at in sorted(chance.sample(range(len(rest)), 3)))]
    text = " ".join(chosen).format(a=first, b=second, person=person, hours=chance.randint(5, 9))
    return text[:1].upper() + text[1:]
