"""Words that a model cites prove something only if they stand in the reply as words."""

import pytest

from comm_pipeline.bot.cited_words import Source
from comm_pipeline.bot.understanding import QUOTED

LONG = "Would you " + "really " * 60 + "do that?"


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("Mieluusti, 12 ihmistä", "Mieluusti"),
        ("Mieluusti, 12 ihmistä", "mieluusti, 12  IHMISTA"),
        ("Mieluusti, 12 ihmistä", "12"),
        ("Could we try\nit from 1 April?", "we try it"),
        ("Let\u2019s go \u2013 now", "let's go - now"),
        ("Ja, gerne.", "Ja"),
        ("Hi Ann\nok\n\nBob", "OK"),
        ("No - we have one", "no"),
        ("Y", "y"),
        ("9", "9"),
        ("\U0001f44d great", "\U0001f44d"),
        ("Да, давайте поговорим", "давайте поговорим"),
        ("Да, давайте поговорим", "да"),
        ("ぜひお願いします", "お願い"),
        ("好的。没问题", "好的"),
        (LONG, LONG[:QUOTED]),
        ("...", "..."),
    ],
)
def test_what_somebody_wrote_is_found(text: str, words: str) -> None:
    assert Source(text).has(words)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("Mieluusti, 12 ihmistä", "e"),
        ("Mieluusti, 12 ihmistä", "luu"),
        ("Mieluusti, 12 ihmistä", "Mieluust"),
        ("Mieluusti, 12 ihmistä", "1"),
        ("Mieluusti, 12 ihmistä", ","),
        ("I know nothing of it", "no"),
        ("I am not at home", "at"),
        ("It is not for me to say", "is"),
        ("A don't-know", "do"),
        ("Да, давайте поговорим", "дом, хорошо приходите"),
        ("Да, давайте поговорим", "нет"),
        ("Да, давайте поговорим", "вай"),
        ("ぜひお願いします", "し"),
        ("Anything", ""),
        ("Anything", None),
        ("C++", "\U0001f44d"),
    ],
)
def test_what_nobody_wrote_is_not(text: str, words: str | None) -> None:
    assert not Source(text).has(words)
