"""`kadr doctor`: each thing that can be amiss is found, named, and answered with what to do."""

import json
import os
import shutil
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest

from kadr.bundle import resolve, verify, version_of
from kadr.checks import check_space
from kadr.doctor import Check, Finding, State, examine
from kadr.encode.take_static import DEFAULT_MODEL
from kadr.engine import Access
from tests.doctor.examined import NO_TOKEN, findings, listed
from tests.samples import SHELF, write_config
from tests.servers.hub import HubServer, Repo, served
from tests.servers.inference import Fault
from tests.vectorise.shop import MODEL, TOKEN, Shop, opened_shop

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


def test_without_a_token_hugging_face_is_not_asked_in_vain(shop: Shop) -> None:
    found = findings(shop, access=Access(NO_TOKEN))
    assert list(found) == ["config", "bundle", "disk", "model", "token"]
    assert found["token"].state is State.BAD
    assert "router.huggingface.co" in found["token"].said


def test_a_server_that_wants_a_token_says_so_itself(shop: Shop) -> None:
    found = findings(shop, access=Access(NO_TOKEN, shop.server.url))
    assert "401" in found["service"].said
    assert shop.server.requests[-1].headers.get("authorization") is None


def test_a_disk_without_room_for_the_next_bundle_is_found(shop: Shop, tmp_path: Path) -> None:
    manifest = verify(resolve(shop.folder / "bundles"))
    huge = replace(next(iter(manifest.files.values())), size=1 << 60)
    (found,) = check_space({"bundles": tmp_path / "not" / "there"}, replace(manifest, files={"films": huge}))
    assert found.state is State.BAD
    assert found.said.endswith(f"MiB are free at {tmp_path}")
    assert found.remedy == f"free {3 << 40:,} MiB, or name another folder"
    (found,) = check_space({"bundles": tmp_path}, None)
    assert found.state is State.OK


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
