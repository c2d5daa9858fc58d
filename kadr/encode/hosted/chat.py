"""A hosted chat model that is asked for one JSON object: the request, and what of an answer the model wrote."""

import json
import time
from collections.abc import Mapping
from typing import Any

from kadr.encode.hosted.endpoint import ROUTER_PLACE, Endpoint, checked_model
from kadr.encode.hosted.faults import Asked, told
from kadr.encode.hosted.secrets import Keys
from kadr.errors import TextRefused

__all__ = ["Chat", "content_of", "first_object"]

_ROUTE = "/v1/chat/completions"
_OWN_ROUTE = "/chat/completions"
MOST_TOKENS = 700
"""That a model may write: some 400 for the answer that is asked for, and room for alphabets that take more."""
MOST_BYTES = 262_144
"""Of an answer: the tokens take some 5,000; models that think aloud put that beside them."""
MOST_TEXT = 32_768
"""Characters of the model's text that are looked at."""
MOST_BRACES = 64
"""Places where an object may begin that are tried: it bounds the time, and a thought of more is no answer."""
_THOUGHT = "</think>"
"""What ends the thoughts that some models put before their answer."""


class Chat:
    """A chat model at one address. Threads may share it."""

    def __init__(self, model: str, keys: Keys, *, router: str, url: str, setting: str) -> None:
        """Check where to ask; nothing is sent.

        Args:
            model: organisation/name, with ":" and a provider behind it if one is to be chosen; of a server of one's
                own the name that it knows.
            keys: the tokens.
            router: Hugging Face's router, or what stands for it.
            url: a server of one's own with OpenAI's interface, up to and with "/v1"; "" for the router.
            setting: the key that names the model.

        Raises:
            ConfigError: the address or the model's name has a wrong form, or a token would travel in the clear.
        """
        if url:
            url = url.rstrip("/")
            address = url if url.endswith(_OWN_ROUTE) else url + _OWN_ROUTE
        else:
            address = router.rstrip("/") + _ROUTE
            checked_model(model, setting, provider=True)
        self._model = model
        self._plain = False  # whether the service was seen to take no schema
        self.endpoint = Endpoint(address, model, keys, setting=setting, place="" if url else ROUTER_PLACE)

    def object(self, system: str, user: str, schema: Mapping[str, Any], timeout: float) -> Mapping[str, Any]:
        """Return the one JSON object that the model answers with, unchecked but for its being one.

        The schema is sent along; where a service refuses that, the request is sent again without it, and from then on
        the object is looked for in whatever the model writes.

        Raises:
            ServiceError: one of its kinds; TextRefused where the model wrote something else.
        """
        until = time.monotonic() + timeout
        asked = {
            "model": self._model,
            "messages": [{"role": "system", "content": system}, {"role": "user", "content": user}],
            "temperature": 0,
            "max_tokens": MOST_TOKENS,
            "stream": False,
        }
        form = {"type": "json_schema", "json_schema": {"name": "answer", "strict": True, "schema": schema}}
        if self._plain:
            answer = self._post(asked, timeout)
        else:
            try:
                answer = self._post({**asked, "response_format": form}, timeout)
            except TextRefused:
                answer = self._post(asked, until - time.monotonic())
                self._plain = True  # the same words were taken without it
        found = first_object(content_of(answer, self.endpoint.asked))
        if found is None:
            raise self.endpoint.asked.text_refused("answered with words, where one JSON object was asked for")
        return found

    def _post(self, asked: Mapping[str, Any], timeout: float) -> Any:
        return self.endpoint.post(asked, timeout=timeout, most=MOST_BYTES)


def content_of(answer: Any, asked: Asked) -> str:
    """Return what the model wrote.

    Raises:
        ServiceWrong: the answer is no chat completion.
        ServiceBusy: it says that the model is loading.
        TextRefused: the model refuses to answer.
    """
    if not isinstance(answer, dict):
        raise asked.wrong("gave JSON that is no chat completion")
    if answer.get("error") and not answer.get("choices"):
        raise told(answer, asked)
    choices = answer.get("choices")
    choice = choices[0] if isinstance(choices, list) and choices else None
    message = choice.get("message") if isinstance(choice, dict) else None
    if not isinstance(message, dict):
        raise asked.wrong("gave a chat completion without a message")
    content = message.get("content")
    if isinstance(content, str) and content.strip():
        return content
    raise asked.text_refused("answered with an empty message")


def first_object(text: str) -> Mapping[str, Any] | None:
    """Return the first JSON object in a model's text: alone, between fences or words, or behind thoughts.

    None where there is none that is whole, or it stands behind too much else. The time is bounded.
    """
    text = text[:MOST_TEXT]
    text = text[text.rfind(_THOUGHT) + len(_THOUGHT) :] if _THOUGHT in text else text
    decoder = json.JSONDecoder(parse_constant=_refuse)
    at = -1
    for _ in range(MOST_BRACES):
        at = text.find("{", at + 1)
        if at < 0:
            return None
        try:
            found: Mapping[str, Any] = decoder.raw_decode(text, at)[0]
        except (ValueError, RecursionError):  # no object begins here; or one of NaN, of endless digits or lists
            continue
        return found
    return None


def _refuse(name: str) -> None:
    raise ValueError(name)
