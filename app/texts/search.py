"""The search page: the field, what was understood, what was found, filters."""

from collections.abc import Mapping

__all__ = ["TEXTS"]

TEXTS: Mapping[str, tuple[str, str]] = {
    "heading": ("Найдите фильм по описанию", "Find a film by describing it"),
    "query": ("Что вы ищете?", "What are you looking for?"),
    "query_hint": ("Сюжет, название, актёр — своими словами", "A plot, a title, an actor, in your own words"),
    "find": ("Найти", "Find"),
    "advanced": ("Режим и порядок", "Mode and order"),
    "mode": ("Как искать", "How to search"),
    "mode_hybrid": ("по смыслу и словам", "by meaning and by words"),
    "mode_semantic": ("только по смыслу", "by meaning only"),
    "mode_lexical": ("только по словам", "by words only"),
    "sort": ("Порядок", "Order"),
    "sort_relevance": ("сначала подходящие", "best match first"),
    "sort_newest": ("сначала новые", "newest first"),
    "sort_oldest": ("сначала старые", "oldest first"),
    "sort_rating": ("сначала с высокой оценкой", "highest rated first"),
    "measure": ("Мера близости", "Measure of nearness"),
    "measure_cosine": ("косинус", "cosine"),
    "measure_dot": ("скалярное произведение", "dot product"),
    "measure_l2": ("расстояние L2", "L2 distance"),
    "measures_agree": (
        "Векторы этого каталога единичной длины, поэтому все три меры дают один и тот же порядок.",
        "The vectors of this catalogue have unit length, so that all three measures give one order.",
    ),
    "k": ("Сколько показывать", "How many to show"),
    "k_each": ("по {k}", "{k} a page"),
    "found": ("Нашлось", "Found"),
    "shown": ("показаны первые {shown}", "the first {shown} are shown"),
    "popular": ("Популярные", "Popular"),
    "popular_within": ("Популярные среди выбранных", "Popular among the chosen"),
    "random": ("Наугад", "At random"),
    "more_random": ("Ещё десять", "Ten others"),
    "understood": ("Понято:", "Understood:"),
    "wish_not": ("не {wish}", "not {wish}"),
    "wish_without": ("без: {wish}", "without: {wish}"),
    "wish_like": ("похоже на «{wish}»", "like “{wish}”"),
    "wish_soft": ("желательно: {wish}", "preferably: {wish}"),
    "wish_soft_without": ("желательно без: {wish}", "preferably without: {wish}"),
    "relaxed": (
        "Ни один фильм не подходит под всё сразу, поэтому часть пожеланий лишь влияет на порядок.",
        "No film fits all of it at once, so some of the wishes only move the order.",
    ),
    "corrected": ("Показаны результаты по запросу", "Showing results for"),
    "as_typed": ("Искать точно: {query}", "Search for exactly: {query}"),
    "typed": ("Опечатки в запросе не исправлялись.", "The query was searched as it was typed."),
    "correct_again": ("Исправлять", "Correct it"),
    "maybe": ("Возможно, вы искали:", "Did you mean:"),
    "undone_rewrite": ("Запрос не дополнен пересказом модели", "The query was not completed by a model’s retelling"),
    "undone_rerank": ("Порядок не уточнён второй моделью", "The order was not refined by a second model"),
    "nothing_title": ("Ничего близкого не нашлось", "Nothing close was found"),
    "nothing": (
        (
            "Опишите сюжет другими словами: кто герой, что с ним происходит, где и когда. Если ищете по "
            "названию, проверьте написание."
        ),
        (
            "Describe the plot in other words: who the hero is, what happens to them, where and when. If you"
            " are looking for a title, check its spelling."
        ),
    ),
    "nothing_filtered": (
        "Мешают фильтры: без них подходит {films}.",
        "The filters are in the way: without them there are {films}.",
    ),
    "nothing_even": (
        "Дело не в фильтрах: и без них ничего не подходит.",
        "It is not the filters: nothing fits without them either.",
    ),
    "nothing_lexical": (
        "В режиме «только по словам» находятся лишь те фильмы, где есть слова запроса.",
        "“By words only” finds only films that have the words of the query.",
    ),
    "nothing_within_title": ("Под эти фильтры не подходит ни один фильм", "No film fits these filters"),
    "drop_filters": ("Сбросить фильтры", "Clear the filters"),
    "filters": ("Фильтры", "Filters"),
    "year_from": ("Год от", "From year"),
    "year_to": ("Год до", "To year"),
    "kind": ("Тип", "Kind"),
    "genre": ("Жанр", "Genre"),
    "not_genre": ("Кроме жанров", "Leave out genres"),
    "country": ("Страна", "Country"),
    "director": ("Режиссёр", "Director"),
    "actor": ("Актёр", "Actor"),
    "theme": ("Тема", "Theme"),
    "choose": ("любые", "any"),
    "choose_none": ("не исключать", "leave out none"),
    "choose_name": ("выберите или впишите имя", "choose or type a name"),
    "rating": ("Оценка не ниже", "Rated at least"),
    "any_rating": ("любая", "any"),
    "age": ("Возраст не выше", "Age rating at most"),
    "any_age": ("любой", "any"),
    "poster": ("Только с постером", "With a poster only"),
    "url_refused": (
        "Часть ссылки не удалось прочесть, она не учтена: {names}.",
        "A part of the link could not be read and does not count: {names}.",
    ),
    "answered_by_words": ("Показано найденное по словам.", "What the words found is shown."),
    "answered_by_distilled": (
        "Смысл запроса понят по запасной модели из каталога.",
        "The meaning was read by the smaller model of the catalogue.",
    ),
    "refused_title": ("Запрос не выполнен", "The query was not run"),
}
