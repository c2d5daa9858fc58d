"""The key of the training server: who shows it may ask and train, and without it nothing starts."""

import re
from collections.abc import Mapping

from kadr.errors import ConfigError

__all__ = ["KEY", "key_of"]

KEY = "KADR_TRAIN_KEY"
"""The environment variable that holds it."""
_FORM = re.compile(r"[A-Za-z0-9_-]{16,200}")
"""As of the keys of the HTTP API (`kadr.settings`)."""


def key_of(environ: Mapping[str, str]) -> str:
    """Return the key.

    Raises:
        ConfigError: there is none, or it has another form. The message never holds it.
    """
    key = environ.get(KEY, "").strip()
    if not key:
        raise ConfigError(f"{KEY}: is not set; the training server needs a key of 16 to 200 letters, digits, _ or -")
    if not _FORM.fullmatch(key):
        raise ConfigError(f"{KEY}: must be a key of 16 to 200 letters, digits, _ or -")
    return key
