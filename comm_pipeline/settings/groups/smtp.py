"""The mail server that takes our messages."""

from typing import Annotated, Any

from pydantic import BaseModel, Field

from comm_pipeline.settings import kinds
from comm_pipeline.settings.secret import mask_everything
from comm_pipeline.settings.variable import Variable


def _domain_of_sender(fields: dict[str, Any]) -> str | None:
    sender = fields.get("smtp_sender")
    return kinds.domain_of(sender) if sender else None


class SmtpSettings(BaseModel):
    """Sending by email."""

    smtp_host: Annotated[
        kinds.Host, Variable(("SMTP_HOST",), "Mail server that takes the messages.")
    ] = None
    smtp_port: Annotated[
        kinds.Port, Variable(("SMTP_PORT",), "Its port; 465 is usual with tls.")
    ] = 587
    smtp_security: Annotated[
        kinds.Security,
        Variable(("SMTP_SECURITY",), "Encryption: upgraded, from the start, or none."),
    ] = "starttls"
    smtp_username: Annotated[
        kinds.Text, Variable(("SMTP_USERNAME",), "Account at the mail server.")
    ] = None
    smtp_password: Annotated[
        kinds.Password,
        Variable(("SMTP_PASSWORD",), "Password of the account.", mask=mask_everything),
    ] = None
    smtp_sender: Annotated[
        kinds.Sender,
        Variable(
            ("SMTP_SENDER",), "Who the messages are from.", default="none; needed to send email"
        ),
    ] = None
    smtp_more_senders: Annotated[
        kinds.Senders,
        Variable(
            ("SMTP_MORE_SENDERS",),
            "Further senders: new conversations are shared out evenly, and each keeps its sender.",
        ),
    ] = ()
    smtp_reply_to: Annotated[
        kinds.ReplyTo,
        Variable(
            ("SMTP_REPLY_TO",),
            "Where answers go. `{key}` in it becomes the key of the message, by which an answer is "
            "known even if a mail program drops the thread.",
            default="none; answers go to the sender",
        ),
    ] = None
    smtp_message_id_domain: Annotated[
        kinds.Domain,
        Variable(
            ("SMTP_MESSAGE_ID_DOMAIN",),
            "The part of every Message-ID after the @.",
            default="the sender's domain",
        ),
    ] = Field(default_factory=_domain_of_sender)
    smtp_timeout_seconds: Annotated[
        kinds.Timeout,
        Variable(
            ("SMTP_TIMEOUT_SECONDS",),
            "How long to wait for an answer of the mail server.",
            unit="seconds",
        ),
    ] = 30.0
    smtp_on_unknown: Annotated[
        kinds.OnUnknown,
        Variable(
            ("SMTP_ON_UNKNOWN",),
            "What becomes of a message whose answer was lost: held for a person, or offered again, "
            "although it may arrive twice.",
        ),
    ] = "hold"
    list_unsubscribe: Annotated[
        kinds.Unsubscribe,
        Variable(
            ("LIST_UNSUBSCRIBE",),
            "Where mail programs let people unsubscribe; the header List-Unsubscribe. An https "
            "address with {message_id} in it is offered for one click.",
        ),
    ] = None

    def smtp_problems(self) -> list[str]:
        """Return a line if only half an account is set."""
        if bool(self.smtp_username) == bool(self.smtp_password):
            return []
        return ["SMTP_USERNAME and SMTP_PASSWORD belong together: set both or neither"]
