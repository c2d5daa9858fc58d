"""Commands that serve until they are stopped: the pages with the API, the API alone, and the training server."""

import errno
import os
import socket
import sys
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import click

from kadr.cli.options import bundle_path, place_settings
from kadr.errors import ConfigError

__all__ = ["serve"]

MODELS = Path("models")
"""Where `kadr train` keeps what it trains."""
_TAKEN = (errno.EADDRINUSE, errno.EACCES)
"""Why nobody can listen at any of a host's addresses; that a machine lacks some of them is no fault."""


@click.command()
@click.option("--bundle", help="A bundle, a folder of bundles, or the address of published ones.", metavar="PLACE")
@click.option("--host", default="localhost", show_default=True, help="The address to listen at.")
@click.option("--port", type=click.IntRange(1, 65_535), help="[default: 8501; of the training server 8502]")
@click.option("--api-only", is_flag=True, help="The HTTP API without the pages.")
@click.option("--train", "training", is_flag=True, help="The training server; $KADR_TRAIN_KEY is the key it asks for.")
@click.option(
    "--models",
    type=click.Path(path_type=Path, file_okay=False),
    default=MODELS,
    show_default=True,
    help="Folder of trained models, for --train.",
)
def serve(*, bundle: str | None, host: str, port: int | None, api_only: bool, training: bool, models: Path) -> None:
    """Serve the search page and the HTTP API, or the training server.

    The training server is for those who build on Kadr: GET /models, POST /predict, POST /train, GET /jobs/{id}. It
    writes models, never a bundle, and is not for visitors.
    """
    if api_only and training:
        raise ConfigError("--train: is a server of its own; leave --api-only out")
    if bundle is not None:
        place_settings(bundle)  # what is misspelt is told by the option's name
        os.environ["KADR_BUNDLE"] = bundle  # as the pages and the API read it
    if training:
        _train(bundle_path(None), models, host, port or 8502)
    elif api_only:
        _api(host, port or 8501)
    else:
        _pages(host, port or 8501)


def _check_free(host: str, port: int) -> None:
    """Raise where nobody can listen at an address; the servers themselves say so in their own words, and each its own.

    Raises:
        ConfigError: another program listens there, or this machine has no such address.
    """
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError) as cause:
        raise ConfigError(f"--host: {host[:60]!r} is no address of this machine; name one, as 127.0.0.1") from cause
    faults = [fault for each in found if (fault := _fault(each))]
    if any(fault.errno in _TAKEN for fault in faults) or len(faults) == len(found):
        why = (faults[0].strerror or "").lower()
        raise ConfigError(f"--port: {port} at {host} cannot be listened at ({why}); name another") from faults[0]


def _fault(found: tuple[Any, ...]) -> OSError | None:
    """Return why nobody can listen at an address, as `getaddrinfo` tells it; None where one can."""
    family, kind, protocol, _, address = found
    try:
        with socket.socket(family, kind, protocol) as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            probe.bind(address)
    except OSError as fault:
        return fault
    return None


def _train(place: Path, models: Path, host: str, port: int) -> None:
    """Serve trained models, and train."""
    from kadr.trainer.key import key_of

    key = key_of(os.environ)  # first of all: without it nothing is loaded
    import uvicorn

    from kadr.engine import Engine
    from kadr.live import Live
    from kadr.recommend.train.store import Store
    from kadr.trainer.factory import create
    from kadr.web.logs import configure

    live = Live(place, Engine.open)
    try:
        live.current()  # what is refused is told now, and not to whoever asks first
        _check_free(host, port)
        configure()
        click.echo(f"training server: http://{host}:{port}/docs", err=True)
        uvicorn.run(create(Store(models), live, key), host=host, port=port, log_level="warning", server_header=False)
    finally:
        live.close()


def _api(host: str, port: int) -> None:
    """Serve the API alone, as `uvicorn app.api.alone:api` does: by its name, because nothing here imports the app."""
    import uvicorn

    _check_free(host, port)
    click.echo(f"API: http://{host}:{port}/api/v1/docs", err=True)
    uvicorn.run("app.api.alone:api", host=host, port=port, log_level="warning")


def _pages(host: str, port: int) -> None:
    """Become the server of the pages, as `make run` starts it."""
    package = find_spec("app")
    if package is None or package.origin is None:
        raise ConfigError("app: the pages are not installed beside kadr; serve the API alone, or install them")
    _check_free(host, port)
    script = Path(package.origin).with_name("main.py")
    command = [sys.executable, "-m", "streamlit", "run", str(script)]
    command += ["--server.address", host, "--server.port", str(port)]
    os.execv(sys.executable, command)  # noqa: S606  # our own program, in place of this one: signals reach it
