"""The page of themes."""

from collections.abc import Mapping

__all__ = ["TEXTS"]

TEXTS: Mapping[str, tuple[str, str]] = {
    "themes_heading": ("Темы каталога", "Themes of the catalogue"),
    "themes_text": (
        "О чём рассказывают фильмы: похожие по смыслу собраны вместе сами собой, без меток и жанров.",
        "What the films tell of: those near in meaning stand together by themselves, without tags and genres.",
    ),
    "themes_map": ("Темы на карте", "The themes on a map"),
    "themes_none": (
        "В этом каталоге слишком мало фильмов, чтобы собрать их в темы.",
        "This catalogue has too few films to form themes.",
    ),
}
