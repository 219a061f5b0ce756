"""The account at a provider that speaks Twilio's Messages API: text messages and WhatsApp."""

from typing import Annotated

from pydantic import BaseModel

from comm_pipeline.settings import kinds
from comm_pipeline.settings.agreement import missing_beside
from comm_pipeline.settings.groups import http
from comm_pipeline.settings.secret import mask_everything
from comm_pipeline.settings.variable import Variable


class TwilioSettings(BaseModel):
    """Sending by SMS and WhatsApp."""

    twilio_base_url: Annotated[
        kinds.Url,
        Variable(("TWILIO_BASE_URL",), "Twilio, or a provider that speaks its Messages API."),
    ] = "https://api.twilio.com"
    twilio_account_sid: Annotated[
        kinds.Text, Variable(("TWILIO_ACCOUNT_SID",), "Account at the provider.")
    ] = None
    twilio_auth_token: Annotated[
        kinds.Password,
        Variable(
            ("TWILIO_AUTH_TOKEN",),
            "Token of the account; with TWILIO_API_KEY_SID, what belongs to that key.",
            mask=mask_everything,
        ),
    ] = None
    twilio_api_key_sid: Annotated[
        kinds.Text,
        Variable(("TWILIO_API_KEY_SID",), "Key of the account, better than its own token."),
    ] = None
    twilio_sms_sender: Annotated[
        kinds.Text,
        Variable(
            ("TWILIO_SMS_SENDER",),
            "Who text messages are from: a number such as +491701234567, a short code or a name.",
        ),
    ] = None
    twilio_whatsapp_sender: Annotated[
        kinds.Text,
        Variable(
            ("TWILIO_WHATSAPP_SENDER",),
            "Who WhatsApp messages are from: a number such as +491701234567.",
        ),
    ] = None
    twilio_messaging_service_sid: Annotated[
        kinds.Text,
        Variable(
            ("TWILIO_MESSAGING_SERVICE_SID",),
            "Chooses the sender of text and WhatsApp messages that have none of their own above.",
        ),
    ] = None
    twilio_status_callback_url: Annotated[
        kinds.OptionalUrl,
        Variable(
            ("TWILIO_STATUS_CALLBACK_URL",), "Where the provider reports what became of a message."
        ),
    ] = None
    twilio_on_unknown: Annotated[
        kinds.OnUnknown,
        Variable(
            ("TWILIO_ON_UNKNOWN",),
            "What becomes of a message whose answer was lost: held for a person, or offered again, "
            "although it may arrive twice.",
        ),
    ] = "hold"
    twilio_timeout_seconds: Annotated[kinds.Timeout, http.timeout("TWILIO")] = http.TIMEOUT_SECONDS
    twilio_connect_timeout_seconds: Annotated[kinds.Timeout, http.connect_timeout("TWILIO")] = (
        http.CONNECT_TIMEOUT_SECONDS
    )
    twilio_max_in_flight: Annotated[kinds.Count, http.max_in_flight("TWILIO")] = http.MAX_IN_FLIGHT
    twilio_ca_file: Annotated[kinds.OptionalFile, http.ca_file("TWILIO")] = None
    twilio_allow_http: Annotated[kinds.Flag, http.allow_http("TWILIO")] = False

    def twilio_problems(self) -> list[str]:
        """Return a line for each variable that an account or a sender lacks."""
        senders: dict[str, object] = {
            "TWILIO_SMS_SENDER": self.twilio_sms_sender,
            "TWILIO_WHATSAPP_SENDER": self.twilio_whatsapp_sender,
            "TWILIO_MESSAGING_SERVICE_SID": self.twilio_messaging_service_sid,
        }
        account: dict[str, object] = {
            "TWILIO_ACCOUNT_SID": self.twilio_account_sid,
            "TWILIO_AUTH_TOKEN": self.twilio_auth_token,
        }
        given = account | {"TWILIO_API_KEY_SID": self.twilio_api_key_sid} | senders
        return missing_beside(given, account | {" or ".join(senders): any(senders.values())})
