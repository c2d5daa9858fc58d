"""The table of synonyms and slang: reading and checking it."""

from pathlib import Path

from kadr.checked_toml import Table, read_document
from kadr.errors import ConfigError
from kadr.text import words

__all__ = ["read_synonyms"]

MAX_GROUPS = 5_000
MAX_WORDS = 60
"""Words of a group; more do not mean the same."""
_EXAMPLE = 'groups = [["cop", "police"], ["pup", "dog"]]'


def read_synonyms(path: Path) -> tuple[tuple[str, ...], ...]:
    """Return the groups of a TOML file in the order they stand in, over all its tables.

    Raises:
        ConfigError: the file cannot be read, or a group is no list of two single words or more; the key is named.
    """
    try:
        document = read_document(path)
        found = tuple(group for name in document for group in _groups(Table("", document).table(name)))
    except ConfigError as fault:
        raise ConfigError(f"{path}: {fault}") from fault
    if len(found) > MAX_GROUPS:
        raise ConfigError(f"{path}: has {len(found):,} groups, at most {MAX_GROUPS:,} are allowed; join or drop some")
    return found


def _groups(table: Table) -> list[tuple[str, ...]]:
    groups = table.only("groups").values.get("groups", [])
    at = table.key("groups")
    if not isinstance(groups, list):
        raise ConfigError(f"{at}: must be a list of lists of words, as {_EXAMPLE}")
    return [_group(f"{at}[{number}]", group) for number, group in enumerate(groups, 1)]


def _group(at: str, group: object) -> tuple[str, ...]:
    found = Table(at, {"words": group}).list_of_texts("words", MAX_WORDS)
    for number, word in enumerate(found, 1):
        if len(words(word)) != 1:
            raise ConfigError(f"{at}[{number}]: must be one word of letters and digits")
    if len(set(found)) < 2:
        raise ConfigError(f"{at}: must hold two words or more; add one or drop the group")
    return found
