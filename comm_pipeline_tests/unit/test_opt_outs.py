"""Opt-outs beyond the labelled ones: footers, quotations, subjects, hostile sizes."""

import time

import pytest

from comm_pipeline.bot.opt_outs import find_opt_out

FOOTERS = [
    "Sure.\n\nAcme GmbH\nIf you no longer wish to receive these emails, click here.",
    "Ok\n\nYou are receiving this because you signed up. Unsubscribe | Privacy",
    "Ja gerne.\n\nFalls Sie keine E-Mails mehr erhalten m\u00f6chten, klicken Sie hier.",
    "Oui\nSi vous ne souhaitez plus recevoir nos mails, cliquez ici",
    "Si no desea recibir m\u00e1s correos, haga clic aqu\u00ed",
    "Se non desidera pi\u00f9 ricevere queste email, clicchi qui",
    "Als u geen mails meer wilt ontvangen, klik hier",
    "Yes. Reply STOP and I will not write again.",
    "To opt out of these emails, reply with STOP.",
    "Click here to unsubscribe",
    "More.\n\n--\nJoe | Acme\nIf you no longer wish to receive emails from us, reply STOP",
    "More.\n\n-- \nJoe | Acme\nTo stop receiving our newsletter reply STOP",
]
TALK = [
    "I didn't get any more emails from you, can you resend?",
    "We have received no more messages since Monday.",
    "Don't stop!",
    "I stopped reading after page 3, but I liked it.",
    "Why don't you contact me any more?",
    "Will you delete our data when the contract ends?",
    "Please do not contact me before May.",
    "Don't call me, e-mail is fine.",
    "Please don't call, I prefer e-mail.",
    "Please take my name off the invoice",
]
WISHES = [
    "If you do not stop emailing me I will complain",
    "If you would be so kind, unsubscribe me.",
    "If you send me one more email I will report you",
    "Falls m\u00f6glich bitte abmelden",
    "Si no me dan de baja denunciar\u00e9",
    "Stop.\n\nWe are Acme. If you wish to unsubscribe click here.",
    "Yes to the demo for Tom. For me: unsubscribe please",
    "\uff35\uff2e\uff33\uff35\uff22\uff33\uff23\uff32\uff29\uff22\uff25",
    "kill the subscription",
    "Can you put me on your do not contact register?",
    "Wilt u ons niet meer benaderen?",
    "un\u00adsub\u200bscribe",
    "D\u00c9SABONNER",
    "Best\nAnn\n-- \nAnn Lee\nPS: please take me off your list",
]


#: Whatever stands before it, a negation turns what it governs.
KEPT = [
    "Thanks for the update, please don't remove me from the list.",
    "Thanks, but please do not unsubscribe me",
    "Thank you, don't stop sending these",
    "Thanks a lot and please never stop sending these",
    "If you can, please don't unsubscribe me.",
    "If possible please don't unsubscribe me.",
    "Wait don't unsubscribe me",
    "not interested but don't unsubscribe me",
    "I'm not interested right now, but do not take me off the list.",
    "I'm interested, so please don't unsubscribe me.",
    "Si c'est possible, ne me d\u00e9sinscrivez pas",
    "Thanks for not unsubscribing me",
]
TURNED_ROUND = [
    "Why don't you unsubscribe me?",
    "If you still do not unsubscribe me I will complain",
    "If you go on and do not remove me I will report you",
    "Wenn Sie mich nicht abmelden, gehe ich zum Anwalt",
    "Thanks for not contacting me again",
    "Thanks but no please remove me from your list",
    "I'm not interested, please do not contact me again",
]


@pytest.mark.parametrize("text", [*FOOTERS, *TALK, *KEPT])
def test_it_is_none(text: str) -> None:
    assert find_opt_out(text) is None


@pytest.mark.parametrize("text", [*WISHES, *TURNED_ROUND])
def test_it_is_one(text: str) -> None:
    assert find_opt_out(text)


def test_the_words_are_those_that_were_written() -> None:
    assert find_opt_out("Ne m'\u00c9crivez plus !") == "Ne m'\u00c9crivez plus"


def test_a_subject_counts_if_it_says_nothing_else() -> None:
    assert find_opt_out("", "Unsubscribe") == "unsubscribe"
    assert find_opt_out("Yes", "Re: how to unsubscribe your customers") is None


@pytest.mark.parametrize(
    "text",
    [
        "do not stop sending " * 50_000,
        " ".join(f"I do not want to unsubscribe {number}" for number in range(30_000)),
        "please do not contact me before may, " * 27_000,
        "\U0001f4a3" * 1_000_000,
        "\u00e9" * 1_000_000,
        "on a wrote:\n" * 80_000,
        "From: a\nb\n" * 100_000,
        "remove take my the from to " * 37_000,
    ],
    ids=lambda text: text[:16],
)
def test_a_million_characters_take_seconds_and_not_minutes(text: str) -> None:
    begun = time.process_time()
    find_opt_out(text)
    assert time.process_time() - begun < 20  # what grows with the square takes far longer


def test_an_opt_out_at_the_end_of_a_long_text_counts() -> None:
    assert find_opt_out("word " * 190_000 + "\nplease unsubscribe me")


def test_who_speaks_of_it_all_the_time_had_better_be_left_alone() -> None:
    text = " ".join(f"I do not want to unsubscribe {number}." for number in range(1_000))
    assert find_opt_out(text)
