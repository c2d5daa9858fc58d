"""Models that help beside the search: a query that is spoken, a plot that is retold."""

from collections.abc import Mapping

__all__ = ["TEXTS"]

TEXTS: Mapping[str, tuple[str, str]] = {
    "voice": ("Голосом", "Speak"),
    "voice_hint": (
        "Опишите фильм вслух, до 30 секунд.",
        "Describe the film aloud, up to 30 seconds.",
    ),
    "voice_record": ("Запись голоса", "Recording of your voice"),
    "voice_privacy": (
        "Запись распознаёт модель по сети; на сайте она не сохраняется.",
        "A hosted model transcribes the recording; the site does not keep it.",
    ),
    "voice_no_access": (
        "Голосовой поиск здесь не включён: владельцу сайта нужно задать HF_TOKEN или KADR_SPEECH_URL.",
        "Searching by voice is not switched on here: the owner of the site has to set HF_TOKEN or KADR_SPEECH_URL.",
    ),
    "voice_hearing": ("Распознаю речь…", "Listening…"),
    "voice_heard": ("Услышано так, можно поправить", "What was heard; you can correct it"),
    "voice_find": ("Искать", "Search"),
    "voice_again": ("Ещё раз", "Try again"),
    "voice_nothing": (
        "Слов не слышно. Проверьте микрофон и запишите ещё раз, чуть громче.",
        "No words can be heard. Check the microphone and record again, a little louder.",
    ),
    "voice_long": (
        "Запись длиннее половины минуты. Запишите покороче: хватит двух-трёх фраз.",
        "The recording is longer than half a minute. Make it shorter: two or three sentences will do.",
    ),
    "voice_broken": (
        "Эту запись не прочесть. Запишите ещё раз.",
        "This recording cannot be read. Record again.",
    ),
    "voice_text_lack": (
        "Модель не разобрала эту запись. Запишите ещё раз.",
        "The model could not make this recording out. Record again.",
    ),
    "voice_failed": (
        "Модель не распознала речь: {because}. Запрос можно набрать.",
        "The model did not transcribe your speech: {because}. You can type the query.",
    ),
    "retell": ("Коротко о сюжете", "The plot in short"),
    "retelling": ("Коротко", "In short"),
    "retelling_wait": ("Пересказываю…", "Retelling…"),
    "retelling_made": (
        "Пересказала модель {model} по описанию с этой страницы; она может ошибаться.",
        "Retold by the model {model} from the description on this page; it may be wrong.",
    ),
    "retelling_text_lack": (
        "Модель не смогла пересказать это описание.",
        "The model could not retell this description.",
    ),
    "retelling_failed": (
        "Модель не пересказала сюжет: {because}.",
        "The model did not retell the plot: {because}.",
    ),
}
