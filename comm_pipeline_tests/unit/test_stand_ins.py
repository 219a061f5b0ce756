"""Who stands in for somebody absent is a referral; a general mailbox is not."""

import pytest

from comm_pipeline.bot.stand_ins import find_stand_in


def name_in(text: str, *, is_answer: bool = False) -> str | None:
    place = find_stand_in(text, is_answer=is_answer)
    return text[slice(*place)] if place else None


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("For urgent matters please contact Jane Roe.", "Jane Roe"),
        ("My colleague Ben is looking after my accounts.", "Ben"),
        ("In dringenden F\u00e4llen wenden Sie sich an Frau Meier.", "Frau Meier"),
        ("Bij spoed kun je Bas Verhoeven bellen.", "Bas Verhoeven"),
        ("Write to jane@example.com meanwhile.", "jane"),
        ("Please contact info@example.com.", None),
        ("I no longer check mail on Fridays.", None),
        ("Wenden Sie sich bitte an Zentrale oder Empfang.", None),
    ],
)
def test_in_notices(text: str, name: str | None) -> None:
    assert name_in(text) == name


def test_whom_the_writer_asks_is_no_referral() -> None:
    assert name_in("I have to ask Peter first.", is_answer=True) is None
    assert name_in("Better write to Stefan Brandt.", is_answer=True) == "Stefan Brandt"
