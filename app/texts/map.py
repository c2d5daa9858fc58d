"""The map of the catalogue."""

from collections.abc import Mapping

__all__ = ["TEXTS"]

TEXTS: Mapping[str, tuple[str, str]] = {
    "nav_map": ("Карта", "Map"),
    "map_heading": ("Карта каталога", "Map of the catalogue"),
    "map_text": (
        "Похожие по смыслу фильмы лежат рядом. Нажмите на точку, чтобы открыть фильм, на тему — чтобы приблизить её.",
        "Films near in meaning lie side by side. Click a point to open its film, or a theme to look at it closely.",
    ),
    "map_none": (
        "В этом каталоге нет карты: он слишком мал или собран прежней версией программы.",
        "This catalogue has no map: it is too small, or was built by an earlier version of the program.",
    ),
    "map_colour": ("Цвет", "Colour"),
    "map_colour_genre": ("по жанру", "by genre"),
    "map_colour_decade": ("по десятилетию", "by decade"),
    "map_theme": ("Приблизить тему", "Look closely at a theme"),
    "map_theme_any": ("вся карта", "the whole map"),
    "map_rest_genre": ("другие жанры", "other genres"),
    "map_rest_decade": ("другие годы", "other years"),
    "map_decade": ("{year}-е", "{year}s"),
    "map_shown": ("На карте {films}.", "{films} on the map."),
    "map_cut": (
        "Показаны самые известные: {shown} из {films}. Приблизьте тему, чтобы увидеть остальные.",
        "The best known are shown: {shown} of {films}. Look closely at a theme to see the others.",
    ),
    "map_alt": (
        "Карта каталога: каждая точка — фильм, похожие лежат рядом. Те же фильмы по темам — на странице тем.",
        "Map of the catalogue: each point is a film, near ones are alike. The page of themes has the same films.",
    ),
    "map_search": ("Искать в этой теме", "Search within this theme"),
    "map_whole": ("Вся карта", "The whole map"),
    "map_themes": ("Темы списком", "The themes as a list"),
}
