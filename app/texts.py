"""All words of the interface, by language and key. Nothing in here comes from data."""

from collections.abc import Mapping

__all__ = ["LANGUAGE", "TEXTS", "count", "grouped", "say"]

LANGUAGE = "ru"

_RU = {
    "name": "Кадр — поиск фильмов",
    "nav_search": "Поиск",
    "nav_themes": "Темы",
    "nav_about": "О каталоге",
    # the search field
    "heading": "Найдите фильм по описанию",
    "query": "Что вы ищете?",
    "query_hint": "Сюжет, название, актёр — своими словами",
    "find": "Найти",
    "advanced": "Режим и порядок",
    "mode": "Как искать",
    "mode_hybrid": "по смыслу и словам",
    "mode_semantic": "только по смыслу",
    "mode_lexical": "только по словам",
    "sort": "Порядок",
    "sort_relevance": "сначала подходящие",
    "sort_newest": "сначала новые",
    "sort_oldest": "сначала старые",
    "sort_rating": "сначала с высокой оценкой",
    "measure": "Мера близости",
    "measure_cosine": "косинус",
    "measure_dot": "скалярное произведение",
    "measure_l2": "расстояние L2",
    "measures_agree": "Векторы этого каталога единичной длины, поэтому все три меры дают один и тот же порядок.",
    "k": "Сколько показывать",
    "k_each": "по {k}",
    # results
    "films": "фильм|фильма|фильмов",
    "found": "Нашлось",
    "shown": "показаны первые {shown}",
    "popular": "Популярные",
    "popular_within": "Популярные среди выбранных",
    "random": "Наугад",
    "more_random": "Ещё десять",
    "why_title": "точное название",
    "why_near": "близко по смыслу: {share} %",
    "field_title": "в названии",
    "field_original_title": "в оригинальном названии",
    "field_people": "среди людей",
    "field_description": "в описании",
    "field_tags": "в метках",
    "series": "сериал",
    "poster_alt": "Постер: {title}",
    "poster_alt_year": "Постер: {title} ({year})",
    # what was understood
    "understood": "Понято:",
    "wish_not": "не {wish}",
    "wish_without": "без: {wish}",
    "wish_like": "похоже на «{wish}»",
    "wish_soft": "желательно: {wish}",
    "wish_soft_without": "желательно без: {wish}",
    "relaxed": "Ни один фильм не подходит под всё сразу, поэтому часть пожеланий лишь влияет на порядок.",
    "corrected": "Показаны результаты по запросу",
    "as_typed": "Искать точно: {query}",
    "typed": "Опечатки в запросе не исправлялись.",
    "correct_again": "Исправлять",
    "maybe": "Возможно, вы искали:",
    "undone_rewrite": "Запрос не дополнен пересказом модели",
    "undone_rerank": "Порядок не уточнён второй моделью",
    "because_slow": "она не успела ответить",
    "because_unavailable": "она сейчас недоступна",
    "because_busy": "к ней сейчас слишком много запросов",
    "because_spent": "оплаченные обращения к ней закончились",
    "because_refused": "она не принимает ключ доступа этого сайта",
    "because_missing": "она больше нигде не запущена",
    "because_drifted": "она отвечает не так, как при сборке каталога",
    "because_text": "она не смогла прочесть этот запрос",
    "because_no_access": "у этого сайта нет к ней доступа",
    # nothing found
    "nothing_title": "Ничего близкого не нашлось",
    "nothing": "Опишите сюжет другими словами: кто герой, что с ним происходит, где и когда. "
    "Если ищете по названию, проверьте написание.",
    "nothing_filtered": "Мешают фильтры: без них подходит {films}.",
    "nothing_even": "Дело не в фильтрах: и без них ничего не подходит.",
    "nothing_lexical": "В режиме «только по словам» находятся лишь те фильмы, где есть слова запроса.",
    "nothing_within_title": "Под эти фильтры не подходит ни один фильм",
    "drop_filters": "Сбросить фильтры",
    # filters
    "filters": "Фильтры",
    "year_from": "Год от",
    "year_to": "Год до",
    "kind": "Тип",
    "kind_film": "фильмы",
    "kind_series": "сериалы",
    "genre": "Жанр",
    "not_genre": "Кроме жанров",
    "country": "Страна",
    "director": "Режиссёр",
    "actor": "Актёр",
    "theme": "Тема",
    "choose": "любые",
    "choose_none": "не исключать",
    "choose_name": "выберите или впишите имя",
    "rating": "Оценка не ниже",
    "any_rating": "любая",
    "age": "Возраст не выше",
    "any_age": "любой",
    "poster": "Только с постером",
    # notes
    "url_refused": "Часть ссылки не удалось прочесть, она не учтена: {names}.",
    "answered_by_words": "Показано найденное по словам.",
    "answered_by_distilled": "Смысл запроса понят по запасной модели из каталога.",
    "lack_slow": "Модель смысла не успела ответить; через несколько секунд на тот же запрос она ответит сразу.",
    "lack_unavailable": "Модель смысла сейчас недоступна.",
    "lack_busy": "К модели смысла сейчас слишком много запросов.",
    "lack_spent": "Оплаченные обращения к модели смысла закончились.",
    "lack_refused": "Модель смысла не принимает ключ доступа этого сайта.",
    "lack_missing": "Модель смысла больше нигде не запущена.",
    "lack_drifted": "Модель смысла изменилась после сборки каталога, поэтому её ответы не учитываются.",
    "lack_text": "Модель смысла не смогла прочесть этот запрос.",
    "lack_no_access": "У этого сайта нет доступа к модели смысла.",
    "licences": "Источник:",
    "refused_title": "Запрос не выполнен",
    "no_bundle_title": "Каталог ещё не собран",
    "no_bundle": "Искать пока негде.",
    "no_bundle_where": "Укажите готовый каталог переменной KADR_BUNDLE или соберите свой и обновите страницу:",
    "bad_bundle_title": "Каталог не открывается",
    "bad_bundle": "Вернитесь к прежней версии или соберите каталог заново:",
    "bad_setting_title": "Настройка неверна",
    "fault_title": "Что-то сломалось",
    "fault": "Это ошибка программы, а не ваша. Обновите страницу; если не поможет, откройте поиск заново.",
    "opening": "Открываю каталог…",
    # themes
    "themes_heading": "Темы каталога",
    "themes_text": "О чём рассказывают фильмы: похожие по смыслу собраны вместе сами собой, без меток и жанров.",
    "themes_none": "В этом каталоге слишком мало фильмов, чтобы собрать их в темы.",
    # about
    "about_heading": "О каталоге",
    "about_text": "Кадр ищет фильмы по описанию: по смыслу и по словам.",
    "about_films": "Фильмов и сериалов",
    "about_series": "Из них сериалов",
    "about_described": "С описанием",
    "about_version": "Версия каталога",
    "about_whole": "{version}, файлов проверено: {files}",
    "about_encoder": "Модель смысла",
    "about_sources": "Источники",
    "dimensions": "измерение|измерения|измерений",
    "about_queries": "Смысл запроса понимает",
    "about_service": "Модель по сети",
    "checks": "Проверка для владельца сайта",
    "checking": "Проверяю…",
    "check_ok": "в порядке",
    "check_note": "к сведению",
    "check_bad": "нужно исправить",
    "leg_hosted": "модель по сети",
    "leg_distilled": "запасная модель в каталоге",
    "leg_static": "статическая модель в каталоге",
    "leg_embedded": "модель, обученная на этом каталоге",
    "service_unasked": "Ещё не ответила ни разу.",
    "service_well": "Отвечает, и её ответам можно доверять.",
}

TEXTS: Mapping[str, Mapping[str, str]] = {"ru": _RU}
"""Language -> key -> text. Braces are places for values; bars part the forms of a counted noun."""


def say(key: str, **values: object) -> str:
    """Return a text with its places filled."""
    return TEXTS[LANGUAGE][key].format(**values)


def count(number: int, key: str) -> str:
    """Return a number, thousands parted, with its noun in the right form: 1 фильм, 22 фильма, 1 011 фильмов."""
    one, few, many = TEXTS[LANGUAGE][key].split("|")
    tens, units = number % 100, number % 10
    if 11 <= tens <= 14 or units == 0 or units >= 5:
        form = many
    elif units == 1:
        form = one
    else:
        form = few
    return f"{grouped(number)} {form}"


def grouped(number: int) -> str:
    """Return a number with its thousands parted by thin spaces that do not break."""
    return f"{number:,}".replace(",", "\u202f")
