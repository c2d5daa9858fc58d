"""The token that TMDB gives to who asks it: checked before it is sent, and never shown."""

import re
from collections.abc import Mapping

from kadr.errors import ConfigError

__all__ = ["TMDB_TOKEN", "WHERE", "authorised"]

TMDB_TOKEN = "TMDB_TOKEN"  # noqa: S105  # the name of the variable
WHERE = "the API Read Access Token at themoviedb.org, Settings, API"
_OLD_KEY = re.compile(r"[0-9a-fA-F]{32}")
"""An "API Key" of version 3: it would have to be a part of every address, and so of the store and of logs."""
_TOKEN = re.compile(r"[A-Za-z0-9._~+/-]{1,4096}=*")
"""What may follow "Bearer" (RFC 6750, 2.1); TMDB's tokens have some 240 characters."""


def authorised(token: str) -> Mapping[str, str]:
    """Return the headers that show a token; none for "", which offline runs need none of.

    Raises:
        ConfigError: it has not the form of a token; the message says where to find the right one.
    """
    if not token:
        return {}
    if _OLD_KEY.fullmatch(token):
        raise ConfigError(f"{TMDB_TOKEN}: is an API key of version 3; set it to {WHERE}, which is a longer text")
    if not _TOKEN.fullmatch(token):
        raise ConfigError(
            f"{TMDB_TOKEN}: holds spaces or characters that no token has; set it to {WHERE}, without quotation marks"
        )
    return {"Authorization": f"Bearer {token}"}
