"""Whatever somebody writes, the analyser by rules answers, and its answer can be stored."""

from datetime import UTC, datetime

import bson
from hypothesis import given
from hypothesis import strategies as st

from comm_pipeline.bot.folding import fold
from comm_pipeline.bot.quoting import own_words
from comm_pipeline.bot.rules import analyse
from comm_pipeline.domain.analysis import ReplyKind
from comm_pipeline_tests.builders import a_template
from comm_pipeline_tests.evaluation.labelled import read_replies

TEMPLATE = a_template()
WORDS = sorted({word for reply in read_replies() for word in reply["text"].split()})
sentences = st.lists(st.sampled_from([*WORDS, "\n", ">", "\n> ", "?", ".", "\n-- \n"])).map(
    " ".join
)
#: To the end of the year 9999, in seconds.
moments = st.integers(0, 253_402_300_799).map(lambda seconds: datetime.fromtimestamp(seconds, UTC))


@given(text=st.text() | sentences, received_at=st.none() | moments, subject=st.none() | st.text())
def test_it_answers_and_the_answer_can_be_stored(
    text: str, received_at: datetime | None, subject: str | None
) -> None:
    found = analyse(text, TEMPLATE, TEMPLATE.stages[0], received_at, subject)
    bson.encode(found.model_dump())
    assert found.is_opt_out == (found.kind is ReplyKind.OPT_OUT)
    assert -1 <= found.sentiment_score <= 1
    assert 0 <= found.confidence <= 1


@given(st.text())
def test_folding_keeps_every_character_in_its_place(text: str) -> None:
    folded = fold(text)
    assert len(folded) == len(text)
    assert folded.isascii()
    assert fold(folded) == folded


@given(st.lists(st.text(alphabet="abc .!?", min_size=1), max_size=8))
def test_marked_lines_are_never_the_authors(lines: list[str]) -> None:
    quoted = "\n".join(f"> {line} stop" for line in lines)
    assert "stop" not in own_words(f"Yes\n{quoted}")
