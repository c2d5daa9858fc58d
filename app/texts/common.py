"""What every page says: names of pages, films as cards, what is wrong."""

from collections.abc import Mapping

__all__ = ["TEXTS"]

TEXTS: Mapping[str, tuple[str, str]] = {
    "name": ("Кадр — поиск фильмов", "Kadr — film search"),
    "title_of": ("{page} — Кадр", "{page} — Kadr"),
    "own_name": ("Русский", "English"),
    "menu": ("Меню", "Menu"),
    "nav_search": ("Поиск", "Search"),
    "nav_themes": ("Темы", "Themes"),
    "nav_about": ("О каталоге", "About"),
    "films": ("фильм|фильма|фильмов", "film|films"),
    "why": ("Почему этот фильм", "Why this film"),
    "why_title": ("точное название", "the very title"),
    "why_near": ("близко по смыслу: {share} %", "near in meaning: {share} %"),
    "field_title": ("в названии", "in the title"),
    "field_original_title": ("в оригинальном названии", "in the original title"),
    "field_people": ("среди людей", "among the people"),
    "field_description": ("в описании", "in the description"),
    "field_tags": ("в метках", "in the tags"),
    "series": ("сериал", "series"),
    "poster_alt": ("Постер: {title}", "Poster: {title}"),
    "poster_alt_year": ("Постер: {title} ({year})", "Poster: {title} ({year})"),
    "because_slow": ("она не успела ответить", "it did not answer in time"),
    "because_unavailable": ("она сейчас недоступна", "it cannot be reached now"),
    "because_busy": ("к ней сейчас слишком много запросов", "it has too many requests now"),
    "because_spent": ("оплаченные обращения к ней закончились", "the paid calls to it are used up"),
    "because_refused": ("она не принимает ключ доступа этого сайта", "it does not accept this site’s key"),
    "because_missing": ("она больше нигде не запущена", "nobody runs it any more"),
    "because_drifted": (
        "она отвечает не так, как при сборке каталога",
        "it does not answer as it did when the catalogue was built",
    ),
    "because_text": ("она не смогла прочесть этот запрос", "it could not read this query"),
    "because_no_access": ("у этого сайта нет к ней доступа", "this site has no access to it"),
    "kind_film": ("фильмы", "films"),
    "kind_series": ("сериалы", "series"),
    "lack_slow": (
        "Модель смысла не успела ответить; через несколько секунд на тот же запрос она ответит сразу.",
        "The model of meaning did not answer in time; in a few seconds it will answer the same query at once.",
    ),
    "lack_unavailable": ("Модель смысла сейчас недоступна.", "The model of meaning cannot be reached now."),
    "lack_busy": ("К модели смысла сейчас слишком много запросов.", "The model of meaning has too many requests now."),
    "lack_spent": (
        "Оплаченные обращения к модели смысла закончились.",
        "The paid calls to the model of meaning are used up.",
    ),
    "lack_refused": (
        "Модель смысла не принимает ключ доступа этого сайта.",
        "The model of meaning does not accept this site’s key.",
    ),
    "lack_missing": ("Модель смысла больше нигде не запущена.", "Nobody runs the model of meaning any more."),
    "lack_drifted": (
        "Модель смысла изменилась после сборки каталога, поэтому её ответы не учитываются.",
        "The model of meaning has changed since the catalogue was built, so its answers do not count.",
    ),
    "lack_text": ("Модель смысла не смогла прочесть этот запрос.", "The model of meaning could not read this query."),
    "lack_no_access": (
        "У этого сайта нет доступа к модели смысла.",
        "This site has no access to the model of meaning.",
    ),
    "licences": ("Источник:", "Source:"),
    "no_bundle_title": ("Каталог ещё не собран", "There is no catalogue yet"),
    "no_bundle": ("Искать пока негде.", "There is nothing to search in."),
    "no_bundle_where": (
        "Укажите готовый каталог переменной KADR_BUNDLE или соберите свой и обновите страницу:",
        "Name a built catalogue in the variable KADR_BUNDLE, or build your own and reload the page:",
    ),
    "bundle_coming_title": ("Каталог ещё не получен", "The catalogue has not come yet"),
    "bundle_coming": (
        "Он загружается, или его источник пока не отвечает. Обновите страницу через минуту.",
        "It is being fetched, or its source does not answer yet. Reload the page in a minute.",
    ),
    "bad_bundle_title": ("Каталог не открывается", "The catalogue does not open"),
    "bad_bundle_log": (
        "Что с ним не так, владелец сайта прочтёт в журнале сервера.",
        "What is wrong with it the owner of the site can read in the server’s log.",
    ),
    "bad_bundle": (
        "Можно вернуться к прежней версии или собрать каталог заново:",
        "One can go back to the version before, or build the catalogue anew:",
    ),
    "bad_setting_title": ("Настройка неверна", "A setting is wrong"),
    "fault_title": ("Что-то сломалось", "Something broke"),
    "fault": (
        "Это ошибка программы, а не ваша. Обновите страницу; если не поможет, откройте поиск заново.",
        "This is a fault of the program, not yours. Reload the page; if that does not help, open the search anew.",
    ),
}
