"""The line of queries, the memory of vectors, and the form in which a query is sent."""

import unicodedata

from hypothesis import given
from hypothesis import strategies as st

from kadr.encode.hosted.waiting import MOST_CHARS, Line, Recent, Waiting, as_sent

texts = st.text(st.characters() | st.sampled_from(" \t\n\u3000\u0301\u0306\ud800"), max_size=40)


@given(texts)
def test_a_query_is_sent_in_one_form_whatever_its_spaces_and_composition(text: str) -> None:
    sent = as_sent(text)
    assert as_sent(sent) == sent
    assert sent.encode().decode() == sent, "it can be sent"
    assert sent == as_sent(f"\n {unicodedata.normalize('NFD', text)}\t ")
    assert sent.split() == sent.split(" ") if sent else not text.strip()


def test_an_endless_query_is_cut() -> None:
    assert as_sent("a" * 10**6) == "a" * MOST_CHARS


@given(st.integers(1, 4), st.lists(st.tuples(st.booleans(), st.sampled_from("abcdef")), max_size=40))
def test_the_memory_keeps_what_was_used_last(most: int, uses: list[tuple[bool, str]]) -> None:
    memory: Recent[str] = Recent(most)
    order: list[str] = []  # the one used last stands last
    for reading, text in uses:
        if reading:
            assert memory.get(text) == (text.upper() if text in order else None)
        else:
            memory.put(text, text.upper())
        if text in order or not reading:
            order = [*(other for other in order if other != text), text][-most:]
    assert len(memory) == len(order)
    assert [memory.get(text) for text in order] == [text.upper() for text in order]
    memory.clear()
    assert len(memory) == 0


waiters = st.builds(
    Waiting, st.just("q"), st.floats(0, 10), st.just(1.0), watched=st.integers(0, 2), alone=st.booleans()
)


@given(st.lists(waiters, max_size=30), st.lists(waiters, max_size=5), st.integers(1, 5), st.floats(0, 10))
def test_all_who_join_are_taken_once_and_in_their_turn(
    joined: list[Waiting], back: list[Waiting], most: int, before: float
) -> None:
    line = Line()
    for each in joined:
        line.join(each)
    line.rejoin(back)
    dropped = line.drop(before)
    assert dropped == [each for each in back + joined if each.asked < before]
    taken: list[Waiting] = []
    while len(line):
        batch = line.take(most)
        assert len(batch) == 1 if batch[0].alone else len(batch) <= most
        assert not any(each.alone for each in batch[1:])
        taken.extend(batch)
    kept = [each for each in back + joined if each.asked >= before]
    assert sorted(map(id, taken)) == sorted(map(id, kept))
    for alone in (False, True):
        mine = [each for each in taken if each.alone is alone]
        turn = sorted((each for each in kept if each.alone is alone), key=lambda each: not each.watched)
        assert mine == turn, "those who are watched first, else as they came"
    assert line.take(most) == ()


def test_the_line_can_be_sent_away() -> None:
    line = Line()
    line.join(Waiting("q", 0.0, 1.0))
    line.clear()
    assert len(line) == 0
