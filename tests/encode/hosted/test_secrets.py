"""Tokens: read as the Hub's library does, given to whom they belong, shown to nobody."""

import copy
import os
import pickle
import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kadr.encode.hosted.secrets import Keys, redact
from kadr.errors import ConfigError

ROUTER = "https://router.huggingface.co"
HUB, OWN = "hf_TheHubTokenOfTests", "the-own-token-of-tests"
KEYS = Keys(hub=HUB, own=OWN)
TOKENS = st.text(st.characters(min_codepoint=33, max_codepoint=126), min_size=1, max_size=12)


def test_each_address_gets_its_own_token() -> None:
    endpoint = "https://a1.eu-west-1.aws.endpoints.huggingface.cloud"
    assert [KEYS.token_for(a) for a in (f"{ROUTER}/scaleway", endpoint)] == [HUB, HUB]
    foreign = [
        "http://127.0.0.1:8080",
        "https://api.deepinfra.com",
        "http://router.huggingface.co",
        "https://a.example",
    ]
    assert {KEYS.token_for(address) for address in foreign} == {OWN}
    assert Keys(hub=HUB).token_for("http://127.0.0.1:8080") == ""
    assert Keys(own=OWN).token_for(ROUTER) == ""
    assert [Keys.variable_for(a) for a in (ROUTER, "http://tei")] == ["HF_TOKEN", "KADR_INFERENCE_TOKEN"]


def test_no_accident_shows_a_token() -> None:
    shown = [repr(KEYS), str(KEYS), f"{KEYS}", f"{[KEYS]}", "%s" % (KEYS,)]  # noqa: UP031  # an old way is a way
    assert set(shown[:3]) == {"Keys(HF_TOKEN: set, KADR_INFERENCE_TOKEN: set)"}
    assert not any(HUB in text or OWN in text for text in shown)
    assert repr(Keys()) == "Keys(HF_TOKEN: not set, KADR_INFERENCE_TOKEN: not set)"
    for way in (pickle.dumps, copy.copy, copy.deepcopy):
        with pytest.raises(TypeError, match="keys are not written anywhere"):
            way(KEYS)
    assert not hasattr(KEYS, "__dict__")


@pytest.mark.parametrize("token", ["hf_in side", "hf_in\nside", "hf_in\0side", "hf_инside", "hf_in\u200bside"])
@pytest.mark.parametrize("variable", ["HF_TOKEN", "KADR_INFERENCE_TOKEN"])
def test_a_token_of_a_wrong_form_is_refused_and_not_shown(variable: str, token: str) -> None:
    with pytest.raises(ConfigError, match=rf"^{variable}: holds a space") as caught:
        Keys.read({"HF_TOKEN": "hf_x", variable: token})
    assert "side" not in str(caught.value)


def test_white_space_around_a_token_is_none_of_it() -> None:
    keys = Keys.read({"HF_TOKEN": " hf_a\r\n", "KADR_INFERENCE_TOKEN": "\tb\n"})
    assert (keys.token_for(ROUTER), keys.token_for("http://tei")) == ("hf_a", "b")


def test_the_older_name_counts_where_the_newer_is_not_set() -> None:
    assert Keys.read({"HF_TOKEN": " ", "HUGGING_FACE_HUB_TOKEN": "hf_old"}).token_for(ROUTER) == "hf_old"
    assert Keys.read({"HF_TOKEN": "hf_new", "HUGGING_FACE_HUB_TOKEN": "hf_old"}).token_for(ROUTER) == "hf_new"


def login(home: Path, **environ: str) -> str:
    """Return how the keys of a process of its own show themselves, and whether the login's token is there."""
    code = (
        "import os; from kadr.encode.hosted.secrets import Keys\n"
        "try: keys = Keys.read(os.environ)\n"
        "except Exception as error: print(type(error).__name__, error)\n"
        "else: print(keys, keys.token_for('https://router.huggingface.co') == 'hf_FromTheLogin')"
    )
    names = {"HF_TOKEN", "HUGGING_FACE_HUB_TOKEN", "KADR_INFERENCE_TOKEN", "HF_OIDC_RESOURCE", "HF_TOKEN_PATH"}
    clean = {name: value for name, value in os.environ.items() if name not in names}
    environ = {**clean, "HF_HOME": str(home), **environ}
    done = subprocess.run([sys.executable, "-c", code], env=environ, capture_output=True, text=True, check=True)
    assert "hf_FromTheLogin" not in done.stdout + done.stderr
    return done.stdout.strip()


def test_the_login_of_the_hub_is_found(tmp_path: Path) -> None:
    (tmp_path / "token").write_text("hf_FromTheLogin\n")
    found = "Keys(HF_TOKEN: set, KADR_INFERENCE_TOKEN: not set) True"
    assert login(tmp_path) == found
    (tmp_path / "token").rename(tmp_path / "elsewhere")
    assert login(tmp_path) == "Keys(HF_TOKEN: not set, KADR_INFERENCE_TOKEN: not set) False"
    assert login(tmp_path, HF_TOKEN_PATH=str(tmp_path / "elsewhere")) == found


def test_a_publishing_job_asks_nobody_for_a_token(tmp_path: Path) -> None:
    """With OIDC the library would trade a token, and fail here, where there is nothing to trade."""
    assert login(tmp_path, HF_OIDC_RESOURCE="datasets/a/b").startswith("Keys(HF_TOKEN: not set")


def test_a_login_that_cannot_be_read_says_so(tmp_path: Path) -> None:
    (tmp_path / "token").write_bytes(b"hf_FromTheLogin\xff")
    assert login(tmp_path).startswith("ConfigError HF_TOKEN: is not set, and the login of the Hub cannot be read")


@pytest.mark.parametrize(
    "text",
    [
        f"a {HUB} b",
        f"{OWN}{HUB}",
        "the key hf_oauth_eyJhbGciOi.J9-abc is wrong",
        "hf_jwt_abcdefgh",
        "(api_org_abcdefgh)",
        "Authorization: Bearer sesame",
        "header 'authorization': 'bearer sesame'",
    ],
)
def test_what_looks_like_a_token_is_taken_out(text: str) -> None:
    shown = redact(text, KEYS)
    assert "…" in shown
    assert not any(secret in shown for secret in (HUB, OWN, "eyJ", "abcdefgh", "sesame"))


def test_no_end_of_a_token_stays_where_another_begins_like_it() -> None:
    assert redact("key-of-a-server", Keys(hub="key-of", own="key-of-a-server")) == "…"


def test_other_words_stay() -> None:
    assert redact("hf-inference, bearer, half_life: hf_x", KEYS) == "hf-inference, bearer, half_life: hf_x"


@given(TOKENS, TOKENS, st.lists(st.sampled_from(["H", "O", "h", "o", " ", "hf_abcd", "a"]), max_size=8))
def test_no_token_survives_whatever_it_stands_in(hub: str, own: str, parts: list[str]) -> None:
    """Letters stand for the tokens, and for halves of them that could join."""
    pieces = {"H": hub, "O": own, "h": hub[: len(hub) // 2], "o": own[len(own) // 2 :]}
    shown = redact("".join(pieces.get(part, part) for part in parts), Keys(hub=hub, own=own))
    assert hub not in shown
    assert own not in shown
