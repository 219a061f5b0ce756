"""Which text is chosen, and what it says: no services and no storage are needed for that."""

from typing import Any

import pytest

from comm_pipeline.domain.messages import RenderedText
from comm_pipeline.domain.template_shapes import parse_template
from comm_pipeline.errors import RenderingError
from comm_pipeline.services.composer import chosen_variant, compose
from comm_pipeline_tests.builders import a_conversation, a_send

SMS = {"sms": {"template": "by sms"}}
VARIANT = {"name": "a", "template": "of the variant"}
BELOW = {"condition": "response.rating < 4", "template": "if below"}
FOLLOW_UP = {"template": "follow-up"}


def said(
    message: dict[str, Any],
    follow_up: int = 0,
    channel: str = "email",
    template: dict[str, Any] | None = None,
    **context: Any,
) -> RenderedText:
    document = {"stages": {"awareness": {"title": "Hello {}", "messages": [message]}}}
    return compose(
        a_conversation(context={"response": {"rating": 5}} | context),
        parse_template(document | (template or {})),
        a_send(follow_up=follow_up),
        {"company": {"name": "Acme"}},
        channel,
    )


def a_message(**parts: Any) -> dict[str, Any]:
    return {"template": "itself"} | parts


FULL = a_message(
    conditional_templates=[BELOW],
    variants=[VARIANT | {"follow_up_templates": [{"template": "variant's follow-up"}]}],
    follow_up_templates=[FOLLOW_UP],
)


@pytest.mark.parametrize(
    ("message", "follow_up", "rating", "text"),
    [
        (a_message(), 0, 5, "itself"),
        (a_message(), 2, 5, "itself"),
        (a_message(variants=[VARIANT]), 0, 5, "of the variant"),
        ({"variants": [VARIANT]}, 0, 5, "of the variant"),
        (a_message(variants=[{"name": "a"}]), 0, 5, "itself"),
        (FULL, 0, 5, "of the variant"),
        (FULL, 0, 3, "if below"),
        (FULL, 1, 3, "variant's follow-up"),
        (FULL, 3, 5, "variant's follow-up"),
        (FULL | {"variants": [VARIANT]}, 1, 3, "follow-up"),
        (FULL | {"variants": [VARIANT], "follow_up_templates": []}, 1, 3, "if below"),
        (FULL | {"variants": [VARIANT], "follow_up_templates": []}, 1, 5, "of the variant"),
        (a_message(follow_up_templates=[FOLLOW_UP, {"template": "second"}]), 1, 5, "follow-up"),
        (a_message(follow_up_templates=[FOLLOW_UP, {"template": "second"}]), 9, 5, "second"),
    ],
)
def test_the_most_special_text_is_chosen(
    message: dict[str, Any], follow_up: int, rating: int, text: str
) -> None:
    assert said(message, follow_up, response={"rating": rating}).text == text


@pytest.mark.parametrize(
    ("message", "follow_up", "text"),
    [
        (a_message(channels=SMS), 0, "by sms"),
        (a_message(channels={"whatsapp": {"template": "other"}}), 0, "itself"),
        (a_message(channels=SMS, variants=[{"name": "a"}]), 0, "by sms"),
        (a_message(channels=SMS, variants=[VARIANT]), 0, "of the variant"),
        (a_message(variants=[VARIANT | {"channels": SMS}]), 0, "by sms"),
        (a_message(channels=SMS, follow_up_templates=[FOLLOW_UP]), 1, "follow-up"),
        (a_message(follow_up_templates=[FOLLOW_UP | {"channels": SMS}]), 1, "by sms"),
        (
            a_message(conditional_templates=[{**BELOW, "condition": "true", "channels": SMS}]),
            0,
            "by sms",
        ),
    ],
)
def test_what_was_chosen_says_it_in_the_words_for_the_channel(
    message: dict[str, Any], follow_up: int, text: str
) -> None:
    assert said(message, follow_up, "sms").text == text


@pytest.mark.parametrize(
    ("message", "follow_up", "subject"),
    [
        (a_message(), 0, "Hello ()"),
        (a_message(subject="S"), 0, "S"),
        (a_message(subject="S"), 1, "Re: S"),
        (a_message(subject="S", follow_up_templates=[FOLLOW_UP]), 1, "Re: S"),
        (a_message(follow_up_templates=[FOLLOW_UP | {"subject": "F"}]), 1, "F"),
        (a_message(subject="S", variants=[{"name": "a", "subject": "V"}]), 0, "V"),
        (a_message(subject="S", variants=[{"name": "a", "subject": "V"}]), 1, "Re: V"),
        (a_message(subject="S", variants=[VARIANT]), 0, "S"),
        (a_message(subject="S", conditional_templates=[{**BELOW, "condition": "true"}]), 0, "S"),
        (
            a_message(variants=[{"name": "a", "subject": "V"}], follow_up_templates=[FOLLOW_UP]),
            1,
            "Re: V",
        ),
    ],
)
def test_a_follow_up_answers_the_subject_before_it(
    message: dict[str, Any], follow_up: int, subject: str
) -> None:
    assert said(message, follow_up).subject == subject


def test_the_subject_of_the_template_and_of_the_channel() -> None:
    words = {"sms": {"template": "by sms", "subject": "C"}}
    assert said(a_message(), template={"subject": "{{ company.name }}"}).subject == "Acme"
    assert said(a_message(subject="S", channels=words), channel="sms").subject == "C"
    assert said(a_message(subject="S", channels=words), 1, "sms").subject == "Re: C"
    assert said(a_message(subject="S", channels=words)).subject == "S"


def test_html_goes_with_the_text_that_it_belongs_to() -> None:
    html = {"html": "<p>itself</p>"}
    assert said(a_message(**html)).html == "<p>itself</p>"
    assert said(a_message(**html, variants=[{"name": "a"}])).html == "<p>itself</p>"
    assert said(a_message(**html, variants=[VARIANT])).html is None
    assert said(a_message(**html, channels=SMS), channel="sms").html is None
    assert said(a_message(variants=[VARIANT | {"html": "<b>v</b>"}])).html == "<b>v</b>"


def test_the_chosen_variant_is_named() -> None:
    template = parse_template({"stages": {"awareness": {"messages": [{"variants": [VARIANT]}]}}})
    chosen = chosen_variant(a_conversation(), template, a_send())
    assert chosen is not None
    assert chosen.name == "a"
    assert compose(a_conversation(), template, a_send(), {}).variant == "a"


def test_fallbacks_stand_in_for_blank_data_in_texts_and_conditions() -> None:
    message = {
        "template": "Hi {{ recipient.first_name }} of {{ company.city }}",
        "conditional_templates": [{"condition": "response.rating > 8", "template": "Great"}],
    }
    fallbacks = {"recipient.first_name": "there", "company": {"city": "town"}}
    template = {"fallbacks": fallbacks | {"response.rating": 9}}
    assert said(message, template=template, response={"rating": 1}).text == "Hi there of town"
    assert said(message, template=template, response={}).text == "Great"
    person = {"first_name": " "}
    assert "there" in said(message, template=template, recipient=person).text
    person = {"first_name": "Ada"}
    assert "Hi Ada of town" in said(message, template=template, recipient=person).text


def test_a_fallback_is_data_and_no_template() -> None:
    template = {"fallbacks": {"recipient.name": "{{ company.name }}"}}
    assert said({"template": "Hi {{ recipient.name }}"}, template=template).text == (
        "Hi {{ company.name }}"
    )


def test_what_has_no_fallback_is_named() -> None:
    with pytest.raises(RenderingError, match=r"recipient\.name is missing"):
        said({"template": "Hi {{ recipient.name }}"}, template={"fallbacks": {"recipient.x": 1}})
