"""By which ways people are told of hand-offs, as the settings say."""

from email.utils import parseaddr
from functools import partial

from pydantic import SecretStr

from comm_pipeline.channels.base import Channel
from comm_pipeline.channels.email_smtp import SmtpChannel
from comm_pipeline.channels.escalation_webhook import EscalationWebhook
from comm_pipeline.channels.http_config import WebhookConfig
from comm_pipeline.channels.registry import smtp_config
from comm_pipeline.services.clock import Clock
from comm_pipeline.services.escalation_notices import Way, call_about, mail_about
from comm_pipeline.settings import Settings


def escalation_ways(settings: Settings, clock: Clock) -> list[Way]:
    """Return the ways that are set up; nothing is opened.

    Raises InvalidSettingError for what mail lacks.
    """
    ways = []
    if settings.escalation_email is not None:
        domain = smtp_config(settings).message_id_domain
        ways.append(
            Way(
                "email",
                partial(_mail, settings, clock),
                partial(mail_about, address=parseaddr(settings.escalation_email)[1], domain=domain),
            )
        )
    if settings.escalation_webhook_url is not None:
        ways.append(Way("webhook", partial(_call, settings, clock), call_about))
    return ways


def _mail(settings: Settings, clock: Clock) -> Channel:
    config = smtp_config(settings).model_copy(update={"connections": 1, "unsubscribe": ()})
    return SmtpChannel(config, clock)


def _call(settings: Settings, clock: Clock) -> Channel:
    url, secret = settings.escalation_webhook_url, settings.escalation_webhook_secret
    assert url is not None
    secrets = secret.get_secret_value().split() if secret else []
    config = WebhookConfig(
        url=url,
        secrets=tuple(SecretStr(one) for one in secrets),
        max_in_flight=1,
        allow_http=settings.escalation_webhook_allow_http,
    )
    return EscalationWebhook(config, clock)
