"""`kadr doctor`: each thing that can be amiss is found, named, and answered with what to do."""

import io
import json
import os
import re
import shutil
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from dataclasses import replace
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from kadr.build import build
from kadr.bundle import resolve, verify, version_of
from kadr.checks import Asked, check_service, check_space
from kadr.config import load_config
from kadr.doctor import Check, Finding, State, examine
from kadr.encode.encoder import Profile
from kadr.encode.take_static import DEFAULT_MODEL
from kadr.engine import Access
from kadr.progress import Lines
from tests.samples import SHELF, write_config, write_films
from tests.servers.hub import HubServer, Repo, served
from tests.servers.inference import Fault
from tests.vectorise.shop import MODEL, TOKEN, Shop, opened_shop


@pytest.fixture(scope="module")
def built_shop(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Shop]:
    with opened_shop(tmp_path_factory.mktemp("shop")) as opened:
        opened.build()
        yield opened


@pytest.fixture
def shop(built_shop: Shop) -> Iterator[Shop]:
    yield built_shop
    built_shop.server.misbehave(())


def findings(shop: Shop, **changes: object) -> dict[str, Finding]:
    return {finding.name: finding for finding in listed(shop, **changes)}


def listed(shop: Shop, **changes: object) -> list[Finding]:
    """Return what is found, in order; whatever is bad has what to do about it, said once."""
    check = {"bundle": shop.folder / "bundles", "config": shop.folder / "catalogue.toml", "access": shop.access}
    found = list(examine(Check(**{**check, **changes})))  # type: ignore[arg-type]
    for each in found:
        assert each.remedy or each.state is not State.BAD, each
        assert "run `make build`" not in each.said, each
    return found


def test_where_all_is_well_nothing_is_to_be_done(shop: Shop) -> None:
    found = findings(shop)
    assert list(found) == ["config", "bundle", "disk", "model", "token", "service", "canaries", "clock"]
    assert {finding.state for finding in found.values()} == {State.OK}
    assert all(finding.remedy == "" for finding in found.values())
    assert "384 dimensions" in found["service"].said


@pytest.mark.parametrize(
    ("fault", "said"),
    [
        (Fault.spent(), "credit"),
        (Fault.refused(), "KADR_INFERENCE_TOKEN"),
        (Fault.missing(), "e5-small"),
        (Fault.wrong_dimension(), "384"),
        (Fault.overload(), "503"),
        (Fault.html(), "intfloat"),
    ],
)
def test_what_the_service_does_wrong_is_said(shop: Shop, fault: Fault, said: str) -> None:
    shop.server.misbehave(lambda _number, _texts: fault)
    found = findings(shop)["service"]
    assert found.state is State.BAD
    assert said in found.to_text()
    assert found.remedy
    assert TOKEN not in found.to_text()


def test_a_model_that_changed_is_found_by_its_canaries(shop: Shop) -> None:
    shop.server.misbehave(lambda _number, _texts: Fault.other_model())
    found = findings(shop)["canaries"]
    assert found.state is State.BAD
    assert "build anew" in found.remedy


NO_TOKEN = {"HF_HUB_DISABLE_IMPLICIT_TOKEN": "1"}


def test_without_a_token_hugging_face_is_not_asked_in_vain(shop: Shop) -> None:
    found = findings(shop, access=Access(NO_TOKEN))
    assert list(found) == ["config", "bundle", "disk", "model", "token"]
    assert found["token"].state is State.BAD
    assert "router.huggingface.co" in found["token"].said


def test_a_server_that_wants_a_token_says_so_itself(shop: Shop) -> None:
    found = findings(shop, access=Access(NO_TOKEN, shop.server.url))
    assert "401" in found["service"].said
    assert shop.server.requests[-1].headers.get("authorization") is None


class Yesterday(BaseHTTPRequestHandler):
    """Answers whatever is asked that it is overloaded, with the date of a day ago."""

    def date_time_string(self, timestamp: float | None = None) -> str:
        return super().date_time_string((timestamp or time.time()) - 86_400)

    def answer(self) -> None:
        self.send_response(503)
        self.send_header("content-length", "0")
        self.end_headers()

    do_HEAD = do_POST = answer  # noqa: N815  # the names that the library calls

    def log_message(self, *_: object) -> None:
        """Say nothing."""


def test_a_clock_that_is_off_is_found() -> None:
    with ThreadingHTTPServer(("127.0.0.1", 0), Yesterday) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        try:
            profile = Profile("tei", MODEL, 384, url=f"http://127.0.0.1:{server.server_port}")
            found = {each.name: each for each in check_service(Access(NO_TOKEN), Asked(profile))}
        finally:
            server.shutdown()
            thread.join()
    assert found["clock"].state is State.BAD
    assert re.fullmatch(r"is off by 86[34]\d\d s", found["clock"].said)
    assert "set the clock" in found["clock"].remedy


def test_a_disk_without_room_for_the_next_bundle_is_found(shop: Shop, tmp_path: Path) -> None:
    manifest = verify(resolve(shop.folder / "bundles"))
    huge = replace(next(iter(manifest.files.values())), size=1 << 60)
    (found,) = check_space({"bundles": tmp_path / "not" / "there"}, replace(manifest, files={"films": huge}))
    assert found.state is State.BAD
    assert found.said.endswith(f"MiB are free at {tmp_path}")
    assert found.remedy == f"free {3 << 40:,} MiB, or name another folder"
    (found,) = check_space({"bundles": tmp_path}, None)
    assert found.state is State.OK


def test_a_place_that_cannot_be_looked_at_is_said(tmp_path: Path) -> None:
    (tmp_path / "loop").symlink_to(tmp_path / "loop")
    (found,) = check_space({"bundles": tmp_path / "loop" / "x"}, None)
    assert (found.name, found.state, found.remedy) == ("disk", State.BAD, "name another folder")


def test_a_token_that_the_page_keeps_from_a_bundle_s_address_is_noted(tmp_path: Path) -> None:
    with opened_shop(tmp_path) as shop:
        shop.write(encoder=f'provider = "tei"\nurl = "{shop.server.url}"\ndistil = false')
        shop.build()
        alone = Access({**NO_TOKEN, "KADR_INFERENCE_TOKEN": TOKEN})
        found = findings(shop, access=alone)
        assert (found["page"].state, found["service"].state) == (State.NOTE, State.OK)
        assert "KADR_INFERENCE_URL" in found["page"].remedy
        assert shop.server.url in found["page"].remedy
        found = findings(shop, access=alone, config=tmp_path / "absent.toml")
        assert (found["page"].state, found["service"].state) == (State.NOTE, State.BAD)
        assert "page" not in findings(shop)
        assert "page" not in findings(shop, access=Access(NO_TOKEN))


def test_a_bundle_that_is_whole_but_cannot_be_opened_is_found(shop: Shop, tmp_path: Path) -> None:
    folder = resolve(shop.folder / "bundles")
    manifest = verify(folder)
    legs = {**manifest.fusion["legs"], "telepathic": manifest.fusion["legs"]["hosted"]}
    changed = replace(manifest, fusion={**manifest.fusion, "legs": legs})
    changed = replace(changed, version=version_of(changed.files, changed))
    copy = Path(shutil.copytree(folder, tmp_path / changed.version))
    (copy / "manifest.json").write_text(changed.to_json())
    verify(copy)
    found = findings(shop, bundle=copy)["bundle"]
    assert found.state is State.BAD
    assert "fusion.legs" in found.said


def test_a_bundle_with_a_distilled_encoder_alone_asks_nobody(tmp_path: Path) -> None:
    with opened_shop(tmp_path) as shop:
        shop.write(encoder='query = "distilled"')
        shop.build()
        shop.server.requests.clear()
        for config in ("catalogue.toml", "absent.toml"):
            found = findings(shop, config=tmp_path / config)
            assert list(found) == ["config", "bundle", "disk", "model"]
            assert found["model"].state is State.OK
            assert "no network" in found["model"].said
        assert shop.server.requests == []


PROGRAM = """
import json, sys
from pathlib import Path
from kadr.bundle import resolve, verify, version_of
from kadr.doctor import Check, examine
from kadr.encode.take_static import DEFAULT_MODEL
from kadr.engine import Access
access = Access({"KADR_INFERENCE_TOKEN": sys.argv[2], "HF_HUB_DISABLE_IMPLICIT_TOKEN": "1"}, sys.argv[3])
found = examine(Check(Path(sys.argv[1], "bundles"), Path(sys.argv[1], "catalogue.toml"), access))
print(json.dumps({each.name: [each.state, each.said] for each in found}))
"""


def in_process(shop: Shop, **environ: str) -> dict[str, list[str]]:
    """Examine in a process of its own, whose environment the libraries read at their import."""
    command = [sys.executable, "-c", PROGRAM, str(shop.folder), TOKEN, shop.server.url]
    done = subprocess.run(
        command, env={**os.environ, **environ}, capture_output=True, text=True, timeout=60, check=True
    )
    found: dict[str, list[str]] = json.loads(done.stdout)
    return found


def test_before_the_first_build_the_hub_says_whether_the_provider_serves_the_model(tmp_path: Path) -> None:
    repo = Repo(tmp_path, providers={"scaleway": served("their-name")})
    with opened_shop(tmp_path) as shop, HubServer({MODEL: repo}) as hub:
        shop.write(encoder='provider = "deepinfra"')
        found = in_process(shop, HF_ENDPOINT=hub.url)
        assert list(found) == ["config", "bundle", "disk", "model", "token", "provider"]
        assert found["provider"][0] == State.BAD
        assert "not served by deepinfra, but by scaleway" in found["provider"][1]
        assert shop.server.requests == []
        shop.write(encoder='provider = "scaleway"')
        assert "provider" not in in_process(shop, HF_ENDPOINT=hub.url)
        assert shop.server.requests[0].path.startswith("/scaleway/")
        assert "their-name" in shop.server.log


def test_an_environment_that_is_no_good_ends_no_examination(tmp_path: Path) -> None:
    with opened_shop(tmp_path) as shop:
        gone = str(tmp_path / "gone.pem")
        assert in_process(shop, SSL_CERT_FILE=gone)["clock"][0] == State.NOTE
        shop.write(encoder='provider = "deepinfra"')
        found = in_process(shop, SSL_CERT_FILE=gone, HF_ENDPOINT="http://127.0.0.1:9")
        assert found["provider"][0] == State.BAD
        assert in_process(shop, HF_ENDPOINT="http://[bad")["token"][0] == State.BAD


def test_the_encoder_that_is_to_be_built_with_is_named(shop: Shop, tmp_path: Path) -> None:
    path = write_config(tmp_path, few="few.jsonl")
    path.write_text(path.read_text().replace("dim = 32", 'name = "static"'))
    found = findings(shop, bundle=tmp_path / "none", config=path)
    assert found["model"].said == f"the static encoder {DEFAULT_MODEL}: needs no network, no token"


def test_a_loop_of_links_is_a_finding(shop: Shop, tmp_path: Path) -> None:
    (tmp_path / "loop").symlink_to(tmp_path / "loop")
    found = list(examine(Check(tmp_path / "loop", tmp_path / "loop", shop.access)))
    assert State.BAD in {finding.state for finding in found}


def test_without_a_bundle_the_configuration_s_model_is_asked(shop: Shop, tmp_path: Path) -> None:
    found = findings(shop, bundle=tmp_path)
    assert (found["bundle"].state, found["bundle"].remedy) == (State.NOTE, "build one: kadr build")
    assert (found["service"].state, found["canaries"].state) == (State.OK, State.NOTE)


def test_a_damaged_bundle_and_a_wrong_configuration_are_named(shop: Shop, tmp_path: Path) -> None:
    (tmp_path / "current").write_text("0123456789abcdef\n")
    (tmp_path / "0123456789abcdef").mkdir()
    (tmp_path / "0123456789abcdef" / "manifest.json").write_text("{}")
    (tmp_path / "catalogue.toml").write_text("[encoder]\nname = 'psychic'\n")
    found = findings(shop, bundle=tmp_path, config=tmp_path / "catalogue.toml")
    assert (found["bundle"].state, found["config"].state) == (State.BAD, State.BAD)
    assert "rollback" in found["bundle"].remedy


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


OTHER = """
[[sources]]
kind = "file"
name = "shelf"
path = "films.jsonl"
[encoder]
"""


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


def test_no_bundle_has_one_remedy(shop: Shop, tmp_path: Path) -> None:
    for bundle in (tmp_path, tmp_path / "none"):
        found = findings(shop, bundle=bundle)["bundle"]
        assert found.remedy == "build one: kadr build"
        assert "run " not in found.said


def test_one_film_of_one_source_is_one(tmp_path: Path) -> None:
    with opened_shop(tmp_path) as shop:
        shop.write(SHELF[:1])
        shop.build()
        found = findings(shop)
        assert "1 film, " in found["bundle"].said
        assert "1 source, " in found["config"].said


def test_the_disk_of_the_vectors_matters_to_a_hosted_model_alone(shop: Shop, bundles: Path, config_file: Path) -> None:
    def places(found: list[Finding]) -> list[str]:
        return [each.said.partition(":")[0] for each in found if each.name == "disk"]

    assert places(listed(shop)) == ["bundles", "vectors"]
    assert places(listed(shop, bundle=bundles, config=config_file)) == ["bundles"]
