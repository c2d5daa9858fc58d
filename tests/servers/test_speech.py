"""The stand-in for hosted Whisper answers the Hub's own client as the real service was seen to."""

from pathlib import Path

from tests.servers.clients import in_client
from tests.servers.hub import HubServer
from tests.servers.speech import MODEL, SpeechServer, seconds_of, tone

ASK = """
import json
from huggingface_hub import InferenceClient

def seen(ask):
    try:
        return ask().text
    except Exception as error:
        return getattr(error, "response").status_code

client = InferenceClient(URL, token="hf_given")
sound = open(PATH, "rb").read()
print(json.dumps([seen(lambda: client.automatic_speech_recognition(each)) for each in (PATH, sound)]))
"""


def test_the_hubs_client_is_heard_where_it_tells_the_kind_of_the_sound(tmp_path: Path) -> None:
    path = tmp_path / "query.wav"
    path.write_bytes(tone())
    with SpeechServer(lambda sound: f"{seconds_of(sound)}") as server, HubServer() as hub:
        url = f"{server.url}/hf-inference/models/{MODEL}"
        named, unnamed = in_client(f"URL, PATH = {url!r}, {str(path)!r}\n{ASK}", hub.url, tmp_path)
        kinds = [request.headers.get("content-type") for request in server.received]
    assert named == " 1.0"
    assert kinds[0] in {"audio/wav", "audio/x-wav"}
    assert unnamed == (" 1.0" if kinds[1] else 400)
