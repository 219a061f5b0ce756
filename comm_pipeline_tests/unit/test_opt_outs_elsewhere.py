"""Words of opt-outs that are about something else, and plain refusals."""

import pytest

from comm_pipeline.bot.opt_out_elsewhere import is_off_a_place, wants_back
from comm_pipeline_tests.understood import understood


@pytest.mark.parametrize(
    "text",
    [
        "No thank you, not interested",
        "We're all set, thanks",
        "I'll pass",
        "thanks but no thanks",
        "We won't be renewing.",
        "Nein danke, kein Bedarf.",
        "Pas int\u00e9ress\u00e9 pour le moment, bonne continuation.",
        "You can stop the reminders about the invoice, I paid it on Monday.",
        "You can stop chasing, I signed it this morning :)",
        "Take me off the Tuesday slot and put me on Friday morning please",
        "Wrong Sarah, I think you want Sarah in finance",
        "Where did you find my email address?",
    ],
)
def test_neither_an_opt_out_nor_a_possible_one(text: str) -> None:
    found = understood(text)
    assert (found.is_opt_out, found.may_be_opt_out) == (False, False)


@pytest.mark.parametrize(
    "text",
    [
        "Please take my name off the plaque, the rest is beautiful, thank you.",
        "Whoever removed us from your mailing list, well done. Please add us again.",
        "please unsubscribe the old address j.mori@oldco.example and use this one from now on",
    ],
)
def test_what_is_about_something_else_ends_nothing_by_itself(text: str) -> None:
    assert not understood(text).is_opt_out


@pytest.mark.parametrize(
    "text",
    [
        "Please take my name off your mailing list.",
        "Can you stop chasing me, I never asked for this and want no mail.",
        "I'm not the buyer. Delete my contact and do not follow up.",
        "Do not write to this address again, use your time better.",
        "Bitte aus dem Verteiler nehmen, danke.",
        "Please no more of these.",
    ],
)
def test_what_is_meant_still_counts(text: str) -> None:
    assert understood(text).is_opt_out


def test_places_of_addresses_are_told_from_others() -> None:
    assert is_off_a_place("take my name off the plaque")
    assert is_off_a_place("meinen namen bitte vom aushang nehmen")
    assert not is_off_a_place("take my name off your mailing list")
    assert not is_off_a_place("streichen sie mich aus dem verteiler")
    assert not is_off_a_place("I am off for lunch")


def test_who_wants_to_be_written_to_again() -> None:
    assert wants_back("please put me back on the list")
    assert not wants_back("please put me on the do-not-contact list")
