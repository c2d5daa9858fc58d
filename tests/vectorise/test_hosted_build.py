"""Building through hosted inference: what is sent, what is kept, what stops it, and what the bundle then does."""

import io
import json
import os
import signal
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import numpy as np
import pytest

from kadr.build import dry_run
from kadr.config import load_config
from kadr.encode.encoder import Profile
from kadr.encode.presets import ModelWishes, profile_of
from kadr.engine import Access, Engine
from kadr.errors import ServiceDrifted, ServiceMissing, ServiceRefused, ServiceSpent, ServiceWrong
from kadr.progress import Lines
from kadr.search.types import Mode
from kadr.vectorise import CANARIES
from tests.builds import bytes_of
from tests.commands import ROOT
from tests.samples import BROAD, SHELF
from tests.servers.inference import Fault, InferenceServer, Service, mixed_faults
from tests.vectorise.shop import DIM, MODEL, TOKEN, Shop, opened_shop

PLOT = "Астроном обнаруживает вторую луну, видимую лишь левшам, и правительство срочно переучивает всех школьников."
EXAMPLE = "смотритель маяка и письмо в бутылке"


def is_canary(text: str) -> bool:
    return text.endswith(CANARIES)


@pytest.fixture
def shop(tmp_path: Path) -> Iterator[Shop]:
    with opened_shop(tmp_path) as opened:
        yield opened


def test_a_catalogue_is_embedded_and_searched_by_its_meaning(shop: Shop) -> None:
    report = shop.build()
    with shop.open() as engine:
        profile = Profile.from_json(engine.manifest.encoder)
        assert (profile.provider, profile.model, profile.dim) == ("hf-inference", MODEL, DIM)
        assert [len(canary.vector) for canary in profile.canaries] == [DIM, DIM]
        assert list(engine.parts.legs) == ["hosted", "distilled"] == list(report.legs)
        assert engine.parts.vectors.matrix.shape == (engine.parts.columns.n_films, DIM)
        result = engine.search(PLOT, mode="semantic", budget_ms=20_000)
        assert (result.mode, result.encoder, result.degraded) == (Mode.SEMANTIC, "hosted", "")
        assert result.hits[0].film.title == "Вторая луна"
        assert result.took_ms["encode"] > 0


def test_without_a_way_to_the_service_the_distilled_encoder_answers_and_says_so(shop: Shop) -> None:
    shop.build()
    with shop.open(with_access=False) as engine:
        result = engine.search(BROAD, mode="semantic")
        assert (result.mode, result.encoder, result.degraded) == (Mode.SEMANTIC, "distilled", "no_access")
        result = engine.search("qwrtplk zxcvbnm")
        assert (result.mode, result.encoder, result.degraded) == (Mode.LEXICAL, "", "no_access")


def test_a_service_that_fails_leaves_the_visitor_with_an_answer(shop: Shop) -> None:
    shop.build()
    with shop.open() as engine:
        assert engine.search("вторая луна", budget_ms=20_000).encoder == "hosted"
        shop.server.misbehave(lambda _number, _texts: Fault.overload())
        result = engine.search(BROAD, budget_ms=20_000)
        assert (result.encoder, result.degraded) == ("distilled", "unavailable")
        assert result.hits
        assert engine.encoder_state().lack == "unavailable"
        shop.server.misbehave(())
        assert engine.search("вторая луна").encoder == "hosted"  # it was asked before
        assert engine.encoder_state().lack == "unavailable"  # nobody has asked it since
        assert engine.search("маяк в тумане", budget_ms=20_000).encoder == "hosted"
        assert engine.encoder_state().lack == ""


def test_without_a_distilled_encoder_the_words_answer(shop: Shop) -> None:
    shop.write(encoder="distil = false")
    assert list(shop.build().legs) == ["hosted"]
    with shop.open(with_access=False) as engine:
        result = engine.search("вторая луна", mode="semantic")
        assert (result.mode, result.encoder, result.degraded) == (Mode.LEXICAL, "", "no_access")
        assert result.hits[0].film.title == "Вторая луна"


def test_a_distilled_bundle_asks_nobody(shop: Shop) -> None:
    shop.write(encoder='query = "distilled"', search='examples = ["никто не спросит"]')
    assert list(shop.build().legs) == ["distilled"]
    sent = shop.asked()
    assert not [text for text in sent if "никто не спросит" in text]  # nor anything that only the model would answer
    assert len([text for text in sent if text.startswith("query: ")]) < 100
    with shop.open() as engine:
        result = engine.search(BROAD)
    assert (result.encoder, result.degraded) == ("distilled", "")
    assert shop.server.requests == []


def test_likely_queries_travel_in_the_bundle(shop: Shop) -> None:
    shop.write(search=f'examples = ["{EXAMPLE}"]')
    shop.build()
    with shop.open(with_access=False) as engine:
        for query in (EXAMPLE, f"  {EXAMPLE.upper()} ", "комедия"):
            result = engine.search(query, wishes=False)  # a genre by itself would be a wish, and ask nobody
            assert (result.encoder, result.degraded) == ("hosted", "")


def test_what_was_paid_for_is_not_sent_again(shop: Shop) -> None:
    first = shop.build()
    sent = shop.asked()
    assert set(Counter(text for text in sent if not is_canary(text)).values()) == {1}
    second = shop.build()
    assert shop.server.requests == []
    assert (second.version, second.unchanged) == (first.version, True)
    rows = [*SHELF[:-1], {**SHELF[-1], "description": "Нотариус выращивает на балконе говорящую тыкву."}]
    shop.write(rows)
    third = shop.build()
    again = [text for text in shop.asked() if text.startswith("passage: ")]
    assert third.version != first.version
    assert 1 <= len(again) <= 3  # the film itself, and a probe or two that were drawn anew
    assert any("говорящую тыкву" in text for text in again)


def test_the_service_failing_in_every_passing_way_changes_no_vector(shop: Shop, tmp_path: Path) -> None:
    well = shop.build()
    (tmp_path / "other").mkdir()
    with opened_shop(tmp_path / "other") as troubled:
        troubled.server.misbehave(mixed_faults(0.2, seed=3))
        report = troubled.build()
        assert not report.encoder["set_aside"]
        assert any(not call.well for call in troubled.server.requests)
    assert report.version == well.version
    # The manifest holds the hash of films.duckdb, whose bytes are never the same twice.
    assert {**bytes_of(report.folder), "manifest.json": b""} == {**bytes_of(well.folder), "manifest.json": b""}


def test_a_poisonous_text_is_set_aside_and_its_film_found_by_words(tmp_path: Path) -> None:
    with opened_shop(tmp_path, poison={"правительство срочно": 400}) as shop:
        _set_aside(shop)


def _set_aside(shop: Shop) -> None:
    report = shop.build()
    films = [each["title"] for each in report.encoder["set_aside"] if "film" in each]
    assert films == ["Вторая луна"]
    assert "Вторая луна" in report.to_text()
    with shop.open() as engine:
        assert engine.manifest.counts["films"] == report.catalogue.films == len(SHELF)
        row = engine.parts.table.row_of(engine.search("вторая луна").hits[0].film.id)
        assert row is not None
        assert engine.parts.vectors.is_void(row)
        assert engine.similar(engine.search("вторая луна").hits[0].film.id, by="meaning") == ()


@pytest.mark.parametrize(
    ("fault", "error"),
    [(Fault.spent(), ServiceSpent), (Fault.refused(), ServiceRefused), (Fault.missing(), ServiceMissing)],
)
def test_a_terminal_answer_stops_keeps_and_resumes(shop: Shop, fault: Fault, error: type[Exception]) -> None:
    shop.server.misbehave(lambda number, _texts: fault if number >= 6 else None)
    with pytest.raises(error):
        shop.build()
    assert not (shop.folder / "bundles" / "current").exists()
    paid = shop.asked()
    shop.server.misbehave(())
    shop.build()
    rest = shop.asked()
    assert all(is_canary(text) for text in set(paid) & set(rest))
    assert paid


def test_a_killed_build_is_continued(shop: Shop) -> None:
    environ = {**os.environ, "KADR_INFERENCE_URL": shop.server.url, "KADR_INFERENCE_TOKEN": TOKEN, "HF_TOKEN": ""}
    shop.server.misbehave(lambda number, _texts: Fault.latency(200) if number >= 5 else None)
    command = [sys.executable, "-m", "kadr", "build", str(shop.folder / "catalogue.toml")]
    running = subprocess.Popen(command, cwd=ROOT, env=environ, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    until = time.monotonic() + 60
    while len(shop.server.requests) < 9 and running.poll() is None and time.monotonic() < until:
        time.sleep(0.01)
    running.send_signal(signal.SIGKILL)
    running.wait()
    shop.server.misbehave(())
    paid = shop.asked()
    report = shop.build()
    again = [text for text in set(paid) & set(shop.asked()) if not is_canary(text)]
    assert len(again) <= 4 * 31  # texts of the calls that were under way
    assert report.catalogue.films == len(SHELF)


def test_a_model_that_changed_is_not_mixed_with_what_is_kept(shop: Shop) -> None:
    shop.build()
    rows = [*SHELF, {"title": "Тыква на балконе", "description": "Нотариус выращивает говорящую тыкву."}]
    shop.write(rows)
    shop.server.misbehave(lambda _number, _texts: Fault.other_model())
    with pytest.raises(ServiceDrifted) as stopped:
        shop.build()
    assert "vectors.duckdb" in str(stopped.value)


def test_a_drifted_model_is_not_believed_by_the_page_either(shop: Shop) -> None:
    shop.build()
    shop.server.misbehave(lambda _number, _texts: Fault.other_model())
    with shop.open() as engine:
        result = engine.search(BROAD, budget_ms=20_000)
        assert (result.encoder, result.degraded) == ("distilled", "drifted")
        assert engine.encoder_state().trusted is False


def test_the_price_is_told_before_and_the_dry_run_sends_nothing(shop: Shop) -> None:
    environ = {**os.environ, "KADR_INFERENCE_URL": shop.server.url, "KADR_INFERENCE_TOKEN": TOKEN, "HF_TOKEN": ""}
    command = [sys.executable, "-m", "kadr", "build", str(shop.folder / "catalogue.toml"), "--dry-run", "--json"]
    done = subprocess.run(command, cwd=ROOT, env=environ, capture_output=True, text=True, check=True)
    estimate = json.loads(done.stdout)["estimate"]
    assert shop.server.requests == []
    assert sorted(path.name for path in shop.folder.iterdir()) == ["catalogue.toml", "films.jsonl"]
    shop.build()
    calls = list(shop.server.requests)
    assert sum(estimate[role]["requests"] for role in ("passage", "query")) == len(calls)
    characters = sum(len(text) for call in calls for text in call.texts)
    assert sum(estimate[role]["characters"] for role in ("passage", "query")) == characters


def test_vectors_stand_at_their_films(shop: Shop) -> None:
    """Rows of the index are those of the films: a shifted row would be another film's."""
    from kadr.encode.encoder import Role
    from kadr.encode.hosted.cache import VectorCache
    from kadr.encode.passages import passage

    shop.build()
    config = load_config(shop.folder / "catalogue.toml")
    with shop.open() as engine, VectorCache(config.encoder.cache, Profile.from_json(engine.manifest.encoder)) as cache:
        passages = [passage(film) for film in engine.films()]
        for row, vector in enumerate(np.concatenate([*cache.read(passages, Role.PASSAGE)])):
            cosines = engine.parts.vectors.cosines(vector)
            assert cosines[row] > 0.999
            assert int(np.argmax(cosines)) == row


@pytest.mark.parametrize("count", [1, 2, 3])
@pytest.mark.parametrize("described", [True, False])
def test_the_smallest_catalogues_are_built_too(shop: Shop, count: int, described: bool) -> None:
    shop.write([{k: v for k, v in row.items() if described or k != "description"} for row in SHELF[:count]])
    assert shop.build().catalogue.films == count
    with shop.open() as engine:
        assert engine.search(SHELF[0]["title"]).hits[0].film.title == SHELF[0]["title"]


def test_a_model_that_refuses_every_film_is_said_to_do_so(shop: Shop) -> None:
    shop.write(SHELF[:1])
    shop.server.misbehave(lambda _n, texts: Fault.status(400, "no") if any("passage: " in t for t in texts) else None)
    with pytest.raises(ServiceWrong, match="not one film got a vector"):
        shop.build()


def test_a_truncated_model_is_searched_at_its_dimension_and_cached_whole(tmp_path: Path) -> None:
    service = Service(models=("Qwen/Qwen3-Embedding-0.6B",), dim=1024)
    with InferenceServer(service) as server:
        shop = Shop(server, tmp_path)
        own = f'provider = "tei"\nurl = "{server.url}"\n'
        path = shop.write(encoder=f"{own}dim = 64")
        path.write_text(path.read_text(encoding="utf-8").replace('"e5-small"', '"qwen3-0.6b"'), encoding="utf-8")
        shop.build()
        with shop.open() as engine:
            profile = Profile.from_json(engine.manifest.encoder)
            assert (engine.parts.vectors.dim, profile.dim, profile.full_dim) == (64, 64, 1024)
            assert engine.search(PLOT, budget_ms=20_000).encoder == "hosted"
        server.requests.clear()
        path.write_text(path.read_text(encoding="utf-8").replace("dim = 64", "dim = 128"), encoding="utf-8")
        shop.build()
        assert server.requests == []


def test_a_dry_run_leaves_a_damaged_cache_as_it_is_and_says_so(shop: Shop) -> None:
    shop.build()
    cache = shop.folder / "vectors.duckdb"
    cache.write_bytes(cache.read_bytes()[: cache.stat().st_size // 2])
    before = {path.name: path.read_bytes() for path in shop.folder.glob("vectors*")}
    config = load_config(shop.folder / "catalogue.toml")
    told = dry_run(config, Lines(io.StringIO())).to_text()
    assert "vectors.duckdb: is damaged" in told
    assert {path.name: path.read_bytes() for path in shop.folder.glob("vectors*")} == before


@pytest.mark.parametrize("token", ["hf abc", "hf\u0442окен"])
def test_a_token_of_a_wrong_form_takes_no_search_down(shop: Shop, token: str) -> None:
    shop.build()
    with Engine.open(shop.folder / "bundles", Access({"HF_TOKEN": token}, shop.server.url)) as engine:
        result = engine.search(BROAD)
        assert (result.encoder, result.degraded) == ("distilled", "no_access")
        assert "HF_TOKEN" in engine.encoder_state().fault
        assert token not in engine.encoder_state().fault


@pytest.mark.parametrize("url", ["https://x.endpoints.huggingface.cloud", "https://stranger.example"])
def test_an_address_out_of_a_bundle_gets_no_token(url: str) -> None:
    profile = profile_of("our/model", 8, ModelWishes(provider="tei", url=url))
    access = Access({"HF_TOKEN": "hf_secret", "KADR_INFERENCE_TOKEN": "secret"})
    with closing(access.service(profile)) as service:
        assert not service.has_token
    with closing(access.service(profile, trusted=True)) as service:
        assert service.has_token
    with closing(Access(access.environ, "https://ours.example").service(profile)) as service:
        assert (service.host, service.has_token) == ("ours.example", True)


def test_without_an_environment_there_is_no_token(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HF_TOKEN", "hf_secret")
    with closing(Access({}).service(profile_of("e5-small", None, ModelWishes()))) as service:
        assert not service.has_token
        assert not service.may_ask
