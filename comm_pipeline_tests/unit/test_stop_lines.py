"""A word that stands alone on its line is a command, but for torn lines and lists."""

import pytest

from comm_pipeline.bot.folding import fold
from comm_pipeline.bot.opt_outs import find_opt_out
from comm_pipeline.bot.stop_lines import find_stop_line

TORN = [
    "Thanks. Our monthly reporting in Excel takes about a day, which is\nenough.",
    "We are about 40 people and the contract with Looker will\nend\nin June.",
    "We had a similar tool. It worked well until the vendor made us\nstop.",
    "The Tableau subscription is one that we want to\ncancel\nsoon anyway.",
    "It is so much of a bother that people here sometimes just simply\nstop\nand go home.",
    "Der Vertrag mit dem alten Anbieter wird ganz sicher zum Ende des Jahres\nstoppen.",
    "The contract runs out in June, then we\ncancel",
]
LISTED = [
    "Steps today:\n- Export\n- Clean\n- Delete\nTakes two days.",
    "1. Start\n2. Stop\n3. Go home",
    "Export\nClean\nDelete\n",
]
SAID = [
    "Hi Nora,\nstop",
    "Hi Nora,\ncancel\nAnn",
    "Not interested.\nCancel",
    "no thanks\n\ndelete\n\nAnn",
    "dont want this\nstop",
    "i never use it\nstop\nregards",
    "this is not something that interests us in any way at this moment\nstop",
    "- stop",
    "Enough.",
    "S T O P",
    "s.t.o.p",
    "U N S U B S C R I B E",
    "S\u0422OP",
]


@pytest.mark.parametrize("text", [*TORN, *LISTED])
def test_the_end_of_a_sentence_and_an_item_of_a_list_are_no_commands(text: str) -> None:
    assert find_opt_out(text) is None


@pytest.mark.parametrize("text", SAID)
def test_a_word_alone_is_a_command(text: str) -> None:
    assert find_stop_line(fold(text))


def test_letters_of_another_script_stay_foreign_in_a_word_of_their_own() -> None:
    assert fold("\u0442\u043e\u0440") == "___"
