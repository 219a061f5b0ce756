"""What somebody who is absent says beside that, and what is no more than a part of the notice."""

import pytest

from comm_pipeline.domain.analysis import ReplyKind
from comm_pipeline_tests.understood import understood


@pytest.mark.parametrize(
    "text",
    [
        "I'm on leave until 5 May. Off. List. Now.",
        "Out of the office till Monday.\n\nSTOP ALL",
        "Bin bis Freitag im Urlaub. Schickts mir bitte nix mehr.",
        'I\'m away until Friday. For the love of god stop "circling back"',
    ],
)
def test_what_would_be_doubtful_by_itself_is_so_beside_an_absence(text: str) -> None:
    found = understood(text)
    assert found.is_opt_out or found.may_be_opt_out


@pytest.mark.parametrize(
    "text",
    [
        "I'm on leave until 5 May. To unsubscribe from these notices, ask the help desk.",
        "I'm away until Friday. My emails are not being forwarded.",
        "I am on parental leave. For contracts please write to Noa Levi.",
        "Bin bis 20.3. im Urlaub. Bitte l\u00f6schen Sie diese Nachricht nicht.",
        "Bereavement leave until further notice. Please be patient with me.",
    ],
)
def test_what_notices_say_is_none(text: str) -> None:
    found = understood(text)
    assert (found.kind, found.may_be_opt_out) == (ReplyKind.OUT_OF_OFFICE, False)


def test_a_question_beside_an_absence_is_read_too() -> None:
    found = understood("I'm on leave until 5 May. Can you make sure no more of these arrive?")
    assert found.is_opt_out or found.may_be_opt_out
