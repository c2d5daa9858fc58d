"""Tokens: where they are read, where they may go, and how they stay out of everything that is written."""

import re
from collections.abc import Mapping
from typing import NoReturn, Self

from kadr.encode.hosted.addresses import is_hugging_face
from kadr.errors import ConfigError

__all__ = ["HUB_TOKEN", "OWN_TOKEN", "Keys", "redact", "token_remedy"]

HUB_TOKEN = "HF_TOKEN"  # noqa: S105  # the name of a variable
OWN_TOKEN = "KADR_INFERENCE_TOKEN"  # noqa: S105  # the name of a variable
_OLD_HUB_TOKEN = "HUGGING_FACE_HUB_TOKEN"  # noqa: S105  # the name that the Hub's library still reads
_LIKE_A_TOKEN = r"(?<![A-Za-z0-9])(?:hf|api_org)_[A-Za-z0-9._-]{4,}|(?<=[Bb]earer )\S+"  # noqa: S105  # a pattern
"""Tokens of Hugging Face, those of OAuth and OIDC (`hf_oauth_`, `hf_jwt_`) included, and whatever stands where a header
holds one."""
_GONE = "…"
"""Stands for a token. No token holds it, so that taking one out cannot make up another."""


class Keys:
    """The tokens of this process, and the rule of who gets which.

    Hugging Face's token goes to its inference router and its Inference Endpoints over https, and nowhere else; every
    other address gets the token for servers of one's own, or none. What is printed, logged or pickled by accident shows
    no token: there is no way to see one but `token_for`.
    """

    __slots__ = ("_hidden", "_hub", "_own")

    def __init__(self, *, hub: str = "", own: str = "") -> None:
        """Keep the tokens; an empty one counts as none.

        Raises:
            ConfigError: one has characters that no token has. The message does not show it.
        """
        self._hub = _checked(hub, HUB_TOKEN)
        self._own = _checked(own, OWN_TOKEN)
        tokens = sorted({self._hub, self._own} - {""}, key=len, reverse=True)  # one may begin with the other
        self._hidden = re.compile("|".join([*map(re.escape, tokens), _LIKE_A_TOKEN]), re.ASCII)

    @classmethod
    def read(cls, environ: Mapping[str, str]) -> Self:
        """Return the tokens of an environment: Hugging Face's as its own library finds it, the login of `hf auth login`
        included. A token of a publishing job (OIDC) is not asked for: it may not call inference.

        Args:
            environ: the process's own environment, because the library looks for the login there; an empty mapping for
                no token at all.

        Raises:
            ConfigError: a token has a wrong form, or the login cannot be read.
        """
        hub = environ.get(HUB_TOKEN, "").strip() or environ.get(_OLD_HUB_TOKEN, "").strip()
        return cls(hub=hub or _login(environ), own=environ.get(OWN_TOKEN, ""))

    def token_for(self, address: str) -> str:
        """Return the token that may be sent to a checked address; empty for none."""
        return self._hub if is_hugging_face(address) else self._own

    @staticmethod
    def variable_for(address: str) -> str:
        """Return the environment variable that holds the token for a checked address."""
        return HUB_TOKEN if is_hugging_face(address) else OWN_TOKEN

    def hidden_in(self, text: str) -> str:
        """Return a text without these tokens, nor anything else that looks like one."""
        return self._hidden.sub(_GONE, text)

    def __repr__(self) -> str:
        """Tell which tokens there are."""
        return f"Keys({HUB_TOKEN}: {_said(self._hub)}, {OWN_TOKEN}: {_said(self._own)})"

    def __reduce__(self) -> NoReturn:
        """Refuse to be pickled or copied.

        Raises:
            TypeError: always.
        """
        raise TypeError("keys are not written anywhere")


def redact(text: str, keys: Keys) -> str:
    """Return a text without these tokens, nor anything else that looks like one."""
    return keys.hidden_in(text)


def token_remedy(variable: str) -> str:
    """Return what to do where the token of an environment variable is missing, or does not do."""
    if variable != HUB_TOKEN:
        return f"set {variable} to the token of that server"
    return (
        f"set {HUB_TOKEN} to a fine-grained token that may 'Make calls to Inference Providers' "
        "(https://huggingface.co/settings/tokens)"
    )


def _said(token: str) -> str:
    return "set" if token else "not set"


def _checked(token: str, variable: str) -> str:
    """Return a token without white space around it, which a line break in a file of secrets leaves."""
    token = token.strip()
    if token.isascii() and token.isprintable() and " " not in token:
        return token
    raise ConfigError(f"{variable}: holds a space, a line break or a letter that no token has; copy the token anew")


def _login(environ: Mapping[str, str]) -> str:
    """Return the token of the Hub's login, renewed where it is about to end."""
    from huggingface_hub import constants, get_token

    if not environ or environ.get("HF_OIDC_RESOURCE") or environ.get("HF_HUB_DISABLE_IMPLICIT_TOKEN"):
        return ""
    if constants.HF_HUB_DISABLE_IMPLICIT_TOKEN:
        return ""
    try:
        return get_token() or ""
    except (OSError, UnicodeDecodeError) as error:
        raise ConfigError(
            f"{HUB_TOKEN}: is not set, and the login of the Hub cannot be read ({type(error).__name__}); "
            "set it, or run `hf auth login` again"
        ) from error
