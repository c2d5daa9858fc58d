"""The page of recommendations: what the visitor said of films, and taking it along."""

from collections.abc import Mapping

__all__ = ["TEXTS"]

TEXTS: Mapping[str, tuple[str, str]] = {
    "nav_for_you": ("Для вас", "For you"),
    "for_you_heading": ("Что посмотреть дальше", "What to watch next"),
    "for_you_start": (
        "Отметьте несколько фильмов, которые вы видели, и здесь появится подборка под ваш вкус.",
        "Mark a few films that you have seen, and films to your taste will appear here.",
    ),
    "quick_title": ("Вы это видели?", "Have you seen these?"),
    "quick_progress": ("отмечено: {done} из {wanted}", "{done} of {wanted} marked"),
    "quick_others": ("Другие популярные", "Other popular films"),
    "recommended": ("Подобрано для вас", "Chosen for you"),
    "quick_others_neutral": ("Другие фильмы", "Other films"),
    "recommended_popular": ("Пока просто популярные", "Simply popular, for now"),
    "recommended_none": (
        "Вы отметили все фильмы этого каталога. Больше советовать нечего!",
        "You have marked every film of this catalogue. There is nothing left to recommend!",
    ),
    "recommended_more": ("Показать ещё", "Show more"),
    "because_liked": ("Потому что вам понравилось: {titles}", "Because you liked {titles}"),
    "because_watched": ("Потому что вы смотрели: {titles}", "Because you watched {titles}"),
    "because_title": ("«{title}»", "“{title}”"),
    "mine": ("Мои фильмы", "My films"),
    "said_liked": ("понравился", "liked"),
    "said_disliked": ("не понравился", "not liked"),
    "said_watched": ("просмотрен", "watched"),
    "said_rated": ("★\u00a0{stars} из 5", "★\u00a0{stars} of 5"),
    "mine_remove": ("Убрать", "Remove"),
    "mine_unknown": ("Нет в этом каталоге: {films}.", "Not in this catalogue: {films}."),
    "forget_all": ("Забыть всё", "Forget all"),
    "forget_all_sure": (
        "Забыть все ваши отметки? Вернуть их можно будет только по сохранённой ссылке или файлу.",
        "Forget all that you marked? Only a link or a file that you kept can bring it back.",
    ),
    "forget_all_yes": ("Да, забыть {films}", "Yes, forget {films}"),
    "take": ("Взять с собой", "Take it along"),
    "take_text": (
        (
            "Отметки и загруженные файлы живут до перезагрузки страницы: сервер нигде их не записывает; "
            "ссылка или файл их сохранят и потом вернут."
        ),
        (
            "What you mark or upload lives until the page is reloaded: the server writes it down nowhere; "
            "a link or a file keeps it and brings it back later."
        ),
    ),
    "take_link": ("Ссылка. Кто её откроет, увидит ваши отметки.", "A link. Whoever opens it sees what you marked."),
    "take_no_link": ("Для ссылки фильмов слишком много, возьмите файл.", "These are too many films for a link."),
    "take_file": ("Скачать файл", "Download a file"),
    "take_name": ("kadr-moi-filmy.csv", "kadr-my-films.csv"),
    "bring": ("Вернуть сохранённое", "Bring back what you kept"),
    "bring_text": (
        (
            "Откройте сохранённую ссылку, выберите файл, скачанный здесь, или перенесите оценки: подойдут выгрузки "
            "Letterboxd (весь архив), IMDb, Кинопоиска и MovieLens (ratings.csv вместе с links.csv или movies.csv)."
        ),
        (
            "Open the link that you kept, choose the file that you downloaded here, or bring your ratings over: "
            "exports of Letterboxd (the whole archive), IMDb, Kinopoisk and MovieLens (ratings.csv with links.csv "
            "or movies.csv) will do."
        ),
    ),
    "bring_file": (
        "Файлы с отметками: CSV, XLS, JSON или ZIP, до 5 МБ",
        "Files with your marks: CSV, XLS, JSON or ZIP, up to 5 MB",
    ),
    "bring_choose": ("Выбрать файлы", "Choose files"),
    "brought_title": ("Найдены ваши отметки: {films}", "Your marks were found: {films}"),
    "brought_of": ("Среди них: {titles}.", "Among them: {titles}."),
    "brought_unknown": (
        "Нет в этом каталоге: {films}. Они останутся в вашем списке.",
        "Not in this catalogue: {films}. They stay in your list.",
    ),
    "brought_wanted": ("В списке «Хочу посмотреть»: {films}.", "To be watched: {films}."),
    "brought_left": (
        "Не поместилось: {films}, сначала те, что отмечены давно.",
        "Left out for lack of room, those marked long ago first: {films}.",
    ),
    "brought_close": ("Закрыть", "Close"),
    "missing": ("Не нашлось в этом каталоге: {films}", "Not found in this catalogue: {films}"),
    "missing_more": ("И ещё {films}, они есть в файле.", "And {films} more, which the file has."),
    "missing_file": ("Скачать список", "Download the list"),
    "missing_name": ("kadr-ne-nashlos.csv", "kadr-not-found.csv"),
    "want": ("Хочу посмотреть", "Want to watch"),
    "wanted": ("Уже в списке", "On your list"),
    "watchlist": ("Хочу посмотреть", "To watch"),
    "diversity": ("Разнообразие", "Variety"),
    "hide_seen": ("Скрывать просмотренное здесь и среди похожих", "Hide what I have seen here and among similar films"),
    "hide_seen_everywhere": (
        "Скрывать просмотренное и в поиске, и среди похожих",
        "Hide what I have seen in the search and among similar films, too",
    ),
    "seen_hidden": ("Скрыто просмотренных на этой странице: {films}.", "Seen films hidden on this page: {films}."),
    "why_hide": ("Скрыть", "Hide"),
    "why_known": ("известность фильма", "how well known the film is"),
    "brought_unread": ("Не удалось прочесть: {entries}.", "Could not be read: {entries}."),
    "brought_mixed": (
        "То, что вы отметили сейчас, останется как есть.",
        "What you have marked just now stays as it is.",
    ),
    "brought_add": ("Добавить", "Add them"),
    "brought_not": ("Не надо", "No, thanks"),
    "brought_done": ("Добавлено: {films}", "Added: {films}"),
    "entries": ("запись|записи|записей", "entry|entries"),
    "link_unread_title": ("Ссылка не читается", "The link cannot be read"),
    "link_unread": (
        "Похоже, она обрезана по дороге. Скопируйте её целиком или возьмите файл.",
        "It seems to have been cut short on its way. Copy the whole of it, or take the file.",
    ),
    "file_unread_title": ("Файл не читается", "The file cannot be read"),
    "file_unread": (
        (
            "Здесь понимают файл, скачанный на этой странице, и выгрузки Letterboxd, IMDb, Кинопоиска и MovieLens "
            "до 5 МБ: таблицы с названиями или номерами фильмов и с оценками. Книгу Excel сохраните как CSV."
        ),
        (
            "What is understood here is the file that was downloaded on this page, and exports of Letterboxd, IMDb, "
            "Kinopoisk and MovieLens of up to 5 MB: tables with titles or numbers of films, and ratings. "
            "Save an Excel workbook as CSV."
        ),
    ),
    "file_people": (
        "В файле оценки многих людей. Оставьте в нём строки с одним userId, вашим.",
        "The file holds the ratings of many people. Leave only the lines with one userId in it, yours.",
    ),
}
