"""The words by which pages that are no film are told: tables for `refuse`, in normalised form."""

import re

from kadr.text import normalise

__all__ = [
    "ANSWERS",
    "ASIDES",
    "CHALLENGES",
    "ERRORS",
    "HEADED",
    "HEADS",
    "LABELS",
    "LIST_TITLE",
    "LOGINS",
    "REVIEWS",
    "SHARED_TYPES",
    "STATUS",
    "TYPES",
]


def _set(names: str) -> frozenset[str]:
    return frozenset(normalise(name) for name in names.split(","))


CHALLENGES = _set(
    "я не робот, вы не робот, а не робот, вы робот, что вы человек, вы человек, подтвердите что запросы,"
    " проверка браузера, проверка вашего браузера, проверяем ваш браузер, проверка безопасности, подозрительный трафик,"
    " подозрительная активность, запросы похожи на автоматические, символы с картинки, введите код с картинки,"
    " включите javascript и cookies, i am not a robot, i m not a robot, not a robot, not a bot,"
    " are you a robot, you are human,"
    " you are a human, are you human, checking your browser, checking if the site connection is secure,"
    " verifying you are human, verify that you are not a robot, unusual traffic, automated requests,"
    " enable javascript and cookies, complete the captcha, solve the captcha, пройдите капчу, введите капчу,"
    " smartcaptcha, recaptcha, hcaptcha, ddos guard, ddos protection, security check, browser check"
)
"""What a page says that wants to know whether a person asks."""
ANSWERS = _set(
    "just a moment, just a moment please, attention required, один момент, captcha, капча, ddos guard, ddos protection,"
    " security check, проверка, human verification, access to this page has been denied, pardon our interruption"
)
"""Titles of such pages."""
ERRORS = _set(
    "страница не найдена, страница не существует, страница удалена, такой страницы нет, такой страницы не существует,"
    " фильм не найден, ничего не найдено, не найдено, ошибка, ошибка сервера, внутренняя ошибка сервера,"
    " доступ запрещен, доступ ограничен, сайт временно недоступен, сервис временно недоступен, технические работы,"
    " ведутся технические работы, материал удален, контент недоступен, page not found, not found, file not found,"
    " this page does not exist, page does not exist, page doesn t exist, page isn t available,"
    " content is not available, error, server error, internal server error, bad gateway, gateway timeout,"
    " service unavailable, temporarily unavailable, access denied, forbidden, under maintenance, site maintenance,"
    " сторінку не знайдено, seite nicht gefunden, page introuvable, página no encontrada, pagina non trovata"
)
_SAID = "|".join(sorted(ERRORS))
STATUS = re.compile(
    rf"(?:(?:ошибка|error|http|код ошибки) )?(?:4(?:0[0-9]|10|29|51)|50[0-4]|52\d)(?: (?:ошибка|error|{_SAID}))?"
    rf"|(?:{_SAID}) (?:404|410|403|50[0-4])"
)
"""A title that is a status, in words or as a number with its word; a bare number is a film's title, too, but then the
page has a film's rows."""
LOGINS = _set(
    "вход, войти, вход на сайт, войдите, войдите в аккаунт, авторизация, вход в личный кабинет, регистрация, log in,"
    " login, sign in, sign up, please log in, member login, вхід, увійти, anmelden, connexion, iniciar sesión, accedi"
)
SHARED_TYPES = {
    "profile": "a person",
    "actor": "a person",
    "director": "a person",
    "video.person": "a person",
    "article": "an article",
    "book": "a book",
    "books": "a book",
    "music": "an album",
    "game": "a game",
    "video.episode": "an episode",
}
"""og:type (ogp.me, "Object types"); `website` is said of films and of everything else."""
TYPES = {
    "person": "a person",
    "profilepage": "a person",
    "itemlist": "a list",
    "collectionpage": "a list",
    "searchresultspage": "a list",
    "offercatalog": "a list",
    "article": "an article",
    "newsarticle": "an article",
    "blogposting": "an article",
    "reportagenewsarticle": "an article",
    "analysisnewsarticle": "an article",
    "reviewnewsarticle": "an article",
    "opinionnewsarticle": "an article",
    "liveblogposting": "an article",
    "recipe": "an article",
    "videogame": "a game",
    "game": "a game",
    "softwareapplication": "a game",
    "mobileapplication": "a game",
    "book": "a book",
    "audiobook": "a book",
    "musicalbum": "an album",
    "musicrecording": "an album",
    "musicgroup": "an album",
    "podcastseries": "an album",
    "theaterevent": "an event",
    "musicevent": "an event",
    "danceevent": "an event",
    "comedyevent": "an event",
    "exhibitionevent": "an event",
    "sportsevent": "an event",
    "festival": "an event",
    "course": "a course",
}
"""Types of schema.org in lower case."""
REVIEWS = frozenset({"review", "criticreview", "userreview", "reviewnewsarticle"})
ASIDES = frozenset(
    ["reviews", "user-reviews", "critic-reviews", "userreviews", "otzyvy", "otzivy", "recenzii", "retsenzii", "press"]
) | {
    *("cast", "fullcredits", "credits", "actors", "cast-and-crew", "crew", "aktery", "actory", "roles", "rolyi"),
    *("trailers", "trailer", "videos", "videogallery", "treylery", "trejlery", "treyler", "trailery", "clips"),
    *(
        "photos",
        "pictures",
        "images",
        "posters",
        "mediaindex",
        "gallery",
        "stills",
        "kadry",
        "foto",
        "postery",
        "wallpapers",
    ),
    *(
        "trivia",
        "quotes",
        "goofs",
        "faq",
        "soundtrack",
        "awards",
        "locations",
        "parentalguide",
        "releaseinfo",
        "keywords",
    ),
    *("similar", "recommendations", "related", "news", "comments", "discussions", "discuss", "lists", "fans", "likes"),
    *("showtimes", "seansy", "raspisanie", "schedule", "tickets", "kritiken", "critiques", "castings"),
}
"""Last parts of an address below a film's own, in which sites repeat the film's data."""
HEADS = {
    **dict.fromkeys(("спектакль", "концерт", "балет", "опера", "мюзикл", "выставка", "постановка"), "performance"),
    **dict.fromkeys(("книга", "роман", "повесть", "рассказ", "аудиокнига"), "book"),
    **dict.fromkeys(("игра", "видеоигра"), "game"),
    **dict.fromkeys(("альбом", "песня", "сингл"), "record"),
}
HEADED = re.compile(rf"\s*({'|'.join(HEADS)})\s+(?=[«\"“„])", re.IGNORECASE)
LABELS = {
    "a person": _set(
        "дата рождения, место рождения, родился, родилась, карьера, рост, знак зодиака, дата смерти, место смерти,"
        " супруга, супруг, дети, фильмография, лучшие фильмы, born, birthday, date of birth, place of birth,"
        " birth name, known for, height, died, spouse, children, filmography, дата народження, місце народження,"
        " geboren, geburtsort"
    ),
    "a game": _set(
        "разработчик, разработчики, издатель, платформа, платформы, системные требования, движок, режимы игры,"
        " developer, developers, publisher, publishers, platform, platforms, system requirements, game modes, engine"
    ),
    "a book": _set(
        "издательство, isbn, страниц, количество страниц, переплет, переводчик, тираж, автор книги, серия книг,"
        " publication date, pages, paperback, hardcover, number of pages, translator, book format"
    ),
    "an album": _set(
        "исполнитель, исполнители, треклист, список композиций, лейбл, альбом, количество треков, artist, artists,"
        " tracklist, track listing, record label, tracks, album"
    ),
}
"""Labels that stand on pages of other things; two make one."""
LIST_TITLE = re.compile(
    r"\b(?:топ \d+|top \d+|\d+ лучших|\d+ best|лучшие фильмы|лучшие сериалы|подборка|рейтинг фильмов|список фильмов"
    r"|все фильмы|фильмы и сериалы|каталог фильмов|фильмы \d{4}|сериалы \d{4}|новинки кино|результаты поиска|поиск"
    r"|search results|best movies|best films|movies of \d{4}|list of films|all movies|browse movies|popular movies"
    r"|фильмы онлайн|мультфильмы онлайн|сериалы онлайн)\b"
)
