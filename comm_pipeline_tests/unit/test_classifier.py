"""The classifier scores as its file says, and speaks only where rules have read nothing."""

from dataclasses import replace

import pytest

from comm_pipeline.bot.classifier import WEIGHTS, WIDTH, Reading, read_classifier, the_classifier
from comm_pipeline.bot.classifier_features import BUCKETS, buckets_of
from comm_pipeline.bot.opt_outs import find_opt_out
from comm_pipeline.bot.rules import analyse
from comm_pipeline.bot.second_opinion import ALARMING, kind_of, may_be_opt_out, more_intents
from comm_pipeline.domain.analysis import Analysis, Intent, ReplyKind
from comm_pipeline_tests.builders import A_POSSIBLE_OPT_OUT, a_template
from comm_pipeline_tests.evaluation.labelled import digest_of_the_learnt

TEMPLATE = a_template()
#: Certain by its words, and built like no rule's opt-out.
CERTAIN = "let this be goodbye as far as email is concerned."


def read(text: str) -> Analysis:
    return analyse(text, TEMPLATE, TEMPLATE.stages[0])


def in_lines(row: str) -> list[str]:
    return [row[begin : begin + WIDTH] for begin in range(0, len(row), WIDTH)]


def test_the_weights_were_learnt_from_the_labelled_replies_of_now() -> None:
    assert the_classifier().digest == digest_of_the_learnt(), "make train"


def test_the_weights_stay_small() -> None:
    assert WEIGHTS.stat().st_size <= 1_100_000


def test_a_score_is_the_sum_of_the_weights_over_the_length() -> None:
    bucket = min(buckets_of("stop"))
    row = ["O"] * BUCKETS
    row[bucket] = "R"  # three above the middle: 9 units
    file = "\n".join(
        [
            "digest",
            f"rare {BUCKETS}\t{BUCKETS}\t0\t0.25\t0\t0",
            f"label\t{BUCKETS}\t-1\t0.5\t0.5\t0",
            "",
            *in_lines("Q" * BUCKETS),  # two above: each bucket counts 0.25 * 4 = 1
            *in_lines("".join(row)),
        ]
    )
    classifier = read_classifier(file)
    number = len(buckets_of("stop"))
    assert classifier.read("stop").score("label") == pytest.approx(-1 + 4.5 / number**0.5)
    assert classifier.labels["label"].sure == 0.5


def test_an_empty_text_scores_without_words() -> None:
    assert buckets_of("")  # its length, and that it begins and ends
    assert the_classifier().read("").score(ReplyKind.OPT_OUT) < 1


@pytest.mark.parametrize(
    "text",
    [
        "please don't unsubscribe me",
        "I don't want to stop",
        "Don't stop writing!",
        "I would hate to be removed from this list",
        "I do not wish to be taken off the list.",
        "Please keep sending these",
        "Bitte melden Sie mich nicht ab",
        "Ne m'enlevez pas de la liste",
        "No me quiten de la lista",
        "Non toglietemi dalla lista",
        "Não me removam da lista",
        "Schrijf me niet uit",
        "Seats: 1,200",
        "1,200",
        "4/5",
        "12 March",
        "3pm",
        "yes",
        "no",
        "Olivia Brown",
        "Kind regards, Olivia Brown",
        "We are 25 people.",
        "27 Baker Street, Liverpool",
        "Non-stop flights only",
        "Paris",
        "Partly.",
        "Terminal 2",
        "Bastian Meier",
        "Parker Smith",
        "Cesar Vidal",
        "Dejan Petrov",
        "Evita Lopez",
        "Genug Zeit",
        "End of May",
    ],
)
def test_plain_answers_and_negations_are_neither_opt_outs_nor_notices(text: str) -> None:
    analysis = read(text)
    assert analysis.kind is ReplyKind.GENUINE
    assert not analysis.may_be_opt_out


def test_what_is_certain_is_decided_with_the_sentence_that_says_so() -> None:
    analysis = read("Hi Ann, nice cabins. Do me a favour and " + CERTAIN)
    assert (analysis.kind, analysis.is_opt_out) == (ReplyKind.OPT_OUT, True)
    assert analysis.evidence["opt_out"] == "Do me a favour and " + CERTAIN
    assert analysis.confidence == 0.6


def test_what_is_possible_is_held_with_the_sentence_that_says_so() -> None:
    analysis = read(A_POSSIBLE_OPT_OUT)
    assert (analysis.kind, analysis.may_be_opt_out) == (ReplyKind.GENUINE, True)
    assert analysis.evidence["possible_opt_out"] in A_POSSIBLE_OPT_OUT
    assert analysis.confidence <= 0.2


def test_words_of_an_opt_out_that_rules_do_not_believe_leave_no_doubt() -> None:
    assert not read(A_POSSIBLE_OPT_OUT + " Please don't unsubscribe me.").may_be_opt_out


def test_words_of_an_opt_out_in_a_text_that_is_far_from_one_are_held() -> None:
    analysis = read("Delete my last mail, I was looking at the wrong month. Friday 9.30 is fine.")
    assert (analysis.kind, analysis.may_be_opt_out) == (ReplyKind.GENUINE, True)
    assert analysis.evidence["possible_opt_out"] == "Delete my last mail"
    assert Intent.OPT_OUT not in analysis.intents
    assert analysis.confidence <= 0.2


@pytest.mark.parametrize(
    ("text", "subject"),
    [
        ("STOP\n\nFriday at nine is fine for the delivery of the chairs, though.", None),
        ("Friday at nine is fine for the delivery of the chairs, though.", "Unsubscribe"),
        ("Delete my last mail", None),
        ("Delete my last mail. Dziś wieczorem wracam do domu, jutro też.", None),
    ],
)
def test_commands_short_texts_and_other_languages_are_what_rules_say(
    text: str, subject: str | None
) -> None:
    assert analyse(text, TEMPLATE, TEMPLATE.stages[0], subject=subject).is_opt_out


def test_an_absence_that_speaks_of_other_things_is_an_absence() -> None:
    notice = "I'm away at a conference this week and back on Monday. Take me off the Tuesday slot."
    assert find_opt_out(notice) == "Take me off"
    assert read(notice).kind is ReplyKind.OUT_OF_OFFICE


def test_an_answer_that_the_template_knows_leaves_no_doubt() -> None:
    template = a_template(responses={"named": {"phrases": ["roost elsewhere"]}})
    analysis = analyse(A_POSSIBLE_OPT_OUT, template, template.stages[0])
    assert analysis.named_responses == ("named",)
    assert not analysis.may_be_opt_out


@pytest.mark.parametrize(
    ("text", "is_opt_out", "may_be_opt_out"),
    [
        ("We are 12 people. Do me a favour and " + CERTAIN, True, False),
        ("12 people, and each of them would be glad of some silence.", False, True),
        (A_POSSIBLE_OPT_OUT + " 12", False, False),
        ("About 12 people, mostly in sales.", False, False),
        ("12", False, False),
        ("Please don't unsubscribe me. 12 of us like it.", False, False),
    ],
)
def test_a_value_beside_an_opt_out_does_not_hide_it(
    text: str, is_opt_out: bool, may_be_opt_out: bool
) -> None:
    template = a_template(extract={"team_size": {"type": "number"}})
    analysis = analyse(text, template, template.stages[0])
    assert analysis.values == {"team_size": 12}
    assert (analysis.is_opt_out, analysis.may_be_opt_out) == (is_opt_out, may_be_opt_out)


def test_an_answer_beside_an_opt_out_does_not_hide_it() -> None:
    template = a_template(responses={"declined": {"phrases": ["not for us"]}})
    analysis = analyse("Not for us. And " + CERTAIN, template, template.stages[0])
    assert (analysis.is_opt_out, analysis.named_responses) == (True, ("declined",))


@pytest.mark.parametrize(
    "absence", ["I'm away until Monday.", "Ich bin bis Montag nicht im B\u00fcro."]
)
def test_who_is_absent_and_says_stop_beside_it_is_looked_at(absence: str) -> None:
    analysis = read(f"{absence} And {CERTAIN}")
    assert (analysis.kind, analysis.may_be_opt_out) == (ReplyKind.OUT_OF_OFFICE, True)
    assert analysis.evidence["possible_opt_out"] == "And " + CERTAIN
    assert read(f"{absence} Please remove me from your list.").is_opt_out


@pytest.mark.parametrize(
    "text",
    [
        "I'm out of the office until 12 March. To unsubscribe from our letters click below.",
        "I'm away until Monday. This mail is not forwarded; in urgent cases write to the team.",
        "I'm away until Monday.\n\n> Hi Ann,\n> " + CERTAIN,
    ],
)
def test_a_notice_that_says_nothing_of_the_kind_leaves_no_doubt(text: str) -> None:
    analysis = read(text)
    assert (analysis.kind, analysis.may_be_opt_out) == (ReplyKind.OUT_OF_OFFICE, False)


def test_words_that_rules_do_not_believe_are_looked_at_where_the_rest_is_certain() -> None:
    analysis = read("The unsubscribe link leads nowhere, so " + CERTAIN)
    assert find_opt_out("The unsubscribe link leads nowhere, so " + CERTAIN) is None
    assert (analysis.kind, analysis.may_be_opt_out) == (ReplyKind.GENUINE, True)


def test_what_turns_an_opt_out_leaves_no_doubt_however_much_it_sounds_like_one() -> None:
    text = "I do not wish to be taken off the list."
    assert the_classifier().read(text.lower()).is_sure(ReplyKind.OPT_OUT)
    assert not read(text).may_be_opt_out


def test_an_opt_out_wins_over_a_notice_that_is_more_certain() -> None:
    known = the_classifier()
    notice = replace(known.labels[ReplyKind.OUT_OF_OFFICE], constant=99.0)
    labels = {**known.labels, ReplyKind.OUT_OF_OFFICE: notice}
    reading = replace(known, labels=labels).read(CERTAIN)
    assert reading.score(ReplyKind.OUT_OF_OFFICE) > reading.score(ReplyKind.OPT_OUT)
    assert kind_of(reading, ()) is ReplyKind.OPT_OUT


def test_more_is_asked_of_an_opt_out_beside_an_answer_of_another_sort() -> None:
    reading = sure_from(the_classifier().read(CERTAIN).score(ReplyKind.OPT_OUT) - 0.5)
    for said in (Intent.UNCLEAR, Intent.ANGER, Intent.MEETING):
        assert kind_of(reading, (said,)) is ReplyKind.OPT_OUT
    for said in (Intent.INTEREST, Intent.CONFIRMATION, Intent.REQUEST_INFO):
        assert kind_of(reading, (said,)) is ReplyKind.GENUINE
        assert may_be_opt_out(reading, (said,))
    reading = sure_from(the_classifier().read(CERTAIN).score(ReplyKind.OPT_OUT) - 1.5)
    assert kind_of(reading, (Intent.INTEREST,)) is ReplyKind.OPT_OUT


@pytest.mark.parametrize(
    "text",
    [
        "Please mail me your price list once more, I cannot find it any more.",
        "Merci de m'envoyer votre tarif par mail encore une fois.",
        "Bitte senden Sie mir die Unterlagen noch einmal zu.",
        "Stuur me nog eens een mail met de prijzen, graag.",
        "Por favor, mándeme otra vez la información de precios.",
    ],
)
def test_who_asks_for_mail_has_not_opted_out(text: str) -> None:
    assert not read(text).is_opt_out


def test_one_sentence_of_an_opt_out_is_enough_whatever_stands_around_it() -> None:
    polite = "Thank you for the offer, which is fair, and the price is fine. We build it ourselves."
    for wish in ("Take my address off your list.", "Please do not contact me ever again."):
        assert read(f"{polite} {wish} {polite}").is_opt_out


def test_what_a_person_should_know_is_looked_for_beside_an_opt_out() -> None:
    analysis = read("Remove me from your list or you will hear from my solicitor, you clowns.")
    assert analysis.kind is ReplyKind.OPT_OUT
    assert {Intent.OPT_OUT, Intent.LEGAL_THREAT} <= set(analysis.intents)
    said = read("Take me off your list. Thank you, and I would like to hear more about prices.")
    assert not {Intent.THANKS, Intent.INTEREST, Intent.REQUEST_INFO} & set(said.intents)


def test_doubt_begins_later_where_rules_have_read_an_answer() -> None:
    reading = sure_from(50.0)
    assert may_be_opt_out(reading, (Intent.COMPLAINT,))
    assert not may_be_opt_out(reading, (Intent.INTEREST,))


@pytest.mark.parametrize(("above", "expected"), [(0.4, False), (0.6, True)])
def test_doubt_begins_a_little_later_where_something_is_asked(
    above: float, *, expected: bool
) -> None:
    score = the_classifier().read(CERTAIN).score(ReplyKind.OPT_OUT)
    reading = sure_from(50.0, doubt=score - above)
    assert may_be_opt_out(reading, ())
    assert may_be_opt_out(reading, (Intent.QUESTION,)) is expected
    assert not may_be_opt_out(reading, (Intent.QUESTION, Intent.MEETING))


def sure_from(score: float, doubt: float = -50.0) -> Reading:
    """Return what is read in CERTAIN if an opt-out is decided from a score on, or doubted."""
    opt_out = replace(the_classifier().labels[ReplyKind.OPT_OUT], sure=score, doubt=doubt)
    labels = {**the_classifier().labels, ReplyKind.OPT_OUT: opt_out}
    return Reading(replace(the_classifier(), labels=labels), buckets_of(CERTAIN))


def test_intents_are_added_and_none_that_contradicts() -> None:
    reading = the_classifier().read("this has legs, carry on.")
    assert more_intents(reading, (Intent.UNCLEAR,), is_long=True) == (Intent.INTEREST,)
    assert Intent.INTEREST not in more_intents(reading, (Intent.REFUSAL,), is_long=True)
    assert Intent.INTEREST not in more_intents(reading, (Intent.INTEREST,), is_long=True)


@pytest.mark.parametrize("text", ["Sure!!", "Thanks a lot!", "Wonderful!", "No!", "Call me!!!"])
def test_a_few_words_alarm_nobody(text: str) -> None:
    assert not ALARMING & set(read(text).intents)


def test_long_and_strange_texts_are_read_at_their_beginning() -> None:
    assert len(buckets_of("stop " * 1_000_000)) < 100
    assert len(buckets_of("x" * 1_000_000)) < 100
    assert buckets_of("@" * 1_000_000)
