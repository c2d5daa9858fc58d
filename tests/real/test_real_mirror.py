"""olah, a mirror of the Hub made by others, between the stand-in Hub and who reads: only `make test-real` starts it.

It asks the stand-in in ways of its own, and what it hands on must be what was published: to a container that follows an
address, and to anybody with the Hub's own client.
"""

import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from kadr.build import build
from kadr.bundle.verify import verify
from kadr.config import load_config
from kadr.progress import Lines
from tests.servers.hub import HubServer, Token

pytestmark = [
    pytest.mark.real,
    pytest.mark.skipif("KADR_OLAH_PYTHON" not in os.environ, reason="a mirror made by others: `make test-real`"),
]

REPO = "me/films"
MINE = "hf_mine"
START_S = 60
FILMS = """
id,title,year,description
1,Соль на стекле,1987,Смотритель маяка пишет письма дочери и бросает их в море в бутылках.
2,Третий перрон,2004,Двое опаздывают на один поезд и весь день ищут дорогу домой.
3,The Glass Orchard,1999,A widow grows trees of glass and hides a letter under each of them.
"""
READ = """
import sys
from huggingface_hub import snapshot_download
snapshot_download(sys.argv[1], repo_type="dataset", local_dir=sys.argv[2])
"""


@contextmanager
def mirror(python: Path, hub: str, folder: Path) -> Iterator[str]:
    """Run olah in front of a Hub while the block lasts, and give its address; what it says goes to `log.txt`."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        here = f"127.0.0.1:{free.getsockname()[1]}"
    there = hub.removeprefix("http://")
    sites = {"hf": there, "mirror": here}
    lines = [
        f'{name}-scheme = "http"\n{name}-netloc = "{at}"\n{name}-lfs-netloc = "{at}"' for name, at in sites.items()
    ]
    host, _, port = here.partition(":")
    settings = folder / "olah.toml"
    settings.write_text("\n".join(["[basic]", f'host = "{host}"', f"port = {port}", 'repos-path = "repos"', *lines]))
    command = [str(python.with_name("olah-cli")), "--config", str(settings)]
    with (
        (folder / "log.txt").open("w") as said,
        subprocess.Popen(command, stdout=said, stderr=said, cwd=folder) as process,
    ):
        try:
            _wait(host, int(port), process)
            yield f"http://{here}"
        finally:
            process.terminate()


def _wait(host: str, port: int, process: "subprocess.Popen[bytes]") -> None:
    until = time.monotonic() + START_S
    while process.poll() is None and time.monotonic() < until:
        try:
            socket.create_connection((host, port), 1).close()
        except OSError:
            time.sleep(0.2)
        else:
            return
    raise RuntimeError("olah did not start")


def kadr(arguments: list[str], **environ: str) -> str:
    """Run the program, and return what it printed."""
    told = {name: value for name, value in os.environ.items() if not name.startswith(("HF_", "KADR_"))} | environ
    told["HF_HUB_DISABLE_XET"] = "1"  # neither the stand-in nor olah has that store
    command = [sys.executable, "-m", "kadr", *arguments]
    done = subprocess.run(command, env=told, capture_output=True, text=True, timeout=120, check=False)
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_what_was_published_comes_whole_through_a_mirror_made_by_others(tmp_path: Path) -> None:
    python = Path(os.environ["KADR_OLAH_PYTHON"]).absolute()
    (tmp_path / "films.csv").write_text(FILMS.strip(), encoding="utf-8")
    config = tmp_path / "catalogue.toml"
    config.write_text('[[sources]]\nkind = "file"\nname = "ours"\npath = "films.csv"\n', encoding="utf-8")
    bundle = build(load_config(config), tmp_path / "bundles", Lines(sys.stderr)).folder
    with HubServer(tokens={MINE: Token("write")}) as hub:
        place = f"hf://datasets/{REPO}"
        kadr(
            ["publish", str(config), "--bundle", str(bundle), "--to", place],
            HF_ENDPOINT=hub.url,
            HF_TOKEN=MINE,
            HF_HOME=str(tmp_path / "publisher"),
        )
        with mirror(python, hub.url, tmp_path) as url:
            found = kadr(
                ["search", "смотритель маяка и письма в бутылках", "--bundle", place],
                HF_ENDPOINT=url,
                KADR_CACHE=str(tmp_path / "cache"),
            )
            copy = tmp_path / "copy"
            environ = {**os.environ, "HF_ENDPOINT": url, "HF_HOME": str(tmp_path / "home"), "HF_HUB_DISABLE_XET": "1"}
            subprocess.run([python, "-c", READ, REPO, copy], env=environ, check=True, timeout=120)
    assert "Соль на стекле" in found
    version = (copy / "current").read_text().strip()
    assert version == bundle.name
    assert verify(copy / "versions" / version).version == bundle.name
