"""The page about the catalogue."""

from collections.abc import Mapping

__all__ = ["TEXTS"]

TEXTS: Mapping[str, tuple[str, str]] = {
    "about_heading": ("О каталоге", "About the catalogue"),
    "about_text": (
        "Кадр ищет фильмы по описанию: по смыслу и по словам.",
        "Kadr finds films by their description: by meaning and by words.",
    ),
    "about_catalogue": ("Что внутри", "What is in it"),
    "about_films": ("Фильмов и сериалов", "Films and series"),
    "about_series": ("Из них сериалов", "Series among them"),
    "about_described": ("С описанием", "With a description"),
    "about_themes": ("Тем", "Themes"),
    "about_version": ("Версия каталога", "Version of the catalogue"),
    "about_whole": ("{version}, файлов проверено: {files}", "{version}, files checked: {files}"),
    "about_built": ("Собран", "Built"),
    "about_opened": ("Открыт здесь", "Opened here"),
    "about_read": ("Страницы прочитаны", "Pages were read"),
    "about_days": ("с {first} по {last}", "from {first} to {last}"),
    "about_moment": ("{moment} UTC", "{moment} UTC"),
    "about_meaning": ("Как понимается запрос", "How a query is understood"),
    "about_encoder": ("Модель смысла", "Model of meaning"),
    "about_sources": ("Источники", "Sources"),
    "about_licence": ("Лицензия текстов: {licences}.", "Licence of the texts: {licences}."),
    "dimensions": ("измерение|измерения|измерений", "dimension|dimensions"),
    "about_queries": ("Смысл запроса понимает", "Queries are understood by"),
    "about_service": ("Модель по сети", "The hosted model"),
    "about_quality": ("Как хорошо ищется", "How well it finds"),
    "about_quality_text": (
        "При сборке каталог расспрашивают о его же фильмах; здесь — как часто нужный фильм был в первой десятке.",
        (
            "When a catalogue is built, it is asked about its own films; here is how often the film that was meant"
            " was among the first ten."
        ),
    ),
    "about_trials_text": (
        (
            "Испытания, в которых почти не на что опереться: о чём спросят, сначала вычёркивают из описания, и узнать "
            "фильм приходится по остальному. Люди так не спрашивают; эти числа нужны, чтобы сравнивать сборки."
        ),
        (
            "Trials that leave hardly anything to go by: what will be asked is first struck out of the description, and"
            " the film has to be known by the rest. Nobody asks like this; these figures tell one build from another."
        ),
    ),
    "about_share": ("{found} из {asked} ({share}\u00a0%)", "{found} of {asked} ({share}%)"),
    "asked": ("вопроса|вопросов|вопросов", "question|questions"),
    "sort_of_judged": ("Запросы, ответы на которые известны", "Queries whose answers are known"),
    "sort_of_titles": ("По обрывку названия", "By a part of the title"),
    "sort_of_people": ("По имени с жанром или годом", "By a name with a genre or a year"),
    "sort_of_texts": ("По описанию с другого сайта", "By another site’s description"),
    "sort_of_words": ("По вычеркнутым словам", "By the words struck out"),
    "sort_of_sentences": ("По вычеркнутому предложению", "By the sentence struck out"),
    "about_privacy": ("Что остаётся у вас", "What stays with you"),
    "about_privacy_text": (
        (
            "Оценки и просмотренное живут только в этом сеансе и в вашей ссылке или файле; сайт их нигде не хранит. "
            "Текст запроса покидает сайт, только если его смысл понимает модель по сети."
        ),
        (
            "What you rated or watched lives in this session alone, and in your own link or file; the site keeps it "
            "nowhere. The text of a query leaves the site only where a hosted model reads its meaning."
        ),
    ),
    "about_api": ("Для разработчиков", "For developers"),
    "about_api_text": ("Поиск и рекомендации есть и по HTTP:", "Search and recommendations are there over HTTP, too:"),
    "about_api_link": ("описание API", "the API’s description"),
    "checks": ("Проверка для владельца сайта", "Checks, for the owner of the site"),
    "checking": ("Проверяю…", "Checking…"),
    "check_ok": ("в порядке", "fine"),
    "check_note": ("к сведению", "for your notice"),
    "check_bad": ("нужно исправить", "to be mended"),
    "leg_hosted": ("модель по сети", "the hosted model"),
    "leg_local": ("модель на самом сайте", "a model on this site itself"),
    "leg_distilled": ("запасная модель в каталоге", "the smaller model in the catalogue"),
    "leg_static": ("статическая модель в каталоге", "the static model in the catalogue"),
    "leg_embedded": ("модель, обученная на этом каталоге", "the model fitted on this catalogue"),
    "service_unasked": ("Ещё не ответила ни разу.", "Has not answered yet."),
    "service_well": ("Отвечает, и её ответам можно доверять.", "Answers, and its answers can be trusted."),
}
