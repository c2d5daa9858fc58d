"""What is taken for a token, and what is said of anything else, without showing it."""

import pytest

from kadr.collect.tmdb.token import authorised
from kadr.errors import ConfigError
from tests.servers.tmdb import TOKEN

OLD_KEY = "0123456789abcdef0123456789ABCDEF"


def test_a_token_goes_into_one_header() -> None:
    assert authorised(TOKEN) == {"Authorization": f"Bearer {TOKEN}"}


def test_no_token_is_no_header() -> None:
    assert authorised("") == {}


def test_a_key_of_version_3_is_refused_with_the_way_to_the_other_one() -> None:
    with pytest.raises(ConfigError, match=r"^TMDB_TOKEN: .*version 3; set it to the API Read Access Token.*Settings"):
        authorised(OLD_KEY)


@pytest.mark.parametrize(
    "token",
    [
        f"Bearer {TOKEN}",
        f"{TOKEN}\n",
        f"{TOKEN[:20]}\r\nX-Other: 1",
        f'"{TOKEN}"',
        "ключ-от-кинозала",
        f"{TOKEN}\u200b",
        "\x00",
        "a" * 5000,
        "====",
    ],
)
def test_what_is_no_token_is_refused_unseen(token: str) -> None:
    with pytest.raises(ConfigError, match=r"^TMDB_TOKEN: [^\n]*API Read Access Token[^\n]*$") as caught:
        authorised(token)
    assert token not in str(caught.value)
    assert TOKEN not in str(caught.value)


def test_an_old_key_is_not_shown() -> None:
    with pytest.raises(ConfigError) as caught:
        authorised(OLD_KEY)
    assert OLD_KEY[:8] not in str(caught.value)
