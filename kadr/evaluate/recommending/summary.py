"""What models did in the rounds of a protocol -> one row each, with intervals."""

from collections.abc import Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from kadr.evaluate.bootstrap import Interval, intervals
from kadr.evaluate.recommending.report import RIVALS, Protocol, Row
from kadr.evaluate.recommending.scores import Taken

__all__ = ["summed_up"]

Rounds = Sequence[Taken]


def summed_up(name: str, taken: Mapping[str, Rounds], left_out: Mapping[str, str], first: int) -> Protocol:
    """Return a protocol's rows.

    Means are over users; of a user who was asked in several rounds his mean counts, so that intervals rest on users
    who have nothing in common.

    Args:
        name: of the protocol.
        taken: model -> what it did in each round.
        left_out: model -> why it was not measured.
        first: the smallest depth.
    """
    users = {model: _by_user(rounds) for model, rounds in taken.items()}
    rivals = [rival for rival in RIVALS if rival in taken]
    rows = [_row(model, taken, users, [rival for rival in rivals if rival != model], first) for model in taken]
    some = next(iter(taken.values()))
    asked = np.unique(np.concatenate([each.users for each in some])).size
    return Protocol(name, int(asked), len(some), tuple(rows), dict(left_out))


def _row(
    model: str,
    taken: Mapping[str, Rounds],
    users: Mapping[str, Mapping[str, NDArray[np.float64]]],
    rivals: Sequence[str],
    first: int,
) -> Row:
    rounds, own = taken[model], users[model]
    keys = [key for key in own if key.startswith(("recall@", "ndcg@"))]
    values = np.array([own[key] for key in keys])
    gaps = {rival: _named(keys, values - np.array([users[rival][key] for key in keys])) for rival in rivals}
    means = {key: float(np.nanmean(each)) for key, each in own.items() if not np.isnan(each).all()}
    whole = {key: float(np.mean([each.whole[key] for each in rounds])) for key in rounds[0].whole}
    peaks = [each.cost.peak for each in rounds if each.cost.peak is not None]
    return Row(
        model=model,
        scores=means | whole,
        intervals=_named(keys, values),
        against=gaps,
        ahead={rival: _ahead(rounds, taken[rival], f"ndcg@{first}") for rival in rivals},
        nbytes=round(np.mean([each.nbytes for each in rounds])),
        seconds=float(np.mean([each.cost.seconds for each in rounds])),
        peak=max(peaks, default=None),
        parameters=tuple(dict.fromkeys(each.told for each in rounds)),
    )


def _named(keys: Sequence[str], values: NDArray[np.float64]) -> dict[str, Interval]:
    return dict(zip(keys, intervals(values), strict=True))


def _by_user(rounds: Rounds) -> dict[str, NDArray[np.float64]]:
    """Return each measure of each user, his mean over the rounds, by his number, ascending."""
    who, place = np.unique(np.concatenate([each.users for each in rounds]), return_inverse=True)
    found = {}
    for key in rounds[0].values:
        values = np.concatenate([each.values[key] for each in rounds])
        known = ~np.isnan(values)
        total = np.bincount(place, weights=np.where(known, values, 0), minlength=who.size)
        count = np.bincount(place, weights=known, minlength=who.size)
        found[key] = np.divide(total, count, out=np.full(who.size, np.nan), where=count > 0)
    return found


def _ahead(rounds: Rounds, others: Rounds, key: str) -> int:
    pairs = zip(rounds, others, strict=True)
    return sum(bool(own.values[key].mean() > other.values[key].mean()) for own, other in pairs)
