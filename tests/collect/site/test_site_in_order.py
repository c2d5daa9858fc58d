import threading
import time
from collections.abc import Iterator

import pytest

from kadr.collect.site.in_order import AHEAD, in_order


def test_results_keep_the_order_and_threads_work_at_once() -> None:
    together = threading.Barrier(4)

    def work(number: int) -> int:
        together.wait(10)  # breaks unless four are at it
        time.sleep(0.002 * (number % 5))
        return number * number

    assert list(in_order(work, range(40), 4)) == [n * n for n in range(40)]
    assert list(in_order(work, [], 4)) == []


def test_few_items_are_taken_ahead() -> None:
    taken: list[int] = []

    def items() -> Iterator[int]:
        for number in range(1_000):
            taken.append(number)
            yield number

    results = in_order(lambda number: number, items(), 2)
    for _ in range(10):
        next(results)
    assert len(taken) == 10 + 2 * AHEAD - 1
    results.close()


def test_a_fault_is_raised_in_its_place_and_ends_it() -> None:
    done = []

    def work(number: int) -> int:
        if number == 5:
            raise ValueError(number)
        done.append(number)
        return number

    results = in_order(work, range(10_000), 2)
    assert [next(results) for _ in range(5)] == list(range(5))
    with pytest.raises(ValueError, match="5"):
        next(results)
    assert list(results) == []
    time.sleep(0.05)
    assert len(done) <= 5 + 2 * AHEAD


def test_closing_waits_for_nobody_and_begins_nothing_more() -> None:
    begun: list[int] = []
    gate = threading.Event()

    def work(number: int) -> int:
        begun.append(number)
        assert number == 0 or gate.wait(10)
        return number

    results = in_order(work, range(100), 2)
    assert next(results) == 0
    before = time.monotonic()
    results.close()
    assert time.monotonic() - before < 1
    gate.set()
    time.sleep(0.05)
    assert len(begun) <= 3
