"""What the command line shows of texts that others wrote."""

import pytest

from comm_pipeline.cli.printable import printable


@pytest.mark.parametrize("obeyed", ["\x1b", "\x07", "\x7f", "\x9b", "\r", "\u202e", "\u2066"])
def test_what_a_terminal_obeys_is_replaced(obeyed: str) -> None:
    assert printable(f"a{obeyed}b") == "a\N{REPLACEMENT CHARACTER}b"


@pytest.mark.parametrize(
    "text", ["", "Grüße\tan\n日本", "[bold]x[/bold]", "👍🏽", "👩\u200d👧", "auf\u200clage"]
)
def test_all_else_stays(text: str) -> None:
    assert printable(text) == text


def test_ends_of_lines_of_mails_are_ends_of_lines() -> None:
    assert printable("one\r\ntwo") == "one\ntwo"
