"""The page of one film."""

from collections.abc import Mapping

__all__ = ["TEXTS"]

TEXTS: Mapping[str, tuple[str, str]] = {
    "film_gone_title": ("Такого фильма здесь нет", "There is no such film here"),
    "film_gone": (
        "Ссылка устарела, или фильм ушёл из каталога. Найдите его заново по названию или по описанию.",
        "The link is old, or the film has left the catalogue. Find it anew by its title or by a description.",
    ),
    "film_search": ("К поиску", "To the search"),
    "nav_film": ("Фильм", "Film"),
    "film_directors": ("Режиссёр", "Directed by"),
    "film_actors": ("В ролях", "With"),
    "film_genres": ("Жанр", "Genre"),
    "film_countries": ("Страна", "Country"),
    "film_theme": ("Тема", "Theme"),
    "film_hours": ("{hours} ч {minutes} мин", "{hours} h {minutes} min"),
    "film_whole_hours": ("{hours} ч", "{hours} h"),
    "film_minutes": ("{minutes} мин", "{minutes} min"),
    "ballots": ("голос|голоса|голосов", "vote|votes"),
    "film_more": ("Дальше", "More"),
    "film_told_else": ("Другие описания", "Other descriptions"),
    "film_told_none": ("Описания пока нет.", "There is no description yet."),
    "film_page": ("Страница фильма: {place}", "The film’s page: {place}"),
    "film_source": ("Источник: {name}", "Source: {name}"),
    "film_rate": ("Ваша оценка", "Your rating"),
    "film_watched": ("Просмотрено", "Watched"),
    "film_to_for_you": ("Что посмотреть дальше", "What to watch next"),
    "film_alike": ("Похожее на этот фильм, но…", "More like this, but…"),
    "film_alike_hint": (
        "про космос, повеселее, без насилия, 80-х годов",
        "in space, funnier, without violence, from the 80s",
    ),
    "film_alike_find": ("Найти похожее", "Find it"),
    "film_alike_query": ("похожий на «{title}»", "like “{title}”"),
    "film_alike_query_but": ("похожий на «{title}», но {words}", "like “{title}” but {words}"),
    "film_similar": ("Похожие фильмы", "Films like this one"),
    "like_shared": ("Общее: {values}.", "In common: {values}."),
    "like_series": ("Из той же серии: {titles}.", "Of the same series: {titles}."),
    "film_same_director": ("Того же режиссёра", "By the same director"),
    "film_same_actors": ("С теми же актёрами", "With the same actors"),
}
