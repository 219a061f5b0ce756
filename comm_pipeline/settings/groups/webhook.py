"""A service that sends for us."""

from typing import Annotated

from pydantic import BaseModel

from comm_pipeline.settings import kinds
from comm_pipeline.settings.agreement import missing_beside
from comm_pipeline.settings.groups import http
from comm_pipeline.settings.secret import mask_everything
from comm_pipeline.settings.variable import Variable


class WebhookSettings(BaseModel):
    """Sending through a service that is called."""

    webhook_url: Annotated[
        kinds.SecretUrl,
        Variable(
            ("WEBHOOK_URL",),
            "The service that is called for each message of the channel webhook.",
            mask=mask_everything,
        ),
    ] = None
    webhook_secret: Annotated[
        kinds.Password,
        Variable(
            ("WEBHOOK_SECRET",),
            "What the calls are signed with: whsec_ and base64. Several, separated by spaces, "
            "while one replaces another.",
            mask=mask_everything,
        ),
    ] = None
    webhook_timeout_seconds: Annotated[kinds.Timeout, http.timeout("WEBHOOK")] = (
        http.TIMEOUT_SECONDS
    )
    webhook_connect_timeout_seconds: Annotated[kinds.Timeout, http.connect_timeout("WEBHOOK")] = (
        http.CONNECT_TIMEOUT_SECONDS
    )
    webhook_max_in_flight: Annotated[kinds.Count, http.max_in_flight("WEBHOOK")] = (
        http.MAX_IN_FLIGHT
    )
    webhook_ca_file: Annotated[kinds.OptionalFile, http.ca_file("WEBHOOK")] = None
    webhook_allow_http: Annotated[kinds.Flag, http.allow_http("WEBHOOK")] = False

    def webhook_problems(self) -> list[str]:
        """Return a line if only half of it is set."""
        both = {"WEBHOOK_URL": self.webhook_url, "WEBHOOK_SECRET": self.webhook_secret}
        return missing_beside(both, both)
