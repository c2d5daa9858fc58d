"""What stays and what goes: laws of the plan, and of the trail that the bundle's history is."""

from hypothesis import given
from hypothesis import strategies as st

from kadr.bundle.trail import HISTORY_LENGTH, advanced, before, lines_of, returned, trail_of
from kadr.publish.plan import Published, Standing, plan_back, plan_for, standing_of

NAMES = [f"{number:016x}" for number in range(8)]
names = st.sampled_from(NAMES)
trails = st.lists(names, max_size=12)


def standing(trail: list[str], more: list[str]) -> Standing:
    return standing_of(trail[-1] if trail else "", lines_of(trail), {*trail, *more})


@given(trails, st.lists(names), names, st.integers(1, 6))
def test_the_current_one_and_the_one_before_stay_whatever_is_kept(
    trail: list[str], more: list[str], version: str, keep: int
) -> None:
    stood = standing(trail, more)
    plan = plan_for(stood, version, keep)
    left = (stood.versions | {version}) - set(plan.removed)
    assert plan.trail[-1] == version
    assert {version, stood.current} - {""} <= left
    assert len(left) <= max(keep, 2)
    assert set(plan.removed) <= stood.versions


@given(trails, names, st.integers(1, 6))
def test_publishing_again_changes_nothing(trail: list[str], version: str, keep: int) -> None:
    first = plan_for(standing(trail, []), version, keep)
    left = ({*trail, version}) - set(first.removed)
    again = plan_for(standing_of(version, lines_of(first.trail), left), version, keep)
    assert (again.trail, again.removed) == (first.trail, ())


def test_the_newest_stay() -> None:
    a, b, c, d, *_ = NAMES
    assert plan_for(standing([a, b, c], []), d, 3).removed == (a,)
    assert plan_for(standing([a, b, c], []), d, 4).removed == ()
    assert plan_for(standing([a, b, c], []), d, 1).removed == (a, b)
    assert plan_for(standing([a, b], [c]), d, 3).removed == (c,), "what was gone back from goes first"
    assert plan_for(standing([a, b, c], []), a, 2).removed == (b,), "an old one that is published anew is the newest"


@given(trails.filter(bool))
def test_going_back_forgets_what_came_after_and_can_be_repeated(trail: list[str]) -> None:
    stood = standing(trail, [])
    version = before(stood.trail, stood.versions)
    if not version:
        assert set(trail) == {trail[-1]}
        return
    plan = plan_back(stood, version)
    assert plan.trail == returned(trail, version)
    assert plan.trail[-1] == version != trail[-1]
    assert plan.removed == ()
    assert len(plan.trail) < len(trail)


@given(st.text(max_size=60), st.text(max_size=60))
def test_what_a_place_says_of_itself_is_not_believed_blindly(current: str, history: str) -> None:
    stood = standing_of(current, history, [current, history, NAMES[0]])
    assert stood.versions == {NAMES[0]}
    assert not stood.current
    assert stood.trail == ()


def test_the_trail_ends_with_what_is_current_and_has_an_end() -> None:
    a, b, c, *_ = NAMES
    assert trail_of(b, [a, b, c]) == (a, b), "the pointer is believed, not the history"
    assert trail_of(c, [a, b]) == (a, b, c)
    assert advanced((a, b), b) == (a, b)
    long = tuple(NAMES[number % 2] for number in range(HISTORY_LENGTH))
    assert advanced(long, c) == (*long[1:], c)


def test_what_came_of_it_in_words() -> None:
    a, b, c, *_ = NAMES
    done = Published(b, "datasets/me/films", changed=True, before=a, commit="f" * 40, files=9, size_bytes=2_500_000)
    assert done.to_text() == f"bundle {b} published to datasets/me/films at {'f' * 12} in place of {a}: 9 files, 2.5 MB"
    gone = Published(b, "bundles", changed=True, before="", removed=(c,))
    assert gone.to_text(dry_run=True).endswith(f"\nwould be removed: {c}")
    assert "nothing changed" in Published(b, "bundles", changed=False, before=b).to_text()
