"""A copy of our own message in an answer is not read as the answer."""

import pytest

from comm_pipeline.bot.opt_outs import find_opt_out
from comm_pipeline.bot.repeats import without_repeats

OURS = (
    "Hi Ann,\n\nDoes anybody at Initech spend their Mondays building the same report again? "
    "We are 40 people.\n\nNora\nReply STOP and please say so, then do not expect more e-mails."
)


@pytest.mark.parametrize(
    "copy",
    [
        OURS,
        OURS.replace("\n", "\n> "),
        OURS.replace(" building", "\nbuilding").replace(", ", ",\n"),
    ],
)
def test_what_an_answer_repeats_is_left_out(copy: str) -> None:
    left = without_repeats(f"No.\n\n== Nora, yesterday ==\n{copy}\n", OURS)
    assert left.startswith("No.")
    assert "STOP" not in left
    assert "40 people" not in left
    assert find_opt_out(left) is None


@pytest.mark.parametrize(
    "text",
    ["STOP", "Reply STOP", "We are 40 people.", "Nora, we are 12 people", "Do not write again", ""],
)
def test_an_answer_in_our_words_is_an_answer(text: str) -> None:
    assert without_repeats(text, OURS) == text
    assert without_repeats(text, None) == text


def test_answers_between_our_sentences_stay() -> None:
    text = OURS.replace("again? ", "again?\nYes, Bob does.\n")
    assert "Yes, Bob does." in without_repeats(text, OURS)


def test_long_texts_cost_little() -> None:
    assert without_repeats("Reply " * 100_000, OURS + " a b c d." * 1_000)
