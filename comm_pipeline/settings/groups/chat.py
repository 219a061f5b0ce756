"""The chat that messages are written into."""

from typing import Annotated

from pydantic import BaseModel

from comm_pipeline.settings import kinds
from comm_pipeline.settings.groups import http
from comm_pipeline.settings.secret import mask_everything
from comm_pipeline.settings.variable import Variable


class ChatSettings(BaseModel):
    """Sending to a chat."""

    chat_webhook_url: Annotated[
        kinds.SecretUrl,
        Variable(
            ("CHAT_WEBHOOK_URL",),
            "Incoming webhook of Slack or of a chat that takes the same messages.",
            mask=mask_everything,
        ),
    ] = None
    chat_on_unknown: Annotated[
        kinds.OnUnknown,
        Variable(
            ("CHAT_ON_UNKNOWN",),
            "What becomes of a message whose answer was lost: held for a person, or offered again, "
            "although it may arrive twice.",
        ),
    ] = "hold"
    chat_timeout_seconds: Annotated[kinds.Timeout, http.timeout("CHAT")] = http.TIMEOUT_SECONDS
    chat_connect_timeout_seconds: Annotated[kinds.Timeout, http.connect_timeout("CHAT")] = (
        http.CONNECT_TIMEOUT_SECONDS
    )
    chat_max_in_flight: Annotated[kinds.Count, http.max_in_flight("CHAT")] = http.MAX_IN_FLIGHT
    chat_ca_file: Annotated[kinds.OptionalFile, http.ca_file("CHAT")] = None
    chat_allow_http: Annotated[kinds.Flag, http.allow_http("CHAT")] = False
