import time
from datetime import date

import pytest

from comm_pipeline.errors import InvalidTemplateError, RenderingError, UnsafeTemplateError
from comm_pipeline.rendering import limits
from comm_pipeline.rendering.sandbox import compile_condition, compile_message, variables_of

CONTEXT = {
    "recipient": {
        "first_name": "Ada",
        "last_name": "o'neil",
        "nickname": None,
        "items": "three crates",
        "seats": 4.0,
        "share": 0.25,
        "tags": ["vip", "eu"],
        "birthday": date(1815, 12, 10),
        "injection": "{{ 7 * 7 }}",
        "markup": "<b>&</b>",
        "address": {"city": "London"},
    },
    "response": {"rating": "3", "interested": "false", "words": "not now, thanks"},
}


def render(source: str, *, is_html: bool = False) -> str:
    return compile_message(source, is_html=is_html)(CONTEXT)


def decide(source: str) -> bool:
    return compile_condition(source)(CONTEXT)


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("Hello {{ recipient.first_name }}!", "Hello Ada!"),
        ("{{recipient.first_name}}", "Ada"),
        ("{{ recipient['first_name'] }}", "Ada"),
        ("{{ recipient.address.city }}", "London"),
        ("{{ recipient.tags[1] }}", "eu"),
        ("{{ recipient.items }}", "three crates"),
        ("{{ recipient.seats }}", "4"),
        ("{{ recipient.share }}", "0.25"),
        ("{{ recipient.injection }}", "{{ 7 * 7 }}"),
        ("{{ recipient.nope | default('there') }}", "there"),
        ("{{ recipient.nickname | default('there') }}", "there"),
        ("{{ company.product_name | default('x') }}", "x"),
        ("{{ company.a.b.c | d('x') | upper }}", "X"),
        ("{{ '' | default('empty', true) }}", "empty"),
        ("{{ recipient.nope | default(recipient.first_name) }}", "Ada"),
        ("{{ recipient.nickname or recipient.first_name }}", "Ada"),
        ("{{ recipient.tags | join(', ') }}", "vip, eu"),
        ("{{ recipient.tags | length }} {{ recipient.tags | first }}", "2 vip"),
        ("{{ recipient.tags | last | upper }}", "EU"),
        ("{{ recipient.last_name | title }}", "O'neil"),
        ("{{ recipient.first_name | lower | capitalize }}", "Ada"),
        ("{{ ' x ' | trim }}", "x"),
        ("{{ '2.567' | round(2) }}", "2.57"),
        ("{{ '7' | int }} {{ '7' | float }} {{ 7.9 | int }}", "7 7 7"),
        ("{{ 'a-b' | replace('-', '+') }}", "a+b"),
        ("{{ 'one two three' | truncate(9) }}", "one two…"),
        ("{{ 'yes' if response.rating < 4 else 'no' }}", "yes"),
        ("{% if response.rating >= 4 %}high{% elif true %}low{% else %}?{% endif %}", "low"),
        ("{% if response.interested %}yes{% else %}no{% endif %}", "no"),
        ("{% if recipient.nope is defined %}a{% else %}b{% endif %}", "b"),
        ("{% if recipient.nickname is none %}a{% endif %}", "a"),
        ("{% if recipient.seats is number and recipient.first_name is string %}a{% endif %}", "a"),
        ("{% raw %}{{ x }}{% endraw %}{# a comment #}", "{{ x }}"),
        ("{{ -1 }}", "-1"),
        ("a\n{% if true %}\nb\n{% endif %}\nc", "a\nb\nc"),
    ],
)
def test_what_a_template_may_do(source: str, expected: str) -> None:
    assert render(source) == expected


@pytest.mark.parametrize(
    "source",
    [
        "{{ ''.__class__ }}",
        "{{ ''.__class__.__mro__[1].__subclasses__() }}",
        "{{ recipient.__class__ }}",
        "{{ recipient['__class__'] }}",
        "{{ recipient._secret }}",
        "{{ recipient | attr('__class__') }}",
        "{{ recipient['__cla' 'ss__'] }}",
        "{{ recipient[response.words] }}",
        "{{ (recipient | default('x')).upper }}",
        "{{ [].append }}",
        "{{ self }}",
        "{{ self._TemplateReference__context }}",
        "{{ cycler('a') }}",
        "{{ lipsum(1000000) }}",
        "{{ joiner() }}",
        "{{ namespace(a=1) }}",
        "{{ namespace }}",
        "{{ range(10**9) }}",
        "{{ dict(a=1) }}",
        "{{ recipient.items() }}",
        "{{ recipient.first_name.upper() }}",
        "{{ '{0.__class__}'.format(1) }}",
        "{{ '%10000000000s' | format(1) }}",
        "{{ '%1000000000s' % 1 }}",
        "{{ 'x' * 10**9 }}",
        "{{ 10**9 }}",
        "{{ 9**9**9 }}",
        "{{ 7 * 7 }}",
        "{{ 1 + 1 }}",
        "{{ 'a' ~ 'b' }}",
        "{{ 10 // 3 }}",
        "{{ -recipient.seats }}",
        "{{ (1, 2) }}",
        "{{ {'a': 1} }}",
        "{{ recipient.tags[0:1] }}",
        "{{ 'x' | center(1000000000) }}",
        "{{ 'x' | wordwrap(1) }}",
        "{{ 'x' | safe }}",
        "{{ recipient.tags | map('upper') }}",
        "{{ recipient | tojson }}",
        "{{ 1e999 }}",
        "{{ 1" + "0" * 30 + " }}",
        "{{ 'a' if recipient }}",
        "{{ 'x' | upper('y') }}",
        "{{ 'x' | default(*recipient.tags) }}",
        "{{ 'x' | default(**recipient) }}",
        "{{ '\\ud800' }}",
        "{{ " + "'x'" * 1 + " | replace('x', '" + "y" * 3000 + "') }}",
        "{{ \ufb01rst }}",
        "{% for x in recipient.tags %}{{ x }}{% endfor %}",
        "{% set x = 1 %}",
        "{% set x %}a{% endset %}",
        "{% macro m() %}a{% endmacro %}",
        "{% call m() %}a{% endcall %}",
        "{% include '/etc/passwd' %}",
        "{% import 'os' as os %}",
        "{% from 'os' import path %}",
        "{% extends 'base' %}",
        "{% block a %}b{% endblock %}",
        "{% filter upper %}a{% endfilter %}",
        "{% with a = 1 %}b{% endwith %}",
        "{% autoescape false %}b{% endautoescape %}",
        "{% if recipient is mapping %}a{% endif %}",
        "{% if 1 < 2 < 3 < 4 %}a{% endif %}",
    ],
)
def test_what_a_template_may_not_do(source: str) -> None:
    with pytest.raises(UnsafeTemplateError, match=r"^line 1: .+ is not allowed\. A template may"):
        compile_message(source)


@pytest.mark.parametrize(
    "source",
    [
        "{{",
        "{{ }}",
        "{{ a",
        "{% if %}{% endif %}",
        "{% if a %}",
        "{% endif %}",
        "{% nonsense %}",
        "{{ a b }}",
        "{# open",
        "\ud800",
        "{% do x %}",
        "{% break %}",
        "{{ '\\x' }}",
    ],
)
def test_what_does_not_parse_says_where(source: str) -> None:
    with pytest.raises(InvalidTemplateError, match=r"^line 1: |surrogate") as caught:
        compile_message(source)
    assert not isinstance(caught.value, UnsafeTemplateError)


def test_the_line_of_a_mistake_is_named() -> None:
    with pytest.raises(UnsafeTemplateError, match="line 3: the filter attr"):
        compile_message("a\nb\n{{ x | attr('y') }}")


@pytest.mark.parametrize(
    "source",
    [
        "{{" * 10_000,
        "{{ " + "(" * 19_000,
        "{{ " + "[" * 19_000 + "]" * 900,
        "{{ " + "not " * 4_000 + "a }}",
        "{{ " + "-" * 15_000 + "1 }}",
        "{{ " + "9" * 19_000 + " }}",
        "{{ " + "a and " * 3_000 + "a }}",
        "{{ " + "a." * 900 + "a }}",
        "{{ a" + " | upper" * 2_000 + " }}",
        "{{ " + "1 if a else " * 1_500 + "2 }}",
        "{{ " + "2**" * 5_000 + "2 }}",
        "{% if a %}" * 1_900,
        "{% if a %}" * 150 + "{% endif %}" * 150,
        "{% if a %}" + "{% elif a %}" * 1_000 + "{% endif %}",
        "{{a}}" * 4_000,
        "{#" * 10_000,
        "{% raw %}" * 2_000,
        "{% " * 6_000,
        "{{ '" + "\\" * 19_000,
        "{{ " + "'a' " * 4_500 + "}}",
        "x" * (limits.MAX_SOURCE_CHARACTERS + 1),
    ],
)
def test_a_hostile_source_is_refused_quickly(source: str) -> None:
    started = time.thread_time()
    with pytest.raises(InvalidTemplateError):
        compile_message(source)
    # The promise is 50 ms of work; the rest is for a slow machine.
    assert time.thread_time() - started < 0.25


@pytest.mark.parametrize(
    ("source", "context"),
    [
        ("{{ a }}" * 300, {"a": "x" * limits.MAX_VALUE_CHARACTERS}),
        ("{{ a }}", {"a": "x" * (limits.MAX_VALUE_CHARACTERS + 1)}),
        ("{{ 'aaaaaaaaaa'" + " | replace('a', 'aaaaaaaaaa')" * 9 + " }}", {}),
        ("{{ a | join(b) }}", {"a": ["x"] * 999, "b": "y" * 15_000}),
        ("{{ a | join }}", {"a": ["x"] * 100_000}),
        ("{{ 1 | round(1000000000) }}", {}),
        ("{{ 1 | round(-1000000000) }}", {}),
        ("{{ a | int }}", {"a": "9" * 5_000}),
        ("{{ a }}", {"a": 10**5_000}),
        ("{{ a | float }}", {"a": 10**5_000}),
        ("{{ a | int }}", {"a": float("inf")}),
        ("{{ a | int }}", {"a": float("nan")}),
    ],
)
def test_a_hostile_value_is_refused_quickly(source: str, context: dict[str, object]) -> None:
    template = compile_message(source)
    started = time.thread_time()
    with pytest.raises(RenderingError):
        template(context)
    assert time.thread_time() - started < 0.25


@pytest.mark.parametrize(
    ("source", "message"),
    [
        ("{{ recipient.nope }}", "recipient.nope is missing"),
        ("{{ recipient.address.street }}", "recipient.address.street is missing"),
        ("{{ company.product_name }}", "company.product_name is missing"),
        ("{{ recipient.nickname }}", "recipient.nickname is null"),
        ("{{ recipient.nope | upper }}", "recipient.nope is missing"),
        ("{{ recipient.first_name.upper }}", "recipient.first_name.upper is missing"),
        ("{{ recipient.nope | default(company.x) }}", "company.x is missing"),
        ("{% if recipient.nope %}{% endif %}", "recipient.nope is missing"),
        ("{{ recipient.tags[2] }}", "recipient.tags.2 is missing"),
        ("{{ recipient }}", "a group of fields cannot be written"),
        ("{{ recipient.tags }}", "a list cannot be written"),
        ("{{ recipient.birthday }}", "recipient.birthday is of the type date"),
        ("{{ recipient.first_name | int }}", "'Ada' is not a number"),
        ("{{ 'x' | replace('', 'y') }}", "replace"),
        ("{{ recipient.seats | first }}", "first needs a list"),
        ("{{ '' | first }}", "first item of an empty"),
    ],
)
def test_what_the_data_lacks_is_named(source: str, message: str) -> None:
    with pytest.raises(RenderingError, match=message):
        render(source)


def test_the_fix_is_named_with_the_missing_variable() -> None:
    with pytest.raises(RenderingError, match=r"write \{\{ recipient.nope \| default\('\.\.\.'\)"):
        render("{{ recipient.nope }}")


def test_html_escapes_the_data_and_not_the_template() -> None:
    assert render("<i>{{ recipient.markup }}</i>", is_html=True) == (
        "<i>&lt;b&gt;&amp;&lt;/b&gt;</i>"
    )
    assert render("{{ recipient.markup | upper }}", is_html=True) == "&lt;B&gt;&amp;&lt;/B&gt;"
    assert render("{{ recipient.markup }}") == "<b>&</b>"


def test_text_that_calls_itself_safe_is_escaped_all_the_same() -> None:
    class Safe(str):
        def __html__(self) -> str:
            return self

    assert compile_message("{{ a }}", is_html=True)({"a": Safe("<b>")}) == "&lt;b&gt;"


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("response.rating < 4", True),
        ("response.rating >= 4", False),
        ("response.rating == 3", True),
        ("response.rating != 3.0", False),
        ("1 <= response.rating <= 3", True),
        ("'10' > '9'", True),
        ("'b' > 'a'", True),
        ("response.interested", False),
        ("not response.interested", True),
        ("response.interested == false", True),
        ("response.interested == 'false'", True),
        ("response.rating in [1, 2, 3]", True),
        ("response.rating not in [1, 2]", True),
        ("'not now' in response.words", True),
        ("'vip' in recipient.tags", True),
        ("'city' in recipient.address", True),
        ("recipient.nickname == none", True),
        ("recipient.nickname is none", True),
        ("recipient.nickname", False),
        ("recipient.first_name == 3", False),
        ("recipient.nope is defined and recipient.nope > 3", False),
        ("recipient.nope | default(5) > 3", True),
        ("response.rating < 4 and (response.interested or recipient.seats > 3)", True),
        ("response.words | lower == 'x' or true", True),
    ],
)
def test_conditions(source: str, expected: bool) -> None:
    assert decide(source) is expected


@pytest.mark.parametrize(
    ("source", "message"),
    [
        ("response.nope < 4", "response.nope is missing"),
        ("nope.rating == 4", "nope.rating is missing"),
        ("recipient.nickname < 4", "cannot compare null with a number by <"),
        ("recipient.first_name < 4", "the text 'Ada' with a number"),
        ("recipient.tags >= 4", "a list with a number"),
        ("true > false", "a yes/no value"),
        ("3 in 4", "cannot look for a number in a number"),
        ("3 in 'abc'", "cannot look for a number in a text"),
    ],
)
def test_a_condition_that_cannot_be_decided_says_why(source: str, message: str) -> None:
    with pytest.raises(RenderingError, match=message):
        decide(source)


@pytest.mark.parametrize("source", ["", "  ", "a }} {{ b", "{{ a }}", "a b", "a <", "a" * 20_001])
def test_a_condition_that_does_not_parse(source: str) -> None:
    with pytest.raises(InvalidTemplateError):
        compile_condition(source)


@pytest.mark.parametrize("source", ["range(3)", "''.__class__", "a * 2 > 3", "a = 3"])
def test_a_condition_outside_the_allowlist(source: str) -> None:
    with pytest.raises(InvalidTemplateError):
        compile_condition(source)


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("plain", set()),
        ("{{ a.b }} {{ c }}", {"a.b", "c"}),
        ("{{ a['b'] | upper }}", {"a.b"}),
        ("{{ a.b | default('x') }}", set()),
        ("{{ a.b | default(c.d) | upper }}", {"c.d"}),
        ("{{ a.b | upper | default('x') }}", {"a.b"}),
        ("{% if a.b is defined %}{{ a.b }}{{ a.c }}{% endif %}", {"a.c"}),
        ("{{ a.b }}{% if a['b'] is defined %}{{ a.b }}{% endif %}", {"a.b"}),
        ("{% if (a.b) is not defined %}x{% else %}{{ a.b }}{% endif %}", set()),
        ("{% if c %}{% elif a.b is defined %}{{ a.b }}{% else %}{{ a.b }}{% endif %}", {"c"}),
        ("{% if a is defined and a > 3 or b is undefined %}{{ b }}{% endif %}", set()),
        ("{% if a > 3 and a is defined %}{% endif %}", {"a"}),
        ("{{ a if a is defined else b }}", {"b"}),
        ("{% if (a | upper) is defined %}{% endif %}", {"a"}),
        ("{% if a.b < 4 %}{{ c }}{% elif d in [e] %}{% endif %}", {"a.b", "c", "d", "e"}),
    ],
)
def test_variables_that_a_template_needs(source: str, expected: set[str]) -> None:
    assert variables_of(source) == expected


def test_variables_that_a_template_asks_for() -> None:
    source = "{% if a['b'] is defined and (c) is undefined %}{{ d | default('') }}{% endif %}"
    assert compile_message(source).asked_for == {"a.b", "c"}
    assert compile_condition("not e is defined").asked_for == {"e"}


def test_each_source_is_compiled_once() -> None:
    assert compile_message("Hi {{ a }}") is compile_message("Hi {{ a }}")
    assert compile_message("Hi {{ a }}") is not compile_message("Hi {{ a }}", is_html=True)
    assert compile_condition("a < 1").variables == {"a"}
