"""The profile: its JSON form, what makes two equal, what is refused."""

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kadr.encode.encoder import Canary, Profile, checked_texts
from kadr.errors import BundleDamaged, EncodeError

short = st.text(max_size=9)
canaries = st.lists(st.builds(Canary, short, st.lists(st.floats(-1, 1), max_size=3).map(tuple)), max_size=2).map(tuple)
profiles = st.builds(Profile, short, short, st.integers(1, 4096), short, short, short, short, canaries=canaries)


@given(profiles)
def test_a_profile_comes_back_from_json(profile: Profile) -> None:
    back = Profile.from_json(json.loads(json.dumps(profile.to_json())))
    assert back == profile
    assert back.canaries == profile.canaries


def test_everything_but_the_canaries_makes_profiles_equal() -> None:
    one = Profile("embedded", "m", 8)
    assert one == Profile("embedded", "m", 8, canaries=(Canary("маяк", (1.0,)),))
    for other in ({"dim": 9}, {"revision": "r"}, {"query_prefix": "query: "}, {"pooling": "mean"}, {"max_chars": 1}):
        assert one != Profile(**{"provider": "embedded", "model": "m", "dim": 8, **other})  # type: ignore[arg-type]


@pytest.mark.parametrize(
    "change",
    [
        {"colour": "red"},
        {"canaries": None},
        {"canaries": [{"text": "a"}]},
        {"canaries": [{"text": "a", "vector": ["x"]}]},
        {"canaries": ["a"]},
    ],
)
def test_a_foreign_profile_is_refused(change: dict[str, Any]) -> None:
    with pytest.raises(BundleDamaged, match=r"manifest\.json: encoder"):
        Profile.from_json({**Profile("embedded", "m", 8).to_json(), **change})


@pytest.mark.parametrize("missing", ["provider", "model", "dim", "canaries"])
def test_a_profile_without_a_needed_key_is_refused(missing: str) -> None:
    data = Profile("embedded", "m", 8).to_json()
    del data[missing]
    with pytest.raises(BundleDamaged, match=missing):
        Profile.from_json(data)


def test_texts_are_checked_in_order() -> None:
    assert checked_texts(["a", " b "]) == ["a", " b "]
    with pytest.raises(EncodeError, match="text 1 is empty"):
        checked_texts(["a", " ", ""])
