"""`kadr doctor`: the bundle's encoder held against the one that the configuration names."""

import io
from pathlib import Path

import pytest

from kadr.build import build
from kadr.config import load_config
from kadr.doctor import State
from kadr.engine import Access
from kadr.progress import Lines
from tests.doctor.examined import NO_TOKEN, findings, listed
from tests.samples import SHELF, write_config, write_films
from tests.vectorise.shop import TOKEN, Shop, opened_shop

OTHER = """
[[sources]]
kind = "file"
name = "shelf"
path = "films.jsonl"
[encoder]
"""


def test_a_bundle_that_needs_no_network_asks_nobody(shop: Shop, bundles: Path, config_file: Path) -> None:
    shop.server.requests.clear()
    found = findings(shop, bundle=bundles, config=config_file)
    assert list(found) == ["config", "bundle", "disk", "model"]
    assert "no network" in found["model"].said
    assert shop.server.requests == []


def test_a_bundle_of_another_model_than_the_configuration_s_is_noted_with_both(shop: Shop, bundles: Path) -> None:
    found = findings(shop, bundle=bundles)["model"]
    assert found.state is State.NOTE
    assert "embedded/tfidf-svd" in found.said
    assert "hf-inference/intfloat/multilingual-e5-small" in found.said


def other(folder: Path, encoder: str) -> Path:
    """Write a catalogue file with another encoder than the shop's."""
    path = folder / "other.toml"
    path.write_text(OTHER + encoder, encoding="utf-8")
    return path


def test_another_hosted_model_than_the_bundle_s_is_asked_too(shop: Shop, tmp_path: Path) -> None:
    shop.server.requests.clear()
    found = listed(shop, config=other(tmp_path, 'name = "hosted"\nmodel = "e5-large"'))
    notes = [each for each in found if each.name == "model"]
    assert [each.state for each in notes] == [State.OK, State.NOTE]
    assert "e5-large" in notes[1].said
    assert "kadr build" in notes[1].remedy
    services = [each for each in found if each.name == "service"]
    assert [each.state for each in services] == [State.OK, State.BAD], "the server has the bundle's model alone"
    assert services[0].said.startswith("the bundle's: ")
    assert services[1].said.startswith("the configuration's: ")
    assert "404" in services[1].said
    assert {call.path for call in shop.server.requests if "e5-large" in call.path}


@pytest.mark.parametrize(
    ("encoder", "wanted"),
    [
        ("dim = 32", "the embedded encoder of 32 dimensions: needs no network"),
        ('name = "static"\nmodel = "our/model"', "the static encoder our/model: needs no network"),
        ('name = "hosted"\nmodel = "e5-small"\nquery = "distilled"', "with queries by the distilled encoder"),
    ],
)
def test_a_hosted_bundle_that_the_configuration_would_change_is_noted(
    shop: Shop, tmp_path: Path, encoder: str, wanted: str
) -> None:
    found = listed(shop, config=other(tmp_path, encoder))
    model = [each for each in found if each.name == "model"][-1]
    assert (model.state, model.remedy) == (State.NOTE, "build anew to change over: kadr build")
    assert wanted in model.said
    assert [each.said.partition(":")[0] for each in found if each.name == "service"] == ["the bundle's"] + (
        ["the configuration's"] if "hosted" in encoder else []
    )


@pytest.mark.parametrize(
    ("encoder", "same"),
    [("dim = 32", True), ("dim = 8", False), ("dim = 500", True), ('name = "static"\nmodel = "./other"', False)],
)
def test_local_encoders_are_compared_too(shop: Shop, tmp_path: Path, encoder: str, same: bool) -> None:
    (tmp_path / "other").mkdir()
    write_films(tmp_path / "few.jsonl", SHELF)
    config = write_config(tmp_path, few="few.jsonl")
    build(load_config(config), tmp_path / "bundles", Lines(io.StringIO()))
    config.write_text(config.read_text().replace("dim = 32", encoder))
    found = [each for each in listed(shop, bundle=tmp_path / "bundles", config=config) if each.name == "model"]
    assert [each.state for each in found] == [State.OK] if same else [State.OK, State.NOTE]
    assert same or "kadr build" in found[1].remedy


def test_another_address_than_the_bundle_s_is_noted_and_asked(tmp_path: Path) -> None:
    with opened_shop(tmp_path) as shop:
        own = f'provider = "tei"\nurl = "{shop.server.url}"\ndistil = false'
        shop.write(encoder=own)
        shop.build()
        alone = Access({**NO_TOKEN, "KADR_INFERENCE_TOKEN": TOKEN})
        assert findings(shop, access=alone)["model"].state is State.OK
        shop.write(encoder=own.replace(shop.server.url, "http://127.0.0.1:9"))
        found = listed(shop, access=alone)
        assert "the configuration wants" in [each.said for each in found if each.name == "model"][1]
        services = [each.said for each in found if each.name == "service"]
        assert "could not be reached" in services[1]
        assert services[1].startswith("the configuration's: 127.0.0.1:9")


@pytest.mark.parametrize("url", ["https://me:swordfish@host.example", "ftp://host.example"])
def test_a_wrong_address_is_a_fault_of_the_configuration_and_of_no_token(shop: Shop, tmp_path: Path, url: str) -> None:
    config = other(tmp_path, f'name = "hosted"\nprovider = "tei"\nmodel = "our/model"\ndim = 8\nurl = "{url}"')
    found = findings(shop, config=config)
    assert found["config"].state is State.BAD
    assert found["config"].said.startswith(f"{config}: encoder.url: must be an address")
    assert "swordfish" not in "".join(each.to_text() for each in found.values())
    assert found["token"].state is State.OK


def test_a_wrong_address_of_the_environment_is_named_by_its_variable(shop: Shop) -> None:
    found = findings(shop, access=Access(NO_TOKEN, "ftp://host.example"))
    assert "token" not in found
    assert found["address"].said.startswith("KADR_INFERENCE_URL: must be an address")
