"""Lexicons and frames: every word has one concept, and frames mean what they say."""

import pytest

from comm_pipeline.bot.concepts import Grammar, Lexicon, slips_of
from comm_pipeline.bot.opt_outs import find_opt_out
from comm_pipeline.bot.words.concepts_english import ENGLISH
from comm_pipeline.bot.words.concepts_germanic import DUTCH, GERMAN
from comm_pipeline.bot.words.concepts_romance import FRENCH, ITALIAN, PORTUGUESE, SPANISH

LEXICONS = [ENGLISH, GERMAN, DUTCH, FRENCH, SPANISH, ITALIAN, PORTUGUESE]
TINY = Lexicon(
    {"NOT": "not never", "STOP": "stop", "WRITE": "write call* follow_up", "ME": "me"},
    joined=("follow up",),
)


@pytest.mark.parametrize("lexicon", LEXICONS)
def test_a_word_stands_for_one_concept(lexicon: Lexicon) -> None:
    concepts: dict[str, str] = {}
    for concept, row in lexicon.words.items():
        for word in row.split():
            assert concepts.setdefault(word, concept) == concept, word


def found(frame: str, text: str) -> list[str]:
    return [text[start:end] for start, end in Grammar([(TINY, [frame])]).find(text)]


@pytest.mark.parametrize(
    ("frame", "text", "words"),
    [
        ("STOP ..2 WRITE", "please stop to always write", ["stop to always write"]),
        ("STOP ..1 WRITE", "please stop to always write", []),
        ("STOP ..2 WRITE", "stop, then write", []),
        ("STOP ~~2 WRITE", "stop, then write", ["stop, then write"]),
        ("STOP ~~2 WRITE", "stop. then write", []),
        ("STOP ..2 WRITE", "stop never write", []),
        ("WRITE|ME END", "he calling.", ["calling."]),
        ("STOP ME? WRITE", "stop write", ["stop write"]),
        ("BEGIN WRITE", "so follow up", []),
        ("FULL WRITE FULL", "follow up", ["follow up"]),
        ("WRITE ADDRESS", "write ann@example.com now", ["write ann@example.com"]),
    ],
)
def test_frames(frame: str, text: str, words: list[str]) -> None:
    assert found(frame, text) == words


def test_slips_are_a_closed_list_without_right_words() -> None:
    slips = slips_of("remove", frozenset({"remoe"})).split()
    assert {"remve", "remoove", "reomve"} <= set(slips)
    assert "remove" not in slips
    assert "remoe" not in slips


@pytest.mark.parametrize(
    "text",
    [
        "Whatever list this is, strike our firm from it, and from your mailing list too.",
        "How do I make these emails stop?",
        "plz remvoe me from yuor list",
        "Von weiteren Mails bitte ich abzusehen.",
        "Ne me recontactez pas.",
        "Les ruego que no vuelvan a contactarme.",
        "mi togli dalla lista?",
        "N\u00e3o me contactem mais.",
        "Neem geen contact meer met mij op.",
        "\U0001f6d1",
    ],
)
def test_new_words_for_the_same_thought(text: str) -> None:
    assert find_opt_out(text)


@pytest.mark.parametrize(
    "text",
    [
        "Please don't stop, I love these updates.",
        "Don't call, email me instead.",
        "Call me, don't write.",
        "Please don't contact my boss, he hates surprises.",
        "Can your tool stop spam for our users?",
        "Take us off hold and move forward with the order.",
        "My boss told me to stop spending, so not this quarter.",
        "I unsubscribed by mistake, can you resubscribe me?",
        "I want to cancel my subscription to the Pro plan, how do I do that?",
        "Why did you stop emailing me? I liked the tips.",
        "Z\u00f6gern Sie nicht, mich zu kontaktieren.",
        "N'h\u00e9sitez pas \u00e0 me contacter.",
        "Me encuentro de baja por maternidad.",
        "Ne m'appelez pas avant 10h.",
    ],
)
def test_what_only_sounds_like_it(text: str) -> None:
    assert find_opt_out(text) is None
