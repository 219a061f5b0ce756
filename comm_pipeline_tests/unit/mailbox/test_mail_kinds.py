"""What kind of mail it is, by headers first."""

import pytest

from comm_pipeline.domain.mail_kinds import MailKind
from comm_pipeline.mailbox.mail_kinds import find_kind
from comm_pipeline.mailbox.mime_reading import read_mail
from comm_pipeline_tests.mail_builders import OUR_ID, OWN, a_mail, a_multipart, a_part


def kind_of(source: bytes) -> MailKind:
    return find_kind(read_mail(source), source, OWN).kind


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"Auto-Submitted": "no"},
        {"In-Reply-To": OUR_ID, "Precedence": "list", "List-Id": "<sales.acme.example>"},
        {"References": OUR_ID, "List-Unsubscribe": "<mailto:x@y.example>"},
        {"Return-Path": "<ada@example.com>"},
        {"Subject": "Re: Automatic reply: hello"},
        {"Subject": "Out of office furniture"},
        {"X-Auto-Response-Suppress": "DR, RN, NRN"},
        {"From": "postmaster@small.example", "Subject": "Re: Your question"},
        {"From": "Mail Delivery <delivery@parcels.example>", "Subject": "Delivery status"},
    ],
)
def test_genuine(headers: dict[str, str]) -> None:
    assert kind_of(a_mail("Yes", headers)) is MailKind.GENUINE


@pytest.mark.parametrize(
    "headers",
    [
        {"Auto-Submitted": "auto-replied"},
        {"Auto-Submitted": "Auto-Generated; reason=x (comment)"},
        {"X-Autoreply": "yes"},
        {"X-Autorespond": "your mail"},
        {"X-Auto-Response-Suppress": "DR, OOF, AutoReply"},
        {"Precedence": "bulk", "In-Reply-To": OUR_ID},
        {"Precedence": "auto_reply"},
        {"Precedence": "list"},
        {"List-Id": "<news.example>"},
        {"List-Unsubscribe": "<mailto:x@y.example>"},
        {"Return-Path": "<>"},
        {"X-POST-MessageClass": "9; Autoresponder"},
        {"Delivered-To": "Autoresponder"},
        {"Subject": "Automatische Antwort: Frage"},
        {"Subject": "Réponse automatique : question"},
        {"Subject": "Respuesta automática: pregunta"},
    ],
)
def test_written_by_a_program(headers: dict[str, str]) -> None:
    assert kind_of(a_mail("We have received your request.", headers)) is MailKind.AUTO_REPLY


@pytest.mark.parametrize(
    "text",
    [
        "I am out of the office until Monday.",
        "I'm on annual leave",
        "Ich bin bis zum 5. März nicht im Büro.",
        "Je suis absent du bureau jusqu'au 5 mars.",
        "Estoy fuera de la oficina hasta el lunes.",
        "Sono in ferie fino al 5 marzo",
        "Estou de férias até segunda",
        "Ik ben afwezig tot maandag",
    ],
)
def test_out_of_office(text: str) -> None:
    assert kind_of(a_mail(text, Auto_Submitted="auto-replied")) is MailKind.OUT_OF_OFFICE
    # Without a header that says so, a person may have written the same words.
    assert kind_of(a_mail(text)) is MailKind.GENUINE


def test_out_of_office_by_its_subject_alone() -> None:
    assert kind_of(a_mail("Hello", Subject="Out of Office Re: x")) is MailKind.OUT_OF_OFFICE


@pytest.mark.parametrize(
    "headers",
    [
        {"From": "Sales@Acme.example"},
        {"Message-ID": OUR_ID},
        {"From": "sales@acme.example", "Auto-Submitted": "auto-generated"},
    ],
)
def test_own_mail(headers: dict[str, str]) -> None:
    assert kind_of(a_mail("Hello", headers)) is MailKind.OWN


def test_a_read_receipt_is_no_answer() -> None:
    source = a_multipart(
        "report",
        a_part("text/plain", "Your message was displayed"),
        a_part("message/disposition-notification", "Disposition: manual-action; displayed"),
        headers="; report-type=disposition-notification",
    )
    assert kind_of(source) is MailKind.AUTO_REPLY


def test_the_evidence_names_the_header() -> None:
    source = a_mail(Auto_Submitted="auto-replied")
    assert find_kind(read_mail(source), source, OWN).evidence == "Auto-Submitted: auto-replied"
