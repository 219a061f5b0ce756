"""Who is told when a conversation is handed over to people."""

from typing import Annotated

from pydantic import BaseModel

from comm_pipeline.settings import kinds
from comm_pipeline.settings.agreement import missing_beside
from comm_pipeline.settings.groups import http
from comm_pipeline.settings.secret import mask_everything
from comm_pipeline.settings.variable import Variable


class EscalationSettings(BaseModel):
    """By mail, by a call, by both, or not at all; they are listed in any case."""

    escalation_email: Annotated[
        kinds.Sender,
        Variable(
            ("ESCALATION_EMAIL",),
            "Who gets a mail, sent through SMTP_HOST, for each conversation that needs a person.",
        ),
    ] = None
    escalation_webhook_url: Annotated[
        kinds.SecretUrl,
        Variable(
            ("ESCALATION_WEBHOOK_URL",),
            "The service that is called for each conversation that needs a person.",
            mask=mask_everything,
        ),
    ] = None
    escalation_webhook_secret: Annotated[
        kinds.Password,
        Variable(
            ("ESCALATION_WEBHOOK_SECRET",),
            "What those calls are signed with: whsec_ and base64. Several, separated by spaces, "
            "while one replaces another.",
            mask=mask_everything,
        ),
    ] = None
    escalation_webhook_allow_http: Annotated[kinds.Flag, http.allow_http("ESCALATION_WEBHOOK")] = (
        False
    )

    def escalation_problems(self, smtp_host: str | None) -> list[str]:
        """Return a line for each setting that a way of telling lacks."""
        call = {
            "ESCALATION_WEBHOOK_URL": self.escalation_webhook_url,
            "ESCALATION_WEBHOOK_SECRET": self.escalation_webhook_secret,
        }
        mail = {"ESCALATION_EMAIL": self.escalation_email}
        return [*missing_beside(call, call), *missing_beside(mail, {"SMTP_HOST": smtp_host})]
