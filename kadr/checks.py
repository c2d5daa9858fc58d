"""What a bundle that is served needs, looked at: whether it is whole, room on the disk, the hosted model, the clock.

Each check never raises for what it looks at: a fault is its finding. `kadr doctor` adds the configuration; the page
about the catalogue shows these.
"""

import shutil
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import closing
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from enum import StrEnum
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from kadr.bundle import Manifest, serving, verify
from kadr.encode.encoder import Profile, Role
from kadr.encode.hosted.embedder import TRUSTED_COSINE, Guard
from kadr.encode.hosted.secrets import HUB_TOKEN, OWN_TOKEN, Keys, token_remedy
from kadr.encode.hosted.service import Service
from kadr.engine import Access, Engine
from kadr.errors import BundleMissing, KadrError
from kadr.search.params import legs_from_json

__all__ = [
    "Asked",
    "Finding",
    "State",
    "amiss",
    "check_bundle",
    "check_service",
    "check_serving",
    "check_space",
    "counted",
]

CALL_TIMEOUT_S = 90.0
"""A model that was put to sleep is loaded within the call."""
MAX_SKEW_S = 60.0
"""A clock that is off by more breaks certificates and tokens before anything else."""
BUNDLES_KEPT = 3
"""The disk must hold the bundle being built beside what is there."""
LEAST_FREE = 200 << 20
ENVIRONMENT = "look at HF_ENDPOINT, HTTPS_PROXY, ALL_PROXY, SSL_CERT_FILE and SSL_CERT_DIR in the environment"


class State(StrEnum):
    """How a check ended."""

    OK = "ok"
    NOTE = "note"
    BAD = "bad"


@dataclass(frozen=True, slots=True)
class Finding:
    """What a check found. `remedy` says what to do, "" where nothing is to be done."""

    name: str
    state: State
    said: str
    remedy: str = ""

    def to_text(self) -> str:
        """Return one line, or two with what to do."""
        line = f"{self.state.value:<5}{self.name:<10}{self.said}"
        return f"{line}\n{'':15}-> {self.remedy}" if self.remedy else line


@dataclass(frozen=True, slots=True)
class Asked:
    """A hosted model to ask. `trusted`: its address is the configuration's, so that it may be sent a token. `whose`:
    what names it, said in each finding where two are asked.
    """

    profile: Profile
    trusted: bool = False
    whose: str = ""


def amiss(name: str, error: Exception, otherwise: str) -> Finding:
    """Return the finding of an error; its last part says what to do, as our errors do, or else `otherwise` says it."""
    said, parted, remedy = str(error).rpartition("; ")
    return Finding(name, State.BAD, said, remedy) if parted else Finding(name, State.BAD, remedy, otherwise)


def counted(number: int, what: str) -> str:
    """Return a number with what it counts, in the plural where that is due."""
    return f"{number} {what}" if number == 1 else f"{number} {what}s"


def check_serving(bundle: Path, access: Access) -> Iterator[Finding]:
    """Yield what is found of a bundle and of what serves it. Asks a hosted model once, for its canaries."""
    manifest, finding = check_bundle(bundle)
    yield finding
    yield from check_space({"bundles": bundle}, manifest)
    if manifest is None:
        return
    profile = Profile.from_json(manifest.encoder)
    if "hosted" in legs_from_json(manifest.fusion):
        yield Finding("model", State.OK, str(profile))
        yield from check_service(access, Asked(profile))
    else:
        yield Finding("model", State.OK, f"{profile}: needs no network, no token")


def check_bundle(path: Path) -> tuple[Manifest | None, Finding]:
    """Return what a bundle says of itself, None where it cannot be served, and the finding."""
    try:
        folder = serving(path)
        manifest = verify(folder)
        with Engine.open(folder):  # files may be whole and yet not fit together, or need a newer program
            pass
    except BundleMissing as error:
        return None, Finding("bundle", State.NOTE, amiss("", error, "").said, "build one: kadr build")
    except (KadrError, OSError) as error:
        return None, amiss("bundle", error, "go back with `kadr rollback`, or build anew: kadr build")
    films = manifest.counts["films"]
    return manifest, Finding(
        "bundle",
        State.OK,
        f"{manifest.version} is whole: {counted(films, 'film')}, {counted(len(manifest.files), 'file')}",
    )


def check_space(places: Mapping[str, Path], manifest: Manifest | None) -> Iterator[Finding]:
    """Yield for each place, by its name, whether there is room for the next bundle."""
    size = sum(entry.size for entry in manifest.files.values()) if manifest else 0
    needed = max(LEAST_FREE, BUNDLES_KEPT * size)
    for name, path in places.items():
        try:
            there = next(p for p in (path, *path.resolve().parents) if p.is_dir())
            free = shutil.disk_usage(there).free
        except (OSError, RuntimeError) as error:  # RuntimeError: a loop of links
            yield Finding("disk", State.BAD, f"{name}: {path} cannot be looked at ({error})", "name another folder")
            continue
        said = f"{name}: {free >> 20:,} MiB are free"  # without the path: the page shows it to everybody
        if free < needed:
            yield Finding("disk", State.BAD, f"{said} at {there}", f"free {needed >> 20:,} MiB, or name another folder")
        else:
            yield Finding("disk", State.OK, said)


def check_service(
    access: Access, model: Asked, served: Callable[[Profile], Profile] = lambda profile: profile
) -> Iterator[Finding]:
    """Yield what is found of the token, the service, its vectors and the clock.

    Args:
        access: how the model may be asked.
        model: the model.
        served: gives the profile with the name that its provider knows the model by, which a bundle's holds already.
    """
    for found in _service(access, model, served):
        yield replace(found, said=f"{model.whose}: {found.said}") if model.whose else found


def _service(access: Access, model: Asked, served: Callable[[Profile], Profile]) -> Iterator[Finding]:
    try:
        service = access.service(model.profile, trusted=model.trusted)
        kept = _kept_from_the_page(access, model.profile)
    except KadrError as error:
        yield _unusable(error)
        return
    except ValueError as error:  # the library's, when it is loaded: HF_ENDPOINT is no address
        yield Finding("token", State.BAD, f"the login of the Hub cannot be read ({type(error).__name__})", ENVIRONMENT)
        return
    yield _token(service)
    yield from kept
    if not service.may_ask:
        return
    try:
        profile = served(model.profile)
    except KadrError as error:
        yield amiss("provider", error, "name another provider")
        return
    except (OSError, ValueError) as error:  # the library's: a file of certificates that is gone, an odd address
        yield Finding("provider", State.BAD, f"the Hub cannot be asked ({type(error).__name__})", ENVIRONMENT)
        return
    with closing(access.service(profile, trusted=model.trusted)) as service:
        yield from _call(service, profile)
    yield _clock(service.address)


def _unusable(error: KadrError) -> Finding:
    """Return the finding of a token or an address of a wrong form; the error names the variable or the key first."""
    setting = str(error).partition(":")[0]
    if setting in {HUB_TOKEN, OWN_TOKEN}:
        return amiss("token", error, "set the variable anew and run this again")
    if setting.isupper():
        return amiss("address", error, "set the variable anew and run this again")
    return amiss("address", error, "mend that key in the catalogue file and build anew: kadr build")


def _token(service: Service) -> Finding:
    if service.may_ask:
        has = "is set" if service.has_token else "is not set, and may not be needed"
        return Finding("token", State.OK, f"{service.token_variable}, for {service.host}, {has}")
    return Finding(
        "token",
        State.BAD,
        f"{service.token_variable} is not set, and {service.host} answers nobody without it",
        token_remedy(service.token_variable),
    )


def _kept_from_the_page(access: Access, profile: Profile) -> list[Finding]:
    """Tell where the page, which knows the bundle alone, sends no token though there is one.

    Raises:
        ConfigError: a token has a wrong form.
    """
    if not profile.url or access.base or not Keys.read(access.environ).token_for(profile.url):
        return []
    said = "the page sends no token to an address that only the bundle names"
    return [Finding("page", State.NOTE, said, f"set KADR_INFERENCE_URL to that address: {profile.url}")]


def _call(service: Service, profile: Profile) -> Iterator[Finding]:
    texts = [canary.text for canary in profile.canaries] or ["film"]
    start = time.perf_counter()
    try:
        vectors = service.embed(texts, Role.QUERY, timeout=CALL_TIMEOUT_S)
    except KadrError as error:
        yield amiss("service", error, "look at encoder.model and encoder.provider in the catalogue file")
        return
    except (OSError, ValueError) as error:  # the library's, when it is loaded
        yield Finding("service", State.BAD, f"{service.host} cannot be asked ({type(error).__name__})", ENVIRONMENT)
        return
    took = (time.perf_counter() - start) * 1000
    yield Finding("service", State.OK, f"{service.host} gave vectors of {profile.full_dim} dimensions in {took:.0f} ms")
    yield _canaries(vectors, profile)


def _canaries(vectors: NDArray[np.float32], profile: Profile) -> Finding:
    """Compare vectors, float32 (canaries, full_dim), with those of the bundle."""
    if not profile.canaries:
        return Finding("canaries", State.NOTE, "no bundle of this model is here to compare with")
    if any(len(canary.vector) != profile.full_dim or not any(canary.vector) for canary in profile.canaries):
        return Finding("canaries", State.BAD, "the bundle's are no vectors of its model", "build anew: kadr build")
    guards = [Guard.of(profile, canary) for canary in profile.canaries]
    cosine = min(float(guard.cosines(row[None, :])[0]) for guard, row in zip(guards, vectors, strict=True))
    if cosine >= TRUSTED_COSINE:
        return Finding("canaries", State.OK, f"cosine {cosine:.4f} with the bundle's")
    remedy = "the model changed since the bundle was built; build anew: kadr build"
    return Finding("canaries", State.BAD, f"cosine {cosine:.4f} with the bundle's, under {TRUSTED_COSINE}", remedy)


def _clock(address: str) -> Finding:
    """Compare this clock with a server's, which every answer names."""
    unknown = Finding("clock", State.NOTE, "nobody told the time to compare with")
    try:
        from huggingface_hub.utils import httpx  # type: ignore[attr-defined]  # whichever version the library uses
    except ValueError:  # HF_ENDPOINT is no address
        return unknown
    try:
        # No token goes along: whatever the answer is, it has a date.
        answer = httpx.head(address, timeout=10, follow_redirects=False)
        skew = abs((datetime.now(UTC) - parsedate_to_datetime(answer.headers["date"])).total_seconds())
    except (httpx.HTTPError, httpx.InvalidURL, OSError, KeyError, ValueError, TypeError):
        return unknown
    if skew > MAX_SKEW_S:
        return Finding(
            "clock", State.BAD, f"is off by {skew:.0f} s", "set the clock, or switch time synchronisation on"
        )
    return Finding("clock", State.OK, f"is right to {max(skew, 1):.0f} s")
