"""What the HTTP channels need to know about their providers and about us. Nothing is read here."""

from pathlib import Path

from pydantic import BaseModel, ConfigDict, Field, SecretStr


class HttpOptions(BaseModel):
    """How a provider is called, whichever it is.

    ``connect_timeout_seconds`` holds for name, connection and TLS together, ``timeout_seconds`` for
    the answer that follows. ``ca_file`` names certificates to trust in place of the system's.
    ``allow_http`` permits calls without TLS to another machine.
    """

    model_config = ConfigDict(frozen=True, hide_input_in_errors=True)

    connect_timeout_seconds: float = Field(default=10.0, gt=0)
    timeout_seconds: float = Field(default=30.0, gt=0)
    max_in_flight: int = Field(default=32, ge=1)
    ca_file: Path | None = None
    allow_http: bool = False


class TwilioConfig(HttpOptions):
    """An account at a provider that speaks Twilio's Messages API, and the sender it sends from.

    ``sender`` is a phone number in E.164; for SMS also a short code or an alphanumeric name.
    ``messaging_service_sid`` takes its place where the provider chooses the sender. With
    ``api_key_sid``, ``auth_token`` is that key's secret and not the account's. The provider reports
    what became of a message to ``status_callback_url``.
    """

    base_url: str = "https://api.twilio.com"
    account_sid: str
    api_key_sid: str | None = None
    auth_token: SecretStr
    sender: str | None = None
    messaging_service_sid: str | None = None
    status_callback_url: str | None = None


class WebhookConfig(HttpOptions):
    """A service that sends for us, or wants to know.

    ``secrets`` are in the form of Standard Webhooks, ``whsec_`` and base64; the message is signed
    with each, so that a secret can be replaced without a gap.
    """

    url: SecretStr
    secrets: tuple[SecretStr, ...]


class ChatConfig(HttpOptions):
    """An incoming webhook of Slack, or of a chat that takes the same messages.

    Whoever knows ``url`` can write, so it is a secret.
    """

    url: SecretStr
