import json
from time import process_time
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kadr.collect.page.literals import MAX_VALUES, Budget, read_literal
from kadr.collect.page.quoted import read_string


def value_of(text: str) -> Any:
    value, end = read_literal(text, 0, Budget())
    assert (end == 0) == (value is None)
    return value


def written(value: Any, quote: str = '"') -> str:
    """Write a value as JavaScript does it shortest."""
    if isinstance(value, dict):
        return "{" + ",".join(f"{key}:{written(inner, quote)}" for key, inner in value.items()) + "}"
    if isinstance(value, list):
        return "[" + ", ".join(written(inner, quote) for inner in value) + "]"
    if isinstance(value, str) and quote == "'":
        return "'" + json.dumps(value)[1:-1].replace('\\"', '"').replace("'", "\\'") + "'"
    return {True: "!0", False: "!1"}[value] if isinstance(value, bool) else json.dumps(value)


NAMES = st.text("abz_$", min_size=1, max_size=6)
LEAVES = st.booleans() | st.integers(-(10**9), 10**9) | st.floats(allow_nan=False, allow_infinity=False) | st.text()
VALUES = st.recursive(
    LEAVES, lambda inner: st.lists(inner, max_size=4) | st.dictionaries(NAMES, inner, max_size=4), max_leaves=10
)


@given(st.dictionaries(NAMES, VALUES, max_size=3), st.sampled_from("\"'"))
def test_what_is_written_comes_back(value: dict[str, Any], quote: str) -> None:
    assert value_of(written(value, quote) + ";rest") == value


@given(st.lists(LEAVES, min_size=1, max_size=6), st.booleans())
def test_arguments_stand_where_their_names_stood(values: list[Any], inside: bool) -> None:
    names = [f"a{n}" for n in range(len(values))]
    body = ",".join(f"k{name}:[{name},{name}]" for name in names)
    start = f"(function({','.join(names)}){{return {{{body}}}}}"
    called = f"({','.join(map(written, values))})"
    text = start + called + ")" if inside else start + ")" + called
    assert value_of(text) == {f"k{name}": [value, value] for name, value in zip(names, values, strict=True)}


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("{a:1,'b':2,\"c\":3,4:5,}", {"a": 1, "b": 2, "c": 3, "4": 5}),
        ("[1,,2,]", [1, None, 2]),
        ("[.5, 1e3, -2, 0x1f, 10n, +7]", [0.5, 1000.0, -2, 31, 10, 7]),
        ("[undefined, void 0, NaN, -Infinity, 1e999, null]", [None] * 6),
        ("[true,false,!0,!1]", [True, False, True, False]),
        (r"['it\'s', `a\`b`, '\x41\u0042\u{43}', 'a\/b\n', '\ud83d\ude00']", ["it's", "a`b", "ABC", "a/b\n", "😀"]),
        ("{/* one */ a: // two\n 1 /***/ }", {"a": 1}),
        ("[new Date(5), new Set([1,2]), new Map([['a',1]]), Object.freeze({a:1})]", [5, [1, 2], {"a": 1}, {"a": 1}]),
        (
            "[JSON.parse('{\"a\":[1]}'), JSON.parse(decodeURIComponent('%5B1%5D')), JSON.parse(x)]",
            [{"a": [1]}, [1], None],
        ),
        ("{a:unknown, b:some.where, c:call(1,2)}", {"a": None, "b": None, "c": None}),
        ("((a,b)=>({x:a,b}))(1,2)", {"x": 1, "b": 2}),
        ("((a)=>{return [a]})(1)", [1]),
        ("(function(a,b){a.x=b;a['y']=[b];a.z={};a.z.q=a.x;b[2]=9;return {a:a,b:b}}({},[7]))", "set"),
        ("(function(){var a=[1];return {a:a}}())", {"a": [1]}),
        ("(function(a,b){return [a,b]}(1))", [1, None]),
    ],
)
def test_forms(text: str, value: Any) -> None:
    if value == "set":
        value = {"a": {"x": (b := [7, None, 9]), "y": [b], "z": {"q": None}}, "b": b}
    assert value_of(text) == value


def test_an_argument_that_holds_itself_ends() -> None:
    value = value_of("(function(a){a.me=a;return {a:a}}({n:1}))")
    assert value["a"]["me"] is value["a"]


@pytest.mark.parametrize(
    "code",
    [
        "{a:function(){}}",
        "{a(){}}",
        "{a:()=>1}",
        "{a:1+1}",
        "{a:`${x}`}",
        "{a:b?1:2}",
        "{...a}",
        "[1",
        "{a:'b}",
        "{a:1",
        "(function(a){alert(a);return {}}(1))",
        "(function(a){b.c=1;return {}}(1))",
        "(function(a){return {a:a}})",
        "(function(a){return {a:function(){}}}(1))",
        "JSON.parse('[')",
        "",
    ],
)
def test_code_is_not_read(code: str) -> None:
    assert read_literal(code, 0, Budget())[0] is None


@pytest.mark.parametrize(
    "text",
    [
        "[" * 100_000,
        "[" + "1," * 1_000_000,
        "{a:" * 100_000,
        "(" * 100_000,
        "!" * 100_000,
        "[" + "/*" * 500_000,
        "['" + "\\" * 500_001,
        "(function(" + "a," * 500_000,
        "(function(a){" + "a.b=1;" * 200_000,
        "(function(a){a[9999999999]=1;return [a]}([]))" + "x" * 1_000_000,
    ],
)
def test_hostile_scripts_end_soon(text: str) -> None:
    start = process_time()
    read_literal(text, 0, Budget())
    assert process_time() - start < 5  # seconds of this process; quadratic time takes minutes


def test_a_budget_is_spent_once() -> None:
    budget = Budget()
    text = "[" + "1," * (MAX_VALUES // 2) + "]"
    assert read_literal(text, 0, budget)[0] is not None
    assert read_literal(text, 0, budget)[0] is None
    assert read_literal("[1]", 0, budget) == (None, 0)


@given(st.text("[]{}(),:'\"`\\a1!.=/*; \n", max_size=60))
def test_any_text_is_read_without_a_fault(text: str) -> None:
    value, end = read_literal(text, 0, Budget())
    assert 0 <= end <= len(text) or value is None
    assert read_string(text, 0)[1] <= len(text)
