"""Guards of answers: the reasons that people read, and what counts as a link, price or promise."""

from typing import Any

import pytest

from comm_pipeline.domain.answers_guards import (
    Allowed,
    Refusal,
    links_in,
    numbers_in,
    prices_in,
    promises_in,
    refusals,
    texts_in,
)
from comm_pipeline.domain.answers_rules import AnswerRules

RULES = AnswerRules(max_characters=1_234, never_say=("cheapest", "number  one"))
NOTHING = Allowed.in_texts(())


def found(text: str, allowed: Allowed = NOTHING, **languages: Any) -> list[Refusal]:
    known = {"language": None, "written_in": None} | languages
    return list(refusals(text, RULES, allowed, **known))


@pytest.mark.parametrize(
    ("text", "refused"),
    [
        (" \n", [Refusal("empty", "there is no text")]),
        ("a" * 1_234, []),
        ("a" * 1_235, [Refusal("length", "1,235 characters; up to 1,234 may be")]),
        ("The Cheapest of all", [Refusal("never_say", "it says 'cheapest'")]),
        ("We are number one", [Refusal("never_say", "it says 'number  one'")]),
        ("The cheapestest, anumber one", []),
        (
            "See https://b.example/x and a.example",
            [
                Refusal("link", "the template has no link 'a.example'"),
                Refusal("link", "the template has no link 'b.example/x'"),
            ],
        ),
        (
            "https://b.example/" + "x" * 300,
            [Refusal("link", f"the template has no link '{('b.example/' + 'x' * 300)[:200]}'")],
        ),
        (
            "49 EUR or 10%",
            [
                Refusal("price", "the template names no price or share of 10"),
                Refusal("price", "the template names no price or share of 49"),
            ],
        ),
        (
            "We promise refunds",
            [
                Refusal("promise", "the template does not promise 'refunds'"),
                Refusal("promise", "the template does not promise 'we promise'"),
            ],
        ),
    ],
)
def test_a_refusal_says_what_was_found(text: str, refused: list[Refusal]) -> None:
    assert found(text) == refused


@pytest.mark.parametrize("known", [{"language": "de"}, {"written_in": "en"}, {}])
def test_a_language_that_is_not_known_is_no_reason(known: dict[str, str]) -> None:
    assert found("Some words", **known) == []


def test_a_refusal_says_which_language_it_should_be() -> None:
    assert found("Some words", language="de", written_in="en") == [
        Refusal("language", "it is written in en, and should be in de")
    ]


@pytest.mark.parametrize(
    ("template", "said", "refused"),
    [
        ("https://acme.example/?id={{ recipient.id }}", "acme.example/?id=7", False),
        ("https://acme.example/{{ name }}", "https://www.acme.example/july", False),
        ("https://acme.example/demo", "https://acme.example/demonstrations", True),
        ("https://acme.example", "https://acme.example/demo", True),
    ],
)
def test_only_a_link_that_a_variable_continues_may_go_on(
    template: str, said: str, refused: bool
) -> None:
    assert bool(found(said, Allowed.in_texts([template]))) is refused


@pytest.mark.parametrize(
    ("text", "links"),
    [
        ("See https://www.Acme.example/Change!", {"acme.example/change"}),
        ("(http://acme.example), www.acme.example…", {"acme.example"}),
        ("write to ada@acme.example or mailto:x", {"ada@acme.example", "mailto:x"}),
        ("e.g. this, 3.5 or version 1.2.3", set()),
        ("No link here.", set()),
    ],
)
def test_links_are_found_in_one_form(text: str, links: set[str]) -> None:
    assert links_in(text) == links


@pytest.mark.parametrize(
    ("text", "prices"),
    [
        ("$1,200.50", {"1200.5"}),
        ("1.200,50 EUR", {"1200.5"}),
        ("1'000'000 francs", {"1000000"}),
        ("1.200 euros", {"1200"}),
        ("€0.50", {"0.5"}),
        ("49 € a month", {"49"}),
        ("5k dollars", {"5000"}),
        ("$2m", {"2000000"}),
        ("2 M EUR", {"2000000"}),
        ("100 pour cent, 5 procent", {"100", "5"}),
        ("12 people in 2026", set()),
    ],
)
def test_amounts_are_found_as_plain_numbers(text: str, prices: set[str]) -> None:
    assert prices_in(text) == prices


def test_numbers_among_the_variables_are_allowed_as_prices() -> None:
    assert found("49 EUR, 0.5%", Allowed.in_texts((), (49.0, 0.5))) == []


@pytest.mark.parametrize(
    ("text", "promises"),
    [
        ("It is GUARANTEED, Money Back", {"guaranteed", "money back"}),
        ("Dat beloofden wij", {"beloofden"}),
        ("free for all", set()),
    ],
)
def test_promises_are_found_in_any_case(text: str, promises: set[str]) -> None:
    assert promises_in(text) == promises


def test_texts_and_numbers_are_found_in_nested_data() -> None:
    value = {"a": "one", "b": [2, "3.5", {"c": ("four", 5)}], "d": True, "e": None, "f": " 6 "}
    assert list(texts_in(value)) == ["one", "3.5", "four", " 6 "]
    assert list(numbers_in(value)) == [2.0, 3.5, 5.0, 6.0]


@pytest.mark.parametrize("text", ["It costs 49  EUR", "It costs EUR\n 49", "It costs 49\n\tEUR"])
def test_white_space_hides_no_price(text: str) -> None:
    assert [one.rule for one in found(text)] == ["price"]


def test_white_space_hides_no_promise() -> None:
    assert promises_in("Half  off,\nno\tcharge") == {"half off", "no charge"}
