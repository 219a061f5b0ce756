"""What the settings say of channels together: their limits, and what lost answers become."""

from comm_pipeline.domain.rate_limits import (
    SendingLimitRules,
    parse_domain_limits,
    parse_rate_limits,
    parse_warm_up,
)
from comm_pipeline.domain.time_zones import zone_named
from comm_pipeline.settings import Settings


def sending_limit_rules(settings: Settings) -> SendingLimitRules:
    """Return the limits that the settings give; days begin at the midnights of their zone."""
    zone = zone_named(settings.rate_limit_time_zone)
    by_channel = {
        "email": settings.smtp_rate_limit,
        "sms": settings.twilio_rate_limit,
        "whatsapp": settings.twilio_rate_limit,
        "webhook": settings.webhook_rate_limit,
        "chat": settings.chat_rate_limit,
    }
    return SendingLimitRules(
        providers={
            channel: parse_rate_limits(text, zone=zone) for channel, text in by_channel.items()
        },
        sender=parse_rate_limits(
            settings.sender_rate_limit, warm_up=parse_warm_up(settings.sender_warm_up), zone=zone
        ),
        domains=parse_domain_limits(settings.recipient_domain_rate_limits, zone=zone),
        catch_up=parse_rate_limits(settings.catch_up_rate_limit, zone=zone),
    )


def channels_that_retry_unknown(settings: Settings) -> frozenset[str]:
    """Return the channels on which a message whose answer was lost is offered again."""
    says = {
        "email": settings.smtp_on_unknown,
        "sms": settings.twilio_on_unknown,
        "whatsapp": settings.twilio_on_unknown,
        "chat": settings.chat_on_unknown,
    }
    return frozenset(channel for channel, answer in says.items() if answer == "retry")
