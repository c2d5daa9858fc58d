"""Progress: plain lines for logs, bars for terminals, seconds for the report."""

import io
import time

import pytest

from kadr.progress import EVERY_SECONDS, Bars, Lines, Reporter, reporter_for


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


def test_a_terminal_gets_bars_and_a_log_gets_lines() -> None:
    assert type(reporter_for(Terminal())) is Bars
    assert type(reporter_for(io.StringIO())) is Lines


def test_a_finished_step_says_how_many_and_how_long() -> None:
    out = io.StringIO()
    reporter = Lines(out)
    with reporter.step("read", 3) as advance:
        advance(2)
        advance(3)
    with reporter.step("merge"):
        pass
    first, second = out.getvalue().splitlines()
    assert first.startswith("read: 3 in 0.")
    assert first.endswith(" s")
    assert second.startswith("merge: 0.")


def test_seconds_add_up_by_step_in_order() -> None:
    reporter: Reporter = Lines(io.StringIO())
    for name in ("b", "a", "b"):
        with reporter.step(name):
            time.sleep(0.02)
    assert list(reporter.seconds) == ["b", "a"]
    assert reporter.seconds["b"] >= 0.04
    assert 0.02 <= reporter.seconds["a"] < reporter.seconds["b"]


def test_a_long_step_says_now_and_then_where_it_is(monkeypatch: pytest.MonkeyPatch) -> None:
    clock = [100.0]
    monkeypatch.setattr(time, "monotonic", lambda: clock[0])
    out = io.StringIO()
    with Lines(out).step("encode", 500) as advance:
        for done in range(1, 251):
            clock[0] += EVERY_SECONDS / 80
            advance(done)
    assert out.getvalue().splitlines()[:-1] == [
        "encode: 80 of 500, 16/s, 26 s left",
        "encode: 160 of 500, 16/s, 21 s left",
        "encode: 240 of 500, 16/s, 16 s left",
    ]


def test_what_is_learnt_on_the_way_is_told_too(monkeypatch: pytest.MonkeyPatch) -> None:
    clock = [0.0]
    monkeypatch.setattr(time, "monotonic", lambda: clock[0])
    out = io.StringIO()
    with Lines(out).step("read kino") as advance:
        for done, total in ((5, None), (10, 2_000), (20, 20)):
            clock[0] += 10
            advance(done, total, "4 films, refused: a list 1")
    assert out.getvalue().splitlines()[:-1] == [
        "read kino: 5, 0.5/s; 4 films, refused: a list 1",
        "read kino: 10 of 2,000, 0.5/s, 66 min left; 4 films, refused: a list 1",
        "read kino: 20 of 20, 0.7/s; 4 films, refused: a list 1",
    ]


def test_before_the_first_item_the_note_stands_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    clock = [0.0]
    monkeypatch.setattr(time, "monotonic", lambda: clock[0])
    out = io.StringIO()
    with Lines(out).step("read kino") as advance:
        for note in ("listing films of 1964", ""):
            clock[0] += 10
            advance(0, None, note)
    assert out.getvalue().splitlines()[:-1] == ["read kino: listing films of 1964", "read kino: …"]


def test_a_step_that_waits_in_silence_is_seen_to_wait(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("kadr.progress.SILENT_SECONDS", 0.05)
    out = io.StringIO()
    with Lines(out).step("read kino") as advance:
        advance(0, None, "looking for its pages")
        deadline = time.monotonic() + 10
        while "so far" not in out.getvalue() and time.monotonic() < deadline:
            time.sleep(0.01)
    assert out.getvalue().startswith("read kino: looking for its pages, 0 s so far")
    said = out.getvalue()
    time.sleep(0.2)
    assert out.getvalue() == said, "when it is over, it is silent"


def test_what_goes_before_the_first_item_is_not_its_pace(monkeypatch: pytest.MonkeyPatch) -> None:
    clock = [0.0]
    monkeypatch.setattr(time, "monotonic", lambda: clock[0])
    out = io.StringIO()
    with Lines(out).step("read wikipedia") as advance:
        for done in (0, 0, 10, 20):
            clock[0] += 10
            advance(done, 100 if done else None, "" if done else "listing")
    assert out.getvalue().splitlines()[-2] == "read wikipedia: 20 of 100, 1.0/s, 80 s left"


def test_a_step_that_fails_lets_the_error_through() -> None:
    out = io.StringIO()
    with pytest.raises(KeyError), Lines(out).step("read"):
        raise KeyError
    assert out.getvalue() == ""


@pytest.mark.parametrize("total", [None, 3])
def test_bars_are_drawn_on_stderr(
    total: int | None, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("FORCE_COLOR", "1")
    bars = Bars()
    with bars.step("read the files", total) as advance:
        for done in (1, 2, 3):
            advance(done)
            time.sleep(0.01)
    shown = capsys.readouterr()
    assert "read the files" in shown.err
    assert "3/3" in shown.err
    assert "/s" in shown.err
    assert shown.out == ""
    assert bars.seconds["read the files"] >= 0.03
