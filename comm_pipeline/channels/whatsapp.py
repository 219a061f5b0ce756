"""WhatsApp. The subject is not sent.

Free text reaches only who has written to us within the last 24 hours; the provider reports others
as undelivered (63016) after it has accepted them.
"""

from comm_pipeline.channels.http_config import TwilioConfig
from comm_pipeline.channels.phone_numbers import is_e164
from comm_pipeline.channels.twilio_messages import TwilioMessages
from comm_pipeline.errors import InvalidSettingError

_PREFIX = "whatsapp:"


class WhatsAppChannel(TwilioMessages):
    """WhatsApp messages through one account."""

    name = "whatsapp"

    def _sender_fields(self, config: TwilioConfig) -> dict[str, str]:
        if config.messaging_service_sid:
            return {"MessagingServiceSid": config.messaging_service_sid}
        sender = (config.sender or "").removeprefix(_PREFIX)
        if not is_e164(sender):
            raise InvalidSettingError(
                "TWILIO_WHATSAPP_SENDER must be a number such as +491701234567, "
                "or set TWILIO_MESSAGING_SERVICE_SID"
            )
        return {"From": _PREFIX + sender}

    def _recipient(self, number: str) -> str:
        return _PREFIX + number
