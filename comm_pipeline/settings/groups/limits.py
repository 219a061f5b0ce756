"""How many messages may leave in a time; the texts are read by ``domain.rate_limits``."""

from typing import Annotated

from pydantic import BaseModel

from comm_pipeline.settings import kinds
from comm_pipeline.settings.variable import Variable


class LimitSettings(BaseModel):
    """Limits of providers, senders and recipient domains; what is empty limits nothing."""

    smtp_rate_limit: Annotated[
        kinds.RateLimit, Variable(("SMTP_RATE_LIMIT",), "Most that the mail server is given.")
    ] = ""
    twilio_rate_limit: Annotated[
        kinds.RateLimit,
        Variable(
            ("TWILIO_RATE_LIMIT",), "Most that the account is given, by SMS and WhatsApp each."
        ),
    ] = ""
    webhook_rate_limit: Annotated[
        kinds.RateLimit, Variable(("WEBHOOK_RATE_LIMIT",), "Most that the service is given.")
    ] = ""
    chat_rate_limit: Annotated[
        kinds.RateLimit, Variable(("CHAT_RATE_LIMIT",), "Most that the chat is given.")
    ] = ""
    sender_rate_limit: Annotated[
        kinds.RateLimit, Variable(("SENDER_RATE_LIMIT",), "Most that leaves from one sender.")
    ] = ""
    sender_warm_up: Annotated[
        kinds.WarmUp,
        Variable(
            ("SENDER_WARM_UP",),
            "Most that leaves from a new sender on its first day, its second, and so on.",
        ),
    ] = ""
    recipient_domain_rate_limits: Annotated[
        kinds.DomainRateLimits,
        Variable(
            ("RECIPIENT_DOMAIN_RATE_LIMITS",),
            "Most that goes to one domain of recipients; * stands for each that is not named.",
        ),
    ] = ""
    rate_limit_time_zone: Annotated[
        kinds.TimeZone,
        Variable(
            ("RATE_LIMIT_TIME_ZONE",),
            "Whose midnights begin the days of a warm-up and of limits by business-day.",
        ),
    ] = "UTC"
