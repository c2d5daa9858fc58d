"""The table of hosted models, and the profiles made from it."""

import pytest

from kadr.encode.encoder import Role
from kadr.encode.presets import DEFAULT, POOLINGS, PRESETS, PROVIDERS, ModelWishes, preset_of, profile_of
from kadr.errors import ConfigError


@pytest.mark.parametrize("word", PRESETS)
def test_one_word_makes_a_whole_profile(word: str) -> None:
    preset, profile = PRESETS[word], profile_of(word, None, ModelWishes())
    assert preset.provider in PROVIDERS
    assert preset.pooling in POOLINGS
    assert preset.licence
    assert (profile.provider, profile.model, profile.dim) == (preset.provider, preset.model, preset.dim)
    assert profile.full_dim == preset.dim
    assert profile.text_for("робот", Role.QUERY) == f"{preset.query_prefix}робот"
    assert profile.text_for("робот", Role.PASSAGE) == f"{preset.passage_prefix}робот"
    assert preset_of(preset.model.upper()) is preset


def test_the_default_is_the_one_that_was_hosted_longest() -> None:
    assert PRESETS[DEFAULT].model == "intfloat/multilingual-e5-large"


def test_a_model_that_allows_it_is_truncated_and_keeps_its_space() -> None:
    whole, cut = profile_of("qwen3-8b", None, ModelWishes()), profile_of("qwen3-8b", 512, ModelWishes())
    assert (whole.dim, cut.dim, cut.full_dim) == (4096, 512, 4096)
    assert whole != cut
    assert whole.fingerprint() == cut.fingerprint()  # what was paid for one serves the other


def test_spaces_differ_where_vectors_would() -> None:
    plain = profile_of("e5-small", None, ModelWishes())
    others = [
        profile_of("e5-large", None, ModelWishes()),
        profile_of("e5-small", None, ModelWishes(passage_prefix="")),
        profile_of("e5-small", None, ModelWishes(max_chars=100)),
        profile_of("e5-small", None, ModelWishes(provider="tei", url="http://127.0.0.1:1")),
    ]
    assert len({p.fingerprint() for p in (plain, *others)}) == 5


def test_where_a_model_is_asked_decides_no_vector() -> None:
    here = profile_of("our/model", 64, ModelWishes(provider="tei", url="http://127.0.0.1:1"))
    there = profile_of("our/model", 64, ModelWishes(provider="tei", url="https://embeddings.example"))
    assert here == there
    assert here.fingerprint() == there.fingerprint()


@pytest.mark.parametrize(
    ("model", "dim", "wishes", "said"),
    [
        ("bert", None, ModelWishes(), "encoder.model: 'bert' is none of e5-large, bge-m3"),
        (
            "E5-smal",
            None,
            ModelWishes(),
            "rubert-tiny2 (did you mean e5-small?); another model",
        ),
        ("zzz", None, ModelWishes(), "qwen3-8b, rubert-tiny2; another model"),
        ("e5-large", None, ModelWishes(provider="tei", url="ftp://host.example"), "encoder.url: must be an address"),
        ("our/model", None, ModelWishes(), "encoder.dim: our/model is not in the table; say how many"),
        ("e5-large", 512, ModelWishes(), "encoder.dim: intfloat/multilingual-e5-large gives vectors of 1024 dim"),
        ("qwen3-0.6b", 16, ModelWishes(), "gives vectors of 32 to 1024 dimensions, not 16"),
        ("e5-large", None, ModelWishes(provider="tei"), "encoder.url: the provider 'tei' needs the address"),
        ("e5-large", None, ModelWishes(url="http://127.0.0.1:1"), "encoder.url: is for a server of your own"),
    ],
)
def test_a_wish_that_cannot_be_met_names_its_key(model: str, dim: int | None, wishes: ModelWishes, said: str) -> None:
    with pytest.raises(ConfigError) as caught:
        profile_of(model, dim, wishes)
    assert said in str(caught.value)


def test_no_more_is_sent_than_is_read() -> None:
    """Four characters a token is what multilingual vocabularies need."""
    assert all(preset.max_chars <= 4 * preset.context for preset in PRESETS.values())
