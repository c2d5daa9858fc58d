"""The page about the catalogue."""

from collections.abc import Mapping

__all__ = ["TEXTS"]

TEXTS: Mapping[str, tuple[str, str]] = {
    "about_heading": ("О каталоге", "The catalogue"),
    "about_text": (
        "Кадр ищет фильмы по описанию: по смыслу и по словам.",
        "Kadr finds films by their description: by meaning and by words.",
    ),
    "about_films": ("Фильмов и сериалов", "Films and series"),
    "about_series": ("Из них сериалов", "Series among them"),
    "about_described": ("С описанием", "With a description"),
    "about_version": ("Версия каталога", "Version of the catalogue"),
    "about_whole": ("{version}, файлов проверено: {files}", "{version}, files checked: {files}"),
    "about_encoder": ("Модель смысла", "Model of meaning"),
    "about_sources": ("Источники", "Sources"),
    "dimensions": ("измерение|измерения|измерений", "dimension|dimensions"),
    "about_queries": ("Смысл запроса понимает", "Queries are understood by"),
    "about_service": ("Модель по сети", "The hosted model"),
    "checks": ("Проверка для владельца сайта", "Checks, for the owner of the site"),
    "checking": ("Проверяю…", "Checking…"),
    "check_ok": ("в порядке", "fine"),
    "check_note": ("к сведению", "for your notice"),
    "check_bad": ("нужно исправить", "to be mended"),
    "leg_hosted": ("модель по сети", "the hosted model"),
    "leg_distilled": ("запасная модель в каталоге", "the smaller model in the catalogue"),
    "leg_static": ("статическая модель в каталоге", "the static model in the catalogue"),
    "leg_embedded": ("модель, обученная на этом каталоге", "the model fitted on this catalogue"),
    "service_unasked": ("Ещё не ответила ни разу.", "Has not answered yet."),
    "service_well": ("Отвечает, и её ответам можно доверять.", "Answers, and its answers can be trusted."),
}
