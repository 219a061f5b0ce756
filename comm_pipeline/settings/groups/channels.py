"""The channels: each is there if its settings are, and one of them is the usual one."""

from collections.abc import Mapping
from typing import Annotated, Any, Final

from pydantic import Field

from comm_pipeline.settings import kinds
from comm_pipeline.settings.groups.chat import ChatSettings
from comm_pipeline.settings.groups.smtp import SmtpSettings
from comm_pipeline.settings.groups.twilio import TwilioSettings
from comm_pipeline.settings.groups.webhook import WebhookSettings
from comm_pipeline.settings.variable import Variable

#: Each channel with the fields of which one suffices to ask for it; the usual one is the first.
_ASKED_FOR_BY: Final[Mapping[kinds.ChannelName, tuple[str, ...]]] = {
    "email": ("smtp_host",),
    "sms": ("twilio_sms_sender", "twilio_messaging_service_sid"),
    "whatsapp": ("twilio_whatsapp_sender", "twilio_messaging_service_sid"),
    "webhook": ("webhook_url",),
    "chat": ("chat_webhook_url",),
}


def variables_asking_for(channel: str) -> tuple[str, ...]:
    """Return the variables of which one suffices to set up a channel; none for another name."""
    fields = ChannelSettings.model_fields
    return tuple(
        item.names[0]
        for name, asking in _ASKED_FOR_BY.items()
        for field in asking
        for item in fields[field].metadata
        if name == channel and isinstance(item, Variable)
    )


def _asked_for(fields: Mapping[str, Any]) -> tuple[kinds.ChannelName, ...]:
    return tuple(
        name for name, asking in _ASKED_FOR_BY.items() if any(fields.get(field) for field in asking)
    )


def _usual(fields: dict[str, Any]) -> kinds.ChannelName:
    return next(iter(_asked_for(fields)), "log")


# pydantic puts the fields of the last base first.
class ChannelSettings(ChatSettings, WebhookSettings, TwilioSettings, SmtpSettings):
    """Every way to recipients, and the usual one."""

    channel: Annotated[
        kinds.ChannelChoice,
        Variable(
            ("COMM_PIPELINE_CHANNEL",),
            "Where messages go whose template names no channel. With log, nothing is sent at all: "
            "messages of every channel only go into the log.",
            default="the first that is set up, in this order",
        ),
    ] = Field(default_factory=_usual)

    @property
    def channels_set_up(self) -> tuple[kinds.ChannelName, ...]:
        """The channels that the settings ask for, without ``log``."""
        return _asked_for(dict(self))

    def channel_problems(self) -> list[str]:
        """Return a line for each variable that a channel lacks."""
        return [
            *self._missing_for_email(),
            *self.smtp_problems(),
            *self.twilio_problems(),
            *self.webhook_problems(),
            *self._missing_for_the_usual_one(),
        ]

    def _missing_for_email(self) -> list[str]:
        if self.channel != "email" and not (self.smtp_host and self.channel != "log"):
            return []
        needed = {"SMTP_HOST": self.smtp_host, "SMTP_SENDER": self.smtp_sender}
        return [
            f"{name} is needed to send email: set it, or set COMM_PIPELINE_CHANNEL=log"
            for name, value in needed.items()
            if not value
        ]

    def _missing_for_the_usual_one(self) -> list[str]:
        if self.channel in ("email", "log", *self.channels_set_up):
            return []
        names = " or ".join(variables_asking_for(self.channel))
        return [f"{names} is needed for COMM_PIPELINE_CHANNEL={self.channel}: set it, or use log"]
