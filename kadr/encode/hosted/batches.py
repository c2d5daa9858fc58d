"""Cutting texts into calls. Pure."""

from collections.abc import Sequence

from kadr.encode.encoder import Profile, Role
from kadr.encode.hosted.options import Options

__all__ = ["batches"]


def batches(texts: Sequence[str], role: Role, profile: Profile, options: Options) -> list[tuple[str, ...]]:
    """Return the texts as batches, each text once, long ones first.

    Servers pad the texts of a call to the longest one, so that texts of similar length go together. The longest are
    sent first, because a long call that starts last leaves the others idle.

    Args:
        texts: without prefixes.
        role: what they are; it decides the prefix, which counts into the bytes.
        profile: what is sent for a text.
        options: bounds of a call. A text that is longer than them has a batch of its own.
    """
    sizes = [len(profile.text_for(text, role).encode("utf-8", "surrogatepass")) for text in texts]
    found: list[tuple[str, ...]] = []
    batch: list[str] = []
    filled = 0
    for i in sorted(range(len(texts)), key=lambda i: -sizes[i]):  # stable: equal sizes keep their order
        if batch and (len(batch) == options.texts_a_call or filled + sizes[i] > options.most_bytes):
            found.append(tuple(batch))
            batch, filled = [], 0
        batch.append(texts[i])
        filled += sizes[i]
    if batch:
        found.append(tuple(batch))
    return found
