"""Which channels the settings ask for."""

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Final, TypeVar

from pydantic import SecretStr

from comm_pipeline.channels.base import Channel
from comm_pipeline.channels.chat import ChatChannel
from comm_pipeline.channels.email_smtp import SmtpChannel
from comm_pipeline.channels.http_config import ChatConfig, TwilioConfig, WebhookConfig
from comm_pipeline.channels.log import LogChannel
from comm_pipeline.channels.sms import SmsChannel
from comm_pipeline.channels.smtp_config import SmtpConfig
from comm_pipeline.channels.webhook import WebhookChannel
from comm_pipeline.channels.whatsapp import WhatsAppChannel
from comm_pipeline.domain.channel_choice import ChannelsInUse
from comm_pipeline.errors import InvalidSettingError
from comm_pipeline.settings import Settings, variables_asking_for

Clock = Callable[[], datetime]
T = TypeVar("T")

_LOG: Final = "log"


def channel_names(settings: Settings) -> tuple[str, ...]:
    """Return which channels are set up, the usual one first.

    Where nothing is set up, or COMM_PIPELINE_CHANNEL says so, that is ``log`` alone, which stands
    for all of them.
    """
    if settings.channel == _LOG:
        return (_LOG,)
    return tuple(dict.fromkeys((settings.channel, *settings.channels_set_up)))


def channels_in_use(settings: Settings) -> ChannelsInUse:
    """Return which channels templates may use; with ``log`` alone, that one stands for all."""
    names = channel_names(settings)
    if names == (_LOG,):
        return ChannelsInUse()
    return ChannelsInUse(usual=names[0], set_up=frozenset(names))


def build_channels(settings: Settings, clock: Clock) -> dict[str, Channel]:
    """Build every channel of ``channel_names``, opening nothing.

    Raises InvalidSettingError for what a channel lacks or cannot use.
    """
    return {name: build_channel_named(name, settings, clock) for name in channel_names(settings)}


def build_channel_named(name: str, settings: Settings, clock: Clock) -> Channel:
    """Build one of ``channel_names``; raises InvalidSettingError as ``build_channels``."""
    return _BUILDERS[name](settings, clock)


def channel_for(channels: Mapping[str, Channel], name: str) -> Channel:
    """Return the channel of this name out of ``build_channels``; the log if there is nothing else.

    Raises InvalidSettingError that names what to set if it is not set up.
    """
    found = channels.get(name) or channels.get(_LOG)
    if found is None:
        variables = " or ".join(variables_asking_for(name))
        fix = f"set {variables}" if variables else f"the channels are {', '.join(_BUILDERS)}"
        raise InvalidSettingError(f"the channel {name!r} is not set up: {fix}")
    return found


def _log(settings: Settings, _: Clock) -> Channel:
    return LogChannel(settings.worker_concurrent_tasks)


def _email(settings: Settings, clock: Clock) -> Channel:
    return SmtpChannel(smtp_config(settings), clock)


def _sms(settings: Settings, clock: Clock) -> Channel:
    return SmsChannel(_twilio_config(settings, settings.twilio_sms_sender), clock)


def _whatsapp(settings: Settings, clock: Clock) -> Channel:
    return WhatsAppChannel(_twilio_config(settings, settings.twilio_whatsapp_sender), clock)


def _webhook(settings: Settings, clock: Clock) -> Channel:
    secrets = _required("WEBHOOK_SECRET", settings.webhook_secret).get_secret_value().split()
    config = WebhookConfig(
        url=_required("WEBHOOK_URL", settings.webhook_url),
        secrets=tuple(SecretStr(secret) for secret in secrets),
        timeout_seconds=settings.webhook_timeout_seconds,
        connect_timeout_seconds=settings.webhook_connect_timeout_seconds,
        max_in_flight=settings.webhook_max_in_flight,
        ca_file=settings.webhook_ca_file,
        allow_http=settings.webhook_allow_http,
    )
    return WebhookChannel(config, clock)


def _chat(settings: Settings, clock: Clock) -> Channel:
    config = ChatConfig(
        url=_required("CHAT_WEBHOOK_URL", settings.chat_webhook_url),
        timeout_seconds=settings.chat_timeout_seconds,
        connect_timeout_seconds=settings.chat_connect_timeout_seconds,
        max_in_flight=settings.chat_max_in_flight,
        ca_file=settings.chat_ca_file,
        allow_http=settings.chat_allow_http,
    )
    return ChatChannel(config, clock)


_BUILDERS: Final[Mapping[str, Callable[[Settings, Clock], Channel]]] = {
    "email": _email,
    "sms": _sms,
    "whatsapp": _whatsapp,
    "webhook": _webhook,
    "chat": _chat,
    _LOG: _log,
}


def smtp_config(settings: Settings) -> SmtpConfig:
    """Collect the SMTP settings; raises InvalidSettingError naming the one that is missing."""
    return SmtpConfig(
        host=_required("SMTP_HOST", settings.smtp_host),
        port=settings.smtp_port,
        username=settings.smtp_username,
        password=settings.smtp_password,
        security=settings.smtp_security,
        sender=_required("SMTP_SENDER", settings.smtp_sender),
        more_senders=settings.smtp_more_senders,
        message_id_domain=_required("SMTP_MESSAGE_ID_DOMAIN", settings.smtp_message_id_domain),
        timeout_seconds=settings.smtp_timeout_seconds,
        connections=settings.worker_threads,
        unsubscribe=tuple((settings.list_unsubscribe or "").split()),
        reply_to=settings.smtp_reply_to,
    )


def _twilio_config(settings: Settings, sender: str | None) -> TwilioConfig:
    """Collect the account's settings; the messaging service only if there is no ``sender``."""
    return TwilioConfig(
        base_url=settings.twilio_base_url,
        account_sid=_required("TWILIO_ACCOUNT_SID", settings.twilio_account_sid),
        api_key_sid=settings.twilio_api_key_sid,
        auth_token=_required("TWILIO_AUTH_TOKEN", settings.twilio_auth_token),
        sender=sender,
        messaging_service_sid=None if sender else settings.twilio_messaging_service_sid,
        status_callback_url=settings.twilio_status_callback_url,
        timeout_seconds=settings.twilio_timeout_seconds,
        connect_timeout_seconds=settings.twilio_connect_timeout_seconds,
        max_in_flight=settings.twilio_max_in_flight,
        ca_file=settings.twilio_ca_file,
        allow_http=settings.twilio_allow_http,
    )


def _required(variable: str, value: T | None) -> T:
    if not value:
        raise InvalidSettingError(
            f"{variable} is not set, and a channel needs it. "
            "Set it, or use COMM_PIPELINE_CHANNEL=log to send nothing."
        )
    return value
