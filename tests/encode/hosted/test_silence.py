"""What a person is told while a service gives nothing, and when."""

import re

from kadr.encode.hosted.options import Options
from kadr.encode.hosted.silence import Silence, out_of_time
from kadr.errors import ServiceBusy, ServiceWrong

OPTIONS = Options(quiet=10, reminder=60)


def told(silence: Silence, seconds: range) -> list[int]:
    """Return the seconds at which something is told, of a job whose last progress was at 0."""
    return [now for now in seconds if silence.line(now, 0.0, 300.0)]


def test_nothing_is_told_of_a_call_that_takes_its_time() -> None:
    assert told(Silence(OPTIONS), range(200)) == []


def test_a_failure_is_told_after_ten_seconds_and_then_each_minute() -> None:
    silence = Silence(OPTIONS)
    silence.failed(ServiceBusy("the host hung up"))
    assert told(silence, range(200)) == [10, 70, 130, 190]


def test_a_failure_after_a_long_silence_is_told_at_once() -> None:
    silence = Silence(OPTIONS)
    assert told(silence, range(120)) == []
    silence.failed(ServiceBusy("gave no whole answer within 120 s"))
    assert told(silence, range(120, 130)) == [120]


def test_an_answer_ends_it_and_the_next_silence_begins_anew() -> None:
    silence = Silence(OPTIONS)
    silence.failed(ServiceBusy("the host hung up"))
    assert told(silence, range(12)) == [10]
    silence.over()
    assert told(silence, range(12, 100)) == []
    silence.failed(ServiceBusy("again"))
    assert silence.line(100, 89, 300)


def test_the_line_names_the_fault_and_the_end() -> None:
    silence = Silence(OPTIONS)
    silence.failed(ServiceBusy("h, model m: hung up; it may answer later"))
    line = silence.line(1_011.0, 1_000.0, 300.0)
    assert re.fullmatch(r"h, model m: hung up; nothing came for 11 s, trying on until \d\d:\d\d:\d\d", line)


def test_the_error_at_the_end_is_of_the_fault_s_kind_and_keeps_the_wait() -> None:
    assert str(out_of_time(ServiceWrong("NaN"), 0, 300)) == "NaN; nothing came for 300 s"
    assert isinstance(out_of_time(ServiceWrong("NaN"), 0, 300), ServiceWrong)
    long = out_of_time(ServiceBusy("429"), 3_600, 300)
    assert isinstance(long, ServiceBusy)
    assert long.wait == 3_600
