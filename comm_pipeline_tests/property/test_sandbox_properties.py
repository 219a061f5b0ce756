"""Whatever is thrown at the sandbox: a result or one of our errors, and soon."""

import time
from collections.abc import Callable
from typing import Any

from hypothesis import example, given, settings
from hypothesis import strategies as st

from comm_pipeline.errors import InvalidTemplateError, RenderingError
from comm_pipeline.rendering.sandbox import compile_condition, compile_message

#: The vocabulary of the language and of attacks on it, thrown together at random.
WORDS = """
    {{ }} {% %} {# #} {%- -%} if elif else endif for in endfor set macro call include import
    extends block raw endraw filter is not defined none and or ( ) [ ] { } , : . | ~ + - * ** / //
    % == != < <= > >= = ' " \\ \\N{ 'x' "y" 0 1 -1 0x10 1e9 1e999 1_0 99999999999999999999 a a.b
    recipient.first_name recipient['x'] recipient.tags[0] true false none True upper default('x')
    d length first last join(', ') round(2) replace('a','b') truncate(3) int attr('x') safe
    __class__ _x self loop range(9) ü ﬁ \x00 \ud800 \U0001f600"""
FRAGMENTS = st.sampled_from([*WORDS.split(), " ", "\n", "\r\n", "text "])
SOURCES = st.lists(FRAGMENTS, max_size=40).map("".join) | st.text(max_size=60)
EXPRESSIONS = st.lists(FRAGMENTS, max_size=12).map(" ".join)

SCALARS = st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20)
VALUES = st.recursive(
    SCALARS,
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3)
    ),
    max_leaves=6,
)
CONTEXTS = st.fixed_dictionaries(
    {},
    optional={
        "a": VALUES,
        "recipient": st.fixed_dictionaries(
            {}, optional={"first_name": VALUES, "x": VALUES, "tags": VALUES}
        ),
    },
)

TYPICAL = {"a": {"b": "3"}, "recipient": {"first_name": "Ada", "x": 1, "tags": ["t"]}}


def survives(
    compile_source: Callable[[str], Callable[[Any], object]], source: str, context: Any
) -> None:
    started = time.process_time()
    try:
        compile_source(source)(context)
    except (InvalidTemplateError, RenderingError) as error:
        assert str(error)  # noqa: PT017 - an error or a result, both are right
    assert time.process_time() - started < 1


@settings(deadline=None)
@given(SOURCES, CONTEXTS)
@example("{{ " + "(" * 5000, {})
@example("{{ '\\ud800' }}", {})
def test_any_message(source: str, context: Any) -> None:
    survives(compile_message.__wrapped__, source, context)
    survives(compile_message.__wrapped__, source, TYPICAL)


@settings(deadline=None)
@given(EXPRESSIONS, CONTEXTS)
def test_any_expression(source: str, context: Any) -> None:
    survives(compile_message.__wrapped__, "{{ " + source + " }}", context)
    survives(compile_condition.__wrapped__, source, context)


@given(
    st.sampled_from(["==", "!=", "<", "<=", ">", ">=", "in", "not in"]),
    VALUES,
    VALUES,
)
def test_any_comparison(operator: str, left: Any, right: Any) -> None:
    survives(compile_condition, f"a.b {operator} a.c", {"a": {"b": left, "c": right}})


@given(st.text(max_size=100))
def test_data_comes_out_as_it_went_in(value: str) -> None:
    assert compile_message("{{ a.b }}")({"a": {"b": value}}) == value


@given(st.integers(-(10**15), 10**15), st.integers(-(10**15), 10**15))
def test_numbers_in_text_are_ordered_as_numbers(left: int, right: int) -> None:
    below = compile_condition("a < b")
    assert below({"a": str(left), "b": right}) is (left < right)
    assert below({"a": str(left), "b": str(right)}) is (left < right)
