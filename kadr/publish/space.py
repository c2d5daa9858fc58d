"""A Docker Space of the Hugging Face Hub that runs a published image: two small files, and its settings.

The settings are set before the files are committed, so that the first start has them. What is there already stays one
and the same commit. Values of secrets go to the Hub, and into no text of ours.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from kadr.errors import ConfigError, ServiceRefused
from kadr.publish.hub_faults import hub_faults
from kadr.settings import load_settings

if TYPE_CHECKING:
    from huggingface_hub import HfApi

__all__ = ["Deployed", "SpacePlan", "deploy", "planned"]

FILES = Path(__file__).parents[2] / "deploy" / "space"
"""What a Space consists of; `{image}` in its Dockerfile is filled in."""
SILENCE_S = 120.0
"""Seconds without a byte after which the Hub is given up; its client would wait for ever."""
SECRET = frozenset({"HF_TOKEN", "KADR_INFERENCE_TOKEN", "KADR_API_KEYS"})
"""Settings that must not be variables, which a Space shows to everybody."""

_SPACE = re.compile(r"[A-Za-z0-9][\w.-]{0,95}/[A-Za-z0-9][\w.-]{0,95}", re.ASCII)
_IMAGE = re.compile(
    r"[a-z0-9][a-z0-9.:-]*(?:/[a-z0-9][a-z0-9._-]*)+(?::[\w][\w.-]*)?(?:@sha256:[0-9a-f]{64})?", re.ASCII
)
_NAME = re.compile(r"[A-Z_][A-Z0-9_]*", re.ASCII)


@dataclass(frozen=True, slots=True)
class SpacePlan:
    """What a Space is to be.

    `name`: `owner/name`. `files`: by path in it. `variables`: settings that everybody sees. `secrets`: settings that
    nobody sees again.
    """

    name: str
    files: Mapping[str, bytes]
    variables: Mapping[str, str]
    secrets: Mapping[str, str] = field(repr=False)

    def to_text(self) -> str:
        """Return the plan as lines of text; of secrets the names alone."""
        lines = [f"Space {self.name}: {', '.join(self.files)}"]
        lines += [f"variable {name} = {value}" for name, value in self.variables.items()]
        lines += [f"secret {name}" for name in self.secrets]
        return "\n".join(lines)


@dataclass(frozen=True, slots=True)
class Deployed:
    """What was done: the Space's address, and whether its files changed."""

    url: str
    changed: bool


def planned(
    name: str, image: str, variables: Sequence[str], secrets: Sequence[str], environ: Mapping[str, str]
) -> SpacePlan:
    """Return the checked plan of a Space.

    Args:
        name: `owner/name`.
        image: the published image that it runs.
        variables: `NAME=VALUE` each.
        secrets: `NAME`, or `NAME=VARIABLE` where the value stands in another variable here.
        environ: where the values of secrets are, and HF_TOKEN, which may write to the Space.

    Raises:
        ConfigError: one of them has the wrong form, is missing, or would give away a secret.
    """
    if not _SPACE.fullmatch(name):
        raise ConfigError("OWNER/NAME: must name a Space, such as films/search")
    if not _IMAGE.fullmatch(image):
        raise ConfigError("--image: must be a published image such as ghcr.io/films/kadr:app")
    shown = dict(_parted(each) for each in variables)
    if open_secret := sorted(SECRET & shown.keys()):
        raise ConfigError(f"--variable {open_secret[0]}: everybody can read a Space's variables; give it with --secret")
    kept = dict(_secret(each, environ) for each in secrets)
    load_settings({**shown, **kept})  # what the service would refuse is refused now
    return SpacePlan(name, _files(image), shown, kept)


def deploy(plan: SpacePlan, *, private: bool = False) -> Deployed:
    """Create or update a Space; done twice, the second time changes nothing.

    Raises:
        ServiceRefused: the token may not write there, or the account may not create a Docker Space.
        ServiceError: the Hub does not do what it was asked for.
    """
    from huggingface_hub import CommitOperationAdd, HfApi, get_session

    where = f"spaces/{plan.name}"
    with hub_faults(where):
        get_session().timeout = SILENCE_S
        api = HfApi()
        url = _created(api, plan.name, private=private)
        for key, value in plan.variables.items():
            api.add_space_variable(plan.name, key, value)
        for key, value in plan.secrets.items():
            api.add_space_secret(plan.name, key, value)
        before = api.space_info(plan.name).sha
        operations = [CommitOperationAdd(path, content) for path, content in plan.files.items()]
        made = api.create_commit(plan.name, operations, commit_message="Kadr", repo_type="space", parent_commit=before)
    return Deployed(url, changed=made.oid != before)


def _created(api: "HfApi", name: str, *, private: bool) -> str:
    """Return the address of the Space, which is made where it is not there."""
    from huggingface_hub.errors import HfHubHTTPError

    try:
        made = api.create_repo(name, repo_type="space", space_sdk="docker", private=private, exist_ok=True)
    except HfHubHTTPError as error:
        if error.response.status_code not in (402, 403):
            raise
        raise ServiceRefused(
            f"spaces/{name}: Hugging Face does not let this token create it; a Docker Space needs a paid plan (PRO or"
            " Team), and the token the right to write (docs/deploy.md names places that cost nothing)"
        ) from None
    return str(made)


def _files(image: str) -> dict[str, bytes]:
    try:
        recipe = (FILES / "Dockerfile").read_text("utf-8").replace("{image}", image)
        return {"README.md": (FILES / "README.md").read_bytes(), "Dockerfile": recipe.encode()}
    except OSError:
        raise ConfigError("deploy/space: is not there; run this in a checkout of the repository") from None


def _parted(given: str) -> tuple[str, str]:
    name, is_given, value = given.partition("=")
    if not _NAME.fullmatch(name) or not is_given or not value.isprintable():
        raise ConfigError("--variable: must be NAME=VALUE, in one line, the name in capitals")
    return name, value


def _secret(given: str, environ: Mapping[str, str]) -> tuple[str, str]:
    name, _, source = given.partition("=")
    source = source or name
    if not _NAME.fullmatch(name) or not _NAME.fullmatch(source):
        # Not quoted: it may be the secret itself.
        raise ConfigError(
            "--secret: must be NAME or NAME=VARIABLE, in capitals; the value is read from the environment"
        )
    value = environ.get(source, "").strip()
    if not value:
        raise ConfigError(f"--secret {name}: {source} is not set here")
    if name == "HF_TOKEN" and value == environ.get("HF_TOKEN", "").strip():
        raise ConfigError(
            "--secret HF_TOKEN: is the token that writes to this Space; make one with the right to make calls to"
            " Inference Providers alone, and give it as HF_TOKEN=VARIABLE"
        )
    return name, value
