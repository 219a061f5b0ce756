"""Which channel the settings ask for."""

from collections.abc import Callable
from datetime import datetime

from comm_pipeline.channels.base import Channel
from comm_pipeline.channels.email_smtp import SmtpChannel
from comm_pipeline.channels.log import LogChannel
from comm_pipeline.channels.smtp_config import SmtpConfig
from comm_pipeline.errors import InvalidSettingError
from comm_pipeline.settings import Settings


def build_channel(settings: Settings, clock: Callable[[], datetime]) -> Channel:
    """Build the channel, opening nothing; raises InvalidSettingError for what it lacks."""
    if settings.channel == "log":
        return LogChannel(settings.worker_concurrent_tasks)
    return SmtpChannel(smtp_config(settings), clock)


def smtp_config(settings: Settings) -> SmtpConfig:
    """Collect the SMTP settings; raises InvalidSettingError naming the one that is missing."""
    return SmtpConfig(
        host=_required("SMTP_HOST", settings.smtp_host),
        port=settings.smtp_port,
        username=settings.smtp_username,
        password=settings.smtp_password,
        security=settings.smtp_security,
        sender=_required("SMTP_SENDER", settings.smtp_sender),
        message_id_domain=_required("SMTP_MESSAGE_ID_DOMAIN", settings.smtp_message_id_domain),
        timeout_seconds=settings.smtp_timeout_seconds,
        connections=settings.worker_threads,
    )


def _required(variable: str, value: str | None) -> str:
    if not value:
        raise InvalidSettingError(
            f"{variable} is not set, and the channel email needs it. "
            "Set it, or use COMM_PIPELINE_CHANNEL=log to send nothing."
        )
    return value
