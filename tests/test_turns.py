"""Turns at computing: one thread at a time, in the order in which they came, and nobody holds up others by waiting."""

import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import pytest

from kadr.turns import Turns, aside

SECONDS = 10


def started(work: Callable[[], object]) -> threading.Thread:
    thread = threading.Thread(target=work, daemon=True)
    thread.start()
    return thread


def in_line(turns: Turns, name: str, said: list[str]) -> threading.Thread:
    """Return a thread that takes a turn after all that were started before it."""
    before = len(turns._waiting)

    def work() -> None:
        with turns.taken():
            said.append(name)

    thread = started(work)
    until = time.monotonic() + SECONDS
    while len(turns._waiting) == before and time.monotonic() < until:
        time.sleep(0.001)
    return thread


def test_one_thread_at_a_time_has_a_turn() -> None:
    turns, at_once, most = Turns(), 0, 0

    def work(_: int) -> None:
        nonlocal at_once, most
        with turns.taken():
            at_once += 1
            most = max(most, at_once)
            time.sleep(0.0005)
            at_once -= 1

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(work, range(100)))
    assert (most, at_once) == (1, 0)


def test_turns_come_in_the_order_in_which_they_were_asked_for() -> None:
    turns = Turns()
    said: list[str] = []
    with turns.taken():
        threads = [in_line(turns, name, said) for name in "abcde"]
        assert said == []
    for thread in threads:
        thread.join(SECONDS)
    assert "".join(said) == "abcde"


def test_whoever_waits_steps_aside_and_is_the_next_one_afterwards() -> None:
    turns = Turns()
    said: list[str] = []
    answered, others_turn = threading.Event(), threading.Event()

    def waits_for_a_service() -> None:
        with turns.taken():
            with aside():
                answered.wait(SECONDS)
            said.append("back")

    def works() -> None:
        with turns.taken():
            said.append("first")
            others_turn.set()
            answered.wait(SECONDS)
            until = time.monotonic() + SECONDS
            while len(turns._waiting) < 2 and time.monotonic() < until:
                time.sleep(0.001)

    waiting = started(waits_for_a_service)
    working = started(works)
    assert others_turn.wait(SECONDS)  # though the first one has not ended
    last = in_line(turns, "last", said)
    answered.set()
    for thread in (waiting, working, last):
        thread.join(SECONDS)
    assert said == ["first", "back", "last"]
    assert not turns._taken


def test_a_turn_ends_with_a_fault_and_one_aside_comes_back() -> None:
    turns = Turns()
    with pytest.raises(ValueError, match="the work"), turns.taken():
        raise ValueError("the work")
    with pytest.raises(ValueError, match="the wait"), turns.taken(), aside():
        raise ValueError("the wait")
    with turns.taken():
        assert turns._taken


def test_a_thread_without_a_turn_waits_as_it_is() -> None:
    with aside():
        pass
