"""When a canary goes along, and what its coming back or not means."""

from hypothesis import given
from hypothesis import strategies as st

from kadr.encode.hosted.embedder import Guard
from kadr.encode.hosted.trust import Trust
from tests.encode.hosted.scripted import CANARIES, Scripted

PROFILE = Scripted().profile
GUARDS = [Guard.of(PROFILE, canary) for canary in CANARIES]


def test_a_canary_goes_with_every_batch_and_with_one_text_where_the_last_proof_is_old_or_was_refuted() -> None:
    trust = Trust(GUARDS, 600)
    assert trust.guard_for(1, 0) in GUARDS
    trust.proved(0)
    assert trust.guard_for(1, 600) is None
    assert trust.guard_for(2, 600) in GUARDS
    assert trust.guard_for(1, 600.1) in GUARDS
    trust.proved(600)
    trust.lost()
    assert trust.guard_for(1, 600) in GUARDS


@given(st.lists(st.booleans()))
def test_the_last_canary_decides_and_losses_are_counted(proofs: list[bool]) -> None:
    trust = Trust(GUARDS, 600)
    for proof in proofs:
        if proof:
            trust.proved(0)
        else:
            trust.lost()
    assert trust.held == (proofs[-1] if proofs else None)
    assert trust.losses == proofs.count(False)


def test_every_canary_has_its_turn() -> None:
    trust = Trust(GUARDS, 600)
    drawn = {guard.text for _ in range(200) if (guard := trust.guard_for(2, 0))}
    assert drawn == {guard.text for guard in GUARDS}


def test_without_canaries_nothing_goes_along() -> None:
    assert Trust([], 600).guard_for(9, 0) is None
