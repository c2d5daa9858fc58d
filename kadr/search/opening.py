"""Opening the encoders of a bundle."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from kadr.encode.casing import Casing
from kadr.encode.encoder import Encoder, Profile, Role
from kadr.encode.hosted.queries import QueryService
from kadr.encode.local import PACKAGE, LocalModel, is_installed
from kadr.encode.projection import Projection
from kadr.encode.ready import ReadyQueries
from kadr.errors import BundleForeign, ConfigError
from kadr.search.ladder import Ladder, LocalEncoder
from kadr.search.params import Leg

if TYPE_CHECKING:
    from kadr.encode.hosted.service import Service

__all__ = ["Access", "open_ladder", "own_ladder"]


@dataclass(frozen=True, slots=True)
class Access:
    """How a hosted encoder may be asked.

    `environ`: the process's environment, out of which the tokens are read when a bundle needs one. `base`: where the
    router, or a server of one's own, is asked instead of at its own address, "" for there. `warm`: whether the model is
    woken when a bundle is opened, as a page does that visitors will come to; the first query checks its canary in any
    case.
    """

    environ: Mapping[str, str] = field(repr=False)
    base: str = ""
    warm: bool = False

    def service(self, profile: Profile, *, trusted: bool = False) -> "Service":
        """Return the service of a profile's model; nothing is sent.

        A server of one's own is asked at `base` where that is set, else at the address of the profile. To that one a
        token is sent only if the address is trusted: it came out of a bundle, and whoever made the bundle could have
        the token sent to a machine of theirs, at Hugging Face as anywhere.

        Args:
            profile: a hosted one.
            trusted: whether the profile's address comes from the user's own configuration.

        Raises:
            ConfigError: the address, or a token, has a wrong form; the message shows neither token nor password.
        """
        from kadr.encode.hosted.secrets import Keys
        from kadr.encode.hosted.service import ROUTER, Service

        keys = Keys.read(self.environ)
        if profile.url and self.base:
            profile = replace(profile, url=self.base)
        elif profile.url and not trusted:
            keys = Keys()
        return Service(profile, keys, base=self.base or ROUTER)


def open_ladder(folder: Path, profile: Profile, legs: Mapping[str, Leg], access: Access | None) -> Ladder:
    """Open the encoders that a bundle's legs name.

    Args:
        folder: the bundle's folder of encoders.
        profile: the profile of the films' vectors.
        legs: by name.
        access: how a hosted encoder may be asked, None for not at all.

    Raises:
        BundleForeign: the bundle needs an encoder that this program lacks.
    """
    local = {leg: _local(leg, folder / leg, profile) for leg in legs if leg != "hosted" and _is_here(leg, legs)}
    if access is not None and access.warm:
        for encoder in local.values():
            if isinstance(encoder, LocalModel):
                encoder.warm_up()
    if "hosted" not in legs:
        return Ladder(local)
    ready = ReadyQueries.open(folder / "queries") if (folder / "queries").is_dir() else None
    alone = Ladder(local, wants_hosted=True, ready=ready)
    if access is None:
        return alone
    try:
        service = access.service(profile)
    except ConfigError as error:  # a token or an address of a wrong form: the other encoders answer all the same
        return replace(alone, fault=str(error))
    if not service.may_ask:
        return replace(alone, fault=f"{service.token_variable} is not set")
    queries = QueryService(service)
    if access.warm:
        queries.warm_up()
    return replace(alone, hosted=queries, closes=service.close)


def own_ladder(encoder: Encoder, profile: Profile, legs: Mapping[str, Leg]) -> Ladder:
    """Return a ladder of one encoder of the caller's; it counts as the bundle's best leg.

    Raises:
        BundleForeign: its profile is not that of the films' vectors, which it could not be compared with.
    """
    if encoder.profile != profile:
        raise BundleForeign(
            f"the bundle's vectors are of {profile}, the given encoder's of {encoder.profile}; give one of the same"
        )
    return Ladder({next(iter(legs)): _Given(encoder)})


@dataclass(frozen=True, slots=True)
class _Given:
    """An encoder of the caller's, as a ladder asks it."""

    encoder: Encoder

    def vector(self, text: str) -> NDArray[np.float32]:
        """Return a query's vector."""
        return self.encoder.encode([text], Role.QUERY)[0]  # type: ignore[no-any-return]  # a row is an array


def _is_here(leg: str, legs: Mapping[str, Leg]) -> bool:
    """Tell whether this program can ask an encoder: the local model needs a package that not every image has.

    Raises:
        BundleForeign: it cannot, and there is no other.
    """
    if leg != "local" or is_installed():
        return True
    if len(legs) > 1:
        return False
    raise BundleForeign(
        f"the bundle's queries need the package {PACKAGE}; install it, or build with encoder.distil = true"
    )


def _local(leg: str, folder: Path, profile: Profile) -> LocalEncoder:
    # Each brings what the others do not need.
    if leg == "embedded":
        from kadr.encode.embedded import EmbeddedEncoder

        return EmbeddedEncoder.open(folder, profile)
    if leg == "local":
        return LocalModel(profile, Projection.open(folder, profile), Casing.open(folder))
    if leg == "static":
        from kadr.encode.static import StaticEncoder

        return StaticEncoder.open(folder, profile)
    if leg == "distilled":
        from kadr.encode.distilled import DistilledEncoder

        return DistilledEncoder.open(folder, profile)
    raise BundleForeign(f"this program has no encoder {leg!r}; update kadr")
