"""A small catalogue of films that never were, and the files it is built from."""

import json
from collections.abc import Mapping, Sequence
from pathlib import Path

from kadr.film import title_id

__all__ = ["BROAD", "FACTS", "FEW", "MORE", "SHELF", "id_of", "write_config", "write_csv", "write_films", "write_shelf"]

FACTS = (
    "title",
    "original_title",
    "year",
    "kind",
    "genres",
    "countries",
    "directors",
    "actors",
    "runtime_minutes",
    "age_rating",
    "rating",
    "votes",
    "description",
)
"""What stands between the bars of the text below, film by film."""

_TEXT = """
Ёлка на крыше | Fir on the Roof | 1987 | film | комедия, семейный | СССР | Тимур Ладогин | Зоя Верес, Павел Рудин | 84
| 6 | 7.9 | 5200 | Новогодней ночью дворник и скрипачка поднимают ёлку на крышу девятиэтажки, чтобы её увидел мальчик
из больницы напротив.

Маяк для двоих | | 2004 | film | мелодрама, драма | Россия | Анна Седых | Олег Марвин, Зоя Верес | 101 | 12 | 6.8 | 900
| Смотритель далёкого маяка находит в бутылке письмо, которое сам написал двадцать лет назад, и теряет покой. Море
прячет ту, кому он писал, и смотритель выходит в шторм на лодке.

Пекарня напротив тюрьмы | Bread and Bars | 2013 | film | комедия, криминал | Россия | Тимур Ладогин | Инга Лаврова | 96
| 16 | 7.1 | 3100 | Две сестры открывают пекарню напротив тюрьмы, чтобы спрятать в караваях план побега своего
непутёвого отца. Сыщик полюбил их хлеб и каждое утро приходит за караваем.

Вторая луна | The Left-Handed Moon | 2019 | film | фантастика, комедия | Россия, Франция | Марк Илюшин | Пётр Чалый |
110 | 12 | 6.2 | 450 | Астроном обнаруживает вторую луну, видимую лишь левшам, и правительство срочно переучивает всех
школьников.

Голос из барханов | | 1974 | film | приключения, мелодрама | СССР | Рустам Каримзаде | Олег Марвин | 92 | 6 | 7.4 |
1500 | Почтальон пустыни влюбляется в голос радиостанции, закрытой ещё до войны, и едет искать диктора через барханы.

Кит под городом | The Whale Below | 2021 | film | фэнтези, драма | Россия | Анна Седых | Инга Лаврова, Пётр Чалый | 118
| 12 | 7.7 | 8800 | Под старым портом спит кит, и пока он спит, город не тонет. Девочка, которая слышит его сны, должна
не дать строителям метро разбудить кита.

Сторож зоопарка | | 1999 | film | драма | Россия | Марк Илюшин | Павел Рудин | 88 | 12 | 6.9 | 640 | Сторож зоопарка
учит старого медведя танцевать, чтобы спасти его от продажи в цирк. Медведь танцует лучше сторожа.

Последний трамвай | Last Tram | 1968 | film | драма, военный | СССР | Вера Полянская | Нина Озеркова | 95 | 12 | 8.3 |
12000 | Осенью сорок первого вагоновожатая ведёт последний трамвай через осаждённый город и везёт детей к вокзалу.

Последний трамвай | | 2016 | film | ужасы, триллер | Россия | Глеб Немов | Инга Лаврова | 87 | 18 | 5.1 | 300 | Ночной
трамвай не останавливается на остановках. Пассажиры понимают, что среди них сидит мертвец, а водителя в кабине нет.

Шахматист и вор | The Chess Thief | 2008 | film | детектив, криминал | Россия, Германия | Глеб Немов | Пётр Чалый | 104
| 16 | 7.2 | 2700 | Вор крадёт из музея шахматную доску и находит в ней недоигранную партию. Хозяин доски, старый
сыщик, присылает ход за ходом, и вор не может не ответить.

Соль и сахар | | 2011 | series | комедия, мелодрама | Россия | Анна Седых | Зоя Верес, Олег Марвин | 48 | 12 | 6.5 |
5400 | Повар и врач живут в одной квартире по очереди и ссорятся записками на холодильнике, ни разу не увидев друг
друга.

Тайга не спит | | 1982 | film | приключения, детектив | СССР | Рустам Каримзаде | Павел Рудин | 99 | 12 | 7.6 | 4100 |
Геологи находят в тайге самолёт, пропавший до войны. В кабине лежит свежая газета, и следователь не верит геологам.

Часовщик из Праги | Hodinář | 1995 | film | фэнтези, детектив | Чехия | Ян Громада | Эва Липова | 107 | 12 | 7.0 | 1900
| Часовщик чинит городские куранты и замечает, что после каждого ремонта в городе исчезает один прохожий.

Библиотека снов | The Dream Library | 2017 | film | фэнтези, драма | Великобритания | Alma Whitcombe | Ruth Ferris |
112 | 12 | 7.3 | 6600 | Библиотекарша выдаёт людям чужие сны. Однажды девочка не возвращает сон своей умершей матери, и
библиотека темнеет.

Капитан Репа | | 1979 | film | мультфильм, детский | СССР | Вера Полянская | | 21 | 0 | 8.0 | 2200 | Репа выросла такой
большой, что звери сделали из неё корабль и поплыли искать остров, где нет зимы.

Двенадцать вёсел | | 2001 | film | спорт, драма | Россия | Марк Илюшин | Олег Марвин, Пётр Чалый | 94 | 6 | 6.4 | 380 |
Тренер собирает команду гребцов из бывших заключённых, и лодка впервые за двадцать лет выходит на реку.

Письма с юга | | 2023 | series | исторический, драма | Россия | Вера Полянская | Нина Озеркова | 52 | 16 | 7.8 | 9100 |
Учительница пишет письма солдату, которого придумала, и однажды получает ответ. Война идёт к концу, а письма идут
дольше.

Рыжий на болоте | | | film | мистика, ужасы | Россия | Глеб Немов | | 81 | 16 | 5.6 | 120 | В деревне у болота каждую
весну появляется рыжий мальчик и просит проводить его домой. Кто проводил, тот не вернулся.

Он и она | | 1990 | film | мелодрама | СССР | Анна Седых | Зоя Верес | 76 | 12 | 6.1 | 210 | Два попутчика в купе
поезда обещают не называть имён и рассказывают друг другу всю жизнь до утра.

Без слов | | 2020 | film | | Россия | | | | | | |

The Lantern Keeper | | 1958 | film | drama, mystery | Великобритания | Alma Whitcombe | Howard Pell | 98 | 12 | 7.5 |
3300 | A lighthouse keeper on a rocky island finds a stranger asleep in the lamp room during a storm, and the sea keeps
them both there until the lamp goes out.

Rain over Harbor Street | | 1949 | film | crime, mystery | США | Clive Marrow | Dolores Vane | 91 | 16 | 7.9 | 7700 | A
detective hunts a killer through a rainy city where every witness remembers a different face. The last witness is the
detective's own wife.

Nine Miles to Juniper | | 1962 | film | western, adventure | США | Clive Marrow | Buck Tolliver | 105 | 12 | 6.9 | 2500
| A gunman who swore never to shoot again guards a stagecoach full of school books across nine miles of outlaw country.

The Orchard Robot | | 2022 | film | sci-fi, family | США, Канада | Priya Sandoval | Milo Hartnett | 102 | 6 | 7.4 |
15000 | A broken harvest robot grows fond of the orchard it was built to cut down and teaches a lonely girl how to
graft trees.

Cold Harvest | | 2009 | film | horror, thriller | Канада | Niels Brandt | Dolores Vane | 89 | 18 | 5.9 | 1800 | Farmers
dig up a frozen field in spring and find their own footprints deep under the ice. Somebody walked there before.

Violins at Midnight | | 1971 | film | romance, music | Франция | Lucien Maret | Odile Brun | 97 | 12 | 7.1 | 1200 | Two
rival violinists share one train compartment and one broken violin on the way to the contest of their lives.

The Cartographer's Wife | La femme du cartographe | 1983 | film | drama, historical | Франция | Lucien Maret | Odile
Brun | 121 | 12 | 7.6 | 980 | The wife of a royal mapmaker adds a tiny island to every map, and forty years later a
ship finds it.

Submarine Waltz | | 1966 | film | comedy, war | Германия | Niels Brandt | Otto Kranz | 93 | 12 | 6.7 | 700 | A
submarine crew that cannot find the war organises a dance for a fishing village and misses the order to surrender.

Paper Astronaut | | 2015 | film | family, drama | США | Priya Sandoval | Milo Hartnett | 99 | 6 | 7.2 | 5600 | A boy
folds a paper rocket for his father, an astronaut lost behind the moon, and the radio answers from the rocket.

The Quiet Auction | | 2018 | film | thriller, crime | Великобритания | Alma Whitcombe | Ruth Ferris, Howard Pell | 108
| 16 | 6.6 | 2100 | At a silent auction a thief bids for a painting she stole herself, and the detective across the
room keeps raising the price.

Glass Mountain | | 1931 | film | adventure | Германия | Otto Kranz | | 79 | 6 | 7.0 | 260 | Three climbers rope
themselves together on a mountain of glass where every climber sees a different summit.

Tea with the Enemy | | 1954 | film | war, comedy | Великобритания | Howard Pell | Howard Pell | 86 | 6 | 7.3 | 1400 |
In no man's land two enemy cooks trade recipes every night until their generals come to dinner.

Salt Road Caravan | | 1999 | film | adventure, drama | Индия | Priya Sandoval | | 115 | 12 | 6.8 | 520 | A caravan
crosses the salt desert with a piano for a princess, and every night another camel driver learns to play it.

Ghost Elevator | | 2012 | series | horror, comedy | США | Niels Brandt | Milo Hartnett | 44 | 16 | 6.3 | 8300 | A hotel
elevator stops at a floor that burned down long ago, and the new night porter decides to rent its rooms.

The Beekeeper of Block Nine | | 2006 | film | drama | Польша | Jan Wrona | Ewa Kalina | 100 | 12 | 7.0 | 430 | On the
roof of a housing block a retired miner keeps bees, and the bees keep the secret of his missing son.

Zero Hour Lullaby | | 2010 | film | thriller, sci-fi | Япония | Kenji Morita | Aiko Tanabe | 103 | 16 | 6.9 | 3900 |
Every night at zero hour the city forgets one song. A composer fights sleep to write the last lullaby down.

The Snow Postman | | 1976 | film | animation, family | Япония | Kenji Morita | | 24 | 0 | 7.9 | 3600 | A postman made
of snow carries winter letters to the south and melts a little with each one that he delivers.

Seven Doors | | 2003 | film | mystery, horror | Япония | Kenji Morita | Aiko Tanabe | 95 | 16 | 6.0 | 610 | A widow
inherits a house with six doors. Each night somebody knocks on the seventh.

Marble Dogs | | 1988 | film | documentary | Италия | Bruno Calvi | | 72 | 0 | 6.6 | 90 | Old sculptors of a mountain
village carve the portraits of their dogs and remember the quarry that fed three generations.

Harbor of Names | | 2024 | film | drama, mystery | Португалия | Inês Valadar | | 117 | 12 | | | In a harbor town
sailors leave their names with an old clerk before each voyage, and one day two sailors claim one name.
"""


def _row(block: str) -> Mapping[str, str]:
    cells = (cell.strip() for cell in block.replace("\n", " ").split("|"))
    return {name: cell for name, cell in zip(FACTS, cells, strict=True) if cell}


SHELF: Sequence[Mapping[str, str]] = tuple(_row(block) for block in _TEXT.strip().split("\n\n"))
"""The first source, forty films."""
FEW = SHELF[:6]
"""Enough for a build whose films do not matter."""
MORE: Sequence[Mapping[str, str]] = (
    {
        "название": "Маяк для двоих",
        "год": "2004",
        "страна": "Россия",
        "описание": "Письмо из бутылки гонит старого смотрителя в шторм, к той, кого он не дождался на берегу.",
    },
    {
        "название": "Зимний причал",
        "год": "1993",
        "страна": "Норвегия",
        "описание": "На замёрзшем причале рыбаки ждут корабль, который ушёл прошлой весной, и варят уху на всех.",
    },
    {"название": "Сломанный год", "год": "3999", "страна": "Россия", "описание": "Этой строке фильмом не стать."},
)
"""The second source: a film that the first one knows too, a new one, and a row whose year is wrong."""


BROAD = " ".join(word for row in SHELF[::2] for word in row.get("description", "").split()[:4])
"""Meets many films, so that pages and filters have something to cut."""


def id_of(title: str, year: int | None) -> str:
    """Return the id of a film of these sources, which number none of them."""
    return title_id(title, year)


def write_films(path: Path, rows: Sequence[Mapping[str, str]]) -> Path:
    """Write rows as JSON Lines."""
    path.write_text("".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows), encoding="utf-8")
    return path


def write_csv(path: Path, rows: Sequence[Mapping[str, str]]) -> Path:
    """Write rows as CSV; no value of ours holds a semicolon or a quote."""
    lines = [";".join(rows[0]), *(";".join(row.values()) for row in rows)]
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return path


def write_config(folder: Path, **sources: str) -> Path:
    """Write a catalogue file of named sources, each with its path, that publishes to `bundles` beside it."""
    blocks = [f'[[sources]]\nkind = "file"\nname = "{name}"\npath = "{path}"\n' for name, path in sources.items()]
    path = folder / "catalogue.toml"
    path.write_text("\n".join([*blocks, '[encoder]\ndim = 32\n\n[publish]\npath = "bundles"\n']), encoding="utf-8")
    return path


def write_shelf(folder: Path) -> Path:
    """Write both sources and their catalogue file into a folder, and return the catalogue file."""
    write_films(folder / "shelf.jsonl", SHELF)
    write_csv(folder / "lexicon.csv", MORE)
    return write_config(folder, shelf="shelf.jsonl", lexicon="lexicon.csv")
