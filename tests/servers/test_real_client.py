"""The real client of the Hub finds in the stand-ins what it was seen to find in the originals."""

from pathlib import Path
from typing import Any

import numpy as np

from tests.servers.clients import in_client
from tests.servers.hub import HubServer, Repo, served
from tests.servers.inference import Fault, InferenceServer, Service, vector_of

ASK = """
import json, sys
from huggingface_hub import InferenceClient

def seen(ask):
    try:
        vectors = ask()
    except Exception as error:
        names = [kind.__name__ for kind in type(error).__mro__]
        response = getattr(error, "response", None)
        status, said = getattr(response, "status_code", 0), getattr(error, "server_message", None)
        return {"raised": names, "status": status, "said": said, "text": str(error)}
    return {"shape": list(vectors.shape), "kind": str(vectors.dtype), "values": vectors.astype(float).tolist()}

client = InferenceClient(URL, token="hf_given")
asks = [lambda texts=texts: client.feature_extraction(texts) for texts in TEXTS]
print(json.dumps([seen(ask) for ask in asks]).replace("NaN", "null"))
"""

TWO = ["маяк", "sea storm"]


def ask(server: InferenceServer, texts: list[Any], home: Path, url: str = "") -> list[dict[str, Any]]:
    """What the client makes of the answers to each of these inputs, in turn."""
    with HubServer() as hub:
        code = f"URL, TEXTS = {url or server.hf_url!r}, {texts!r}\n{ASK}"
        seen: list[dict[str, Any]] = in_client(code, hub.url, home)
        assert hub.requests == []  # an address as the model asks the Hub nothing
    return seen


def test_lists_and_strings(tmp_path: Path) -> None:
    with InferenceServer(Service(dim=8)) as server:
        rows, flat, none = ask(server, [TWO, "маяк", []], tmp_path)
        assert {call.headers["authorization"] for call in server.requests} == {"Bearer hf_given"}
    assert (rows["shape"], rows["kind"]) == ([2, 8], "float32")
    assert np.allclose(rows["values"], [vector_of(text, 8, "maker/model") for text in TWO], atol=1e-6)
    assert flat["shape"] == [8]
    assert none["shape"] == [0]


def test_the_root_of_tei_is_an_address_for_it(tmp_path: Path) -> None:
    with InferenceServer(Service(dim=8)) as server:
        rows, one = ask(server, [TWO, "маяк"], tmp_path, url=server.url)
    assert (rows["shape"], one["shape"]) == ([2, 8], [1, 8])


def test_vectors_of_tokens(tmp_path: Path) -> None:
    with InferenceServer(Service(dim=8, token_level=True)) as server:
        ragged, even, flat = ask(server, [TWO, ["маяк", "море"], "маяк"], tmp_path)
    assert "ValueError" in ragged["raised"]
    assert (even["shape"], flat["shape"]) == ([2, 3, 8], [3, 8])


def test_what_is_believed_though_it_is_wrong(tmp_path: Path) -> None:
    faults = [Fault.nan(), Fault.null(), Fault.empty_list(), Fault.short_count(), Fault.zero(), Fault.wrong_order()]
    with InferenceServer(Service(dim=8), faults=faults) as server:
        nan, null, empty, short, zero, turned = ask(server, [TWO] * len(faults), tmp_path)
    assert nan["values"][1][0] is None
    assert null["values"][1][0] is None
    assert (empty["shape"], short["shape"], zero["shape"]) == ([0], [1, 8], [2, 8])
    assert np.allclose(turned["values"][0], vector_of("sea storm", 8, "maker/model"), atol=1e-6)


def test_what_makes_no_json(tmp_path: Path) -> None:
    faults = [Fault.html(200), Fault.no_content(), Fault.wrong_dimension(), Fault.drop_before(), Fault.drop_mid_body()]
    with InferenceServer(Service(dim=8), faults=faults) as server:
        html, nothing, crooked, *dropped = ask(server, [TWO] * len(faults), tmp_path)
    assert html["raised"][0] == nothing["raised"][0] == "JSONDecodeError"
    assert crooked["raised"][0] == "ValueError"
    assert all("HTTPError" in drop["raised"] for drop in dropped)


def test_statuses(tmp_path: Path) -> None:
    named = [Fault.refused(), Fault.spent(), Fault.forbidden(), Fault.missing(), Fault.loading(), Fault.html(502)]
    plain = [Fault.status(status, "said so") for status in (413, 422, 424, 500, 504)]
    with InferenceServer(faults=[*named, *plain, Fault.limited(55)]) as server:
        *failed, limited = ask(server, [TWO] * (len(named) + len(plain) + 1), tmp_path)
    assert {fail["raised"][0] for fail in failed} == {"HfHubHTTPError"}
    assert [fail["status"] for fail in failed] == [401, 402, 403, 404, 503, 502, 413, 422, 424, 500, 504]
    assert failed[1]["said"].startswith("You have exceeded your monthly included credits")
    assert "Retry after 55 seconds" in limited["text"]


def test_a_refusal_of_hf_is_a_bad_request(tmp_path: Path) -> None:
    with InferenceServer() as server:
        (refused,) = ask(server, [7], tmp_path)
    assert refused["raised"][0] == "BadRequestError"
    assert refused["said"] == "'int' object is not subscriptable"


def test_providers_are_looked_up(tmp_path: Path) -> None:
    names = {"scaleway": served("own-name"), "together": served("x", status="error", task="conversational")}
    code = """
import json
from huggingface_hub import HfApi, InferenceClient
info = HfApi().model_info("maker/model", expand=["inferenceProviderMapping"])
found = [[m.provider, m.provider_id, m.status, m.task] for m in info.inference_provider_mapping]
try:
    InferenceClient("maker/model", provider="deepinfra", token="hf_x").feature_extraction("a")
except ValueError as error:
    found.append(str(error))
print(json.dumps(found))
"""
    with HubServer({"maker/model": Repo(tmp_path, providers=names)}) as hub:
        *found, unknown = in_client(code, hub.url, tmp_path / "home")
    assert found == [
        ["scaleway", "own-name", "live", "feature-extraction"],
        ["together", "x", "error", "conversational"],
    ]
    assert unknown == "Model maker/model is not supported by provider deepinfra."
