import json
from time import process_time
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kadr.collect.page.streamed import inflated, is_flat, of_flight, of_turbo

KEYS = st.text(max_size=5)
VALUES = st.recursive(
    st.booleans() | st.integers(-9, 9) | st.text(max_size=8).filter(lambda text: "$" not in text),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(KEYS, inner, max_size=4),
    max_leaves=12,
)


def laid_out(value: Any, flat: list[Any], *, keyed: bool) -> int:
    """Lay a value out flat as `devalue` does, or with keys apart as `turbo-stream` does; return its place."""
    place = len(flat)
    flat.append(None)
    if isinstance(value, dict):
        pairs = [
            (laid_out(k, flat, keyed=keyed) if keyed else k, laid_out(v, flat, keyed=keyed)) for k, v in value.items()
        ]
        flat[place] = {f"_{key}" if keyed else key: inner for key, inner in pairs}
    elif isinstance(value, list):
        flat[place] = [laid_out(inner, flat, keyed=keyed) for inner in value]
    else:
        flat[place] = value
    return place


@given(VALUES)
def test_a_flat_state_comes_back(value: Any) -> None:
    flat: list[Any] = []
    laid_out({"state": value, "more": "x", "yet": "y"}, flat, keyed=False)
    assert is_flat(flat)
    assert inflated(flat) == {"state": value, "more": "x", "yet": "y"}


@given(VALUES, st.integers(1, 7))
def test_a_turbo_stream_comes_back(value: Any, size: int) -> None:
    flat: list[Any] = []
    laid_out({"state": value, "more": "x", "yet": "y"}, flat, keyed=True)
    sent = json.dumps(flat) + "\n"
    assert of_turbo([sent[at : at + size] for at in range(0, len(sent), size)]) == {
        "state": value,
        "more": "x",
        "yet": "y",
    }


@given(VALUES)
def test_what_a_stream_promised_is_put_in_its_place(late: Any) -> None:
    flat: list[Any] = [{"_1": 2, "_3": -5}, "film", ["P", 7], "none"]
    first = json.dumps(flat)
    start = len(flat)
    laid_out(late, flat, keyed=True)
    assert of_turbo([first + "\n", f"P7:{json.dumps(flat[start:])}\n"]) == {"film": late, "none": None}


@given(VALUES, VALUES, st.integers(1, 9))
def test_a_flight_comes_back(one: Any, other: Any, size: int) -> None:
    text = "Строка\nи ещё: 5:{"
    length = f"{len(text.encode()):x}"
    sent = f'1:I["x"]\n2:{json.dumps(one)}\n:HL["a"]\na:T{length},{text}3:{json.dumps({"in": other})}\n'
    sent += '0:["$","p",null,{"one":"$2","text":"$a","deep":"$3:in","lazy":"$L2","none":"$undefined","cost":"$$5"}]\n'
    rows = of_flight([sent[at : at + size] for at in range(0, len(sent), size)])
    assert rows["0"][3] == {"one": one, "text": text, "deep": other, "lazy": one, "none": None, "cost": "$5"}
    assert rows["a"] == text


def test_a_part_of_a_component_is_found() -> None:
    sent = (
        '5:["$","main",null,{"film":{"cast":["a","b"]}}]\n0:{"second":"$5:props:film:cast:1","no":"$5:props:x:9:y"}\n'
    )
    assert of_flight([sent])["0"] == {"second": "b", "no": None}


def test_rows_that_hold_each_other_are_shared() -> None:
    rows = of_flight(['1:{"next":"$2"}\n2:{"next":"$1"}\n'])
    assert rows["1"]["next"]["next"] is rows["1"]


@pytest.mark.parametrize("pieces", [[], [""], ["{}"], ["[1,2]"], ["["], ["[" * 100_000], ["[[0,1,2],3,4,5]x"]])
def test_what_is_no_turbo_stream_is_none(pieces: list[str]) -> None:
    assert of_turbo(pieces) is None


@pytest.mark.parametrize(
    "sent",
    [
        "1:" * 200_000,
        "1:Tffffffff,x",
        "1:" + "[" * 500_000,
        "".join(f'{n:x}:["${n + 1:x}","${n + 1:x}"]\n' for n in range(20_000)),
        '1:"' + "$1:a" * 100_000 + '"\n',
    ],
)
def test_hostile_streams_end_soon(sent: str) -> None:
    start = process_time()
    of_flight([sent])
    of_turbo([sent])
    assert process_time() - start < 5  # seconds of this process


@given(st.text('0123456789abT:,[]{}"$\n_P', max_size=60))
def test_any_stream_is_read_without_a_fault(sent: str) -> None:
    assert isinstance(of_flight([sent]), dict)
    of_turbo([sent])
