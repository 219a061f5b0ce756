"""What the author of a reply wrote is told from what their mail program added."""

from pathlib import Path

import pytest

from comm_pipeline.bot.quoting import own_words
from comm_pipeline.bot.signatures import without_signature

INTRODUCTIONS = [
    "On Wed, Mar 4, 2026 at 9:01 AM Ann Lee <ann@example.com> wrote:",
    "On Wed, Mar 4, 2026 at 9:01 AM Ann Lee with a long name\n<ann@example.com> wrote:",
    "On 4 Mar 2026, at 09:01, Ann Lee <ann@example.com> wrote:",
    "Am Mi., 4. M\u00e4rz 2026 um 09:01 Uhr schrieb Ann Lee <ann@example.com>:",
    "Am 04.03.2026 um 09:01 schrieb Ann Lee:",
    "Le mer. 4 mars 2026 \u00e0 09:01, Ann Lee <ann@example.com> a \u00e9crit :",
    "El mi\u00e9, 4 mar 2026 a las 9:01, Ann Lee (<ann@example.com>) escribi\u00f3:",
    "Il giorno mer 4 mar 2026 alle ore 09:01 Ann Lee <ann@example.com> ha scritto:",
    "Em qua., 4 de mar. de 2026 \u00e0s 09:01, Ann Lee <ann@example.com> escreveu:",
    "Op wo 4 mrt 2026 om 09:01 schreef Ann Lee <ann@example.com>:",
    "-----Original Message-----",
    "-----Urspr\u00fcngliche Nachricht-----",
    "________________________________",
    "Begin forwarded message:",
    "---------- Forwarded message ---------",
    "From: Ann Lee <ann@example.com>\nSent: Wednesday, 4 March 2026 09:01\nTo: Bob\nSubject: Hi",
    "Von: Ann Lee\nGesendet: Mittwoch, 4. M\u00e4rz 2026 09:01\nAn: Bob\nBetreff: Hallo",
    "De : Ann Lee\nEnvoy\u00e9 : mercredi 4 mars 2026 09:01\n\u00c0 : Bob\nObjet : Bonjour",
    "De: Ann Lee\nEnviado el: mi\u00e9rcoles, 4 de marzo de 2026\nPara: Bob\nAsunto: Hola",
    "Da: Ann Lee\nInviato: mercoled\u00ec 4 marzo 2026\nA: Bob\nOggetto: Ciao",
    "Van: Ann Lee\nVerzonden: woensdag 4 maart 2026\nAan: Bob\nOnderwerp: Hallo",
]
#: Where mail programs speak other languages, or have manners of their own.
FURTHER = (Path(__file__).parent / "quote_introductions.txt").read_text("utf-8").split("\n\n")


@pytest.mark.parametrize("introduction", [*INTRODUCTIONS, *FURTHER])
def test_a_quotation_below_is_cut(introduction: str) -> None:
    assert own_words(f"Yes.\n\n{introduction}\n\nReply STOP to end this.") == "Yes."


@pytest.mark.parametrize("introduction", INTRODUCTIONS[:10])
def test_an_answer_below_the_quotation_counts(introduction: str) -> None:
    text = f"{introduction}\n> Shall we talk?\n> Reply STOP\n\nNo, stop."
    assert own_words(text) == "No, stop."


@pytest.mark.parametrize(
    "text",
    [
        "No.\n2 mars 2026 kl. 09:00 skrev Ann <ann@example.com>:\n\nReply STOP",
        "A demo would be nice\n2026-03-02 09:00, Ann <ann@example.com>:\n\nReply STOP",
    ],
)
def test_an_answer_right_above_the_introduction_is_none_of_it(text: str) -> None:
    assert own_words(text) == text.partition("\n")[0]


def test_answers_between_quoted_lines_count() -> None:
    text = "See below\n> When?\nTuesday.\n> Where?\nHere."
    assert own_words(text).split("\n") == ["See below", "Tuesday.", "Here."]


def test_the_torn_end_of_a_quoted_line_is_quoted() -> None:
    long = "> If this is nothing for you, just say so by replying with this word, or reply with"
    assert own_words(f"Fine.\n{long}\nstop\n> Ann") == "Fine."


@pytest.mark.parametrize(
    "text",
    [
        "On Monday my colleague wrote:\nbuy it",
        "From: my heart, thank you",
        "As you wrote:",
        "Write to Ann <ann@example.com>:\nshe decides",
        "---- our plans ----\n40 people",
        "Name: Ann\nBudget: 5000\nE-mail: ann@example.com",
    ],
)
def test_sentences_that_look_like_an_introduction_stay(text: str) -> None:
    assert own_words(text) == text


@pytest.mark.parametrize(
    "line",
    ["Sent from my iPhone", "Von meinem iPhone gesendet", "Envoy\u00e9 de mon iPhone",
     "Enviado desde mi iPhone", "Inviato da iPhone", "Enviado do meu iPhone",
     "Verstuurd vanaf mijn iPhone", "Get Outlook for iOS"],
)  # fmt: skip
def test_lines_of_devices_are_cut(line: str) -> None:
    assert own_words(f"Yes.\n\n{line}") == "Yes."


@pytest.mark.parametrize(
    ("text", "letter"),
    [
        ("Yes.\n-- \nAnn\nTel 5", "Yes."),
        ("Yes.\n\nBest regards,\nAnn Lee\nHead of IT", "Yes."),
        ("Ja.\n\nMit freundlichen Gr\u00fc\u00dfen\nAnn Lee", "Ja."),
        ("Oui.\nCordialement,\nAnn", "Oui."),
        ("Yes.\n\nThis e-mail is confidential and may be privileged.", "Yes."),
        ("Yes.\nCheers,\nAnn\nPS: bring Bob", "Yes.\nPS: bring Bob"),
        ("Thanks", "Thanks"),
        ("Thanks\nI will read it on the train tomorrow morning.", None),
    ],
)
def test_signatures_are_cut_and_letters_are_not(text: str, letter: str | None) -> None:
    assert without_signature(text) == (letter or text)
