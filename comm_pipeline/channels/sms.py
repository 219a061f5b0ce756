"""Text messages. The subject is not sent: a text message has none."""

import re
from typing import Final

from comm_pipeline.channels.base import ChannelMessage, SendResult
from comm_pipeline.channels.http_config import TwilioConfig
from comm_pipeline.channels.phone_numbers import is_e164
from comm_pipeline.channels.sms_segments import segments_of
from comm_pipeline.channels.twilio_messages import TwilioMessages
from comm_pipeline.errors import InvalidSettingError

_SHORT_CODE: Final = re.compile(r"[0-9]{3,8}")
_NAME: Final = re.compile(r"(?=.*[A-Za-z])[A-Za-z0-9 +_&-]{1,11}")


class SmsChannel(TwilioMessages):
    """Text messages through one account; ``raw.segments`` tells how many each was cut into."""

    name = "sms"

    async def send(self, message: ChannelMessage) -> SendResult:
        """Offer one message, and count its segments."""
        result = await super().send(message)
        encoding, segments = segments_of(message.text)
        raw = result.raw | {"encoding": encoding, "segments": segments}
        return result.model_copy(update={"raw": raw})

    def _sender_fields(self, config: TwilioConfig) -> dict[str, str]:
        if config.messaging_service_sid:
            return {"MessagingServiceSid": config.messaging_service_sid}
        sender = config.sender or ""
        if not (is_e164(sender) or _SHORT_CODE.fullmatch(sender) or _NAME.fullmatch(sender)):
            raise InvalidSettingError(
                "TWILIO_SMS_SENDER must be a number such as +491701234567, a short code or a name "
                "of up to 11 letters and digits; or set TWILIO_MESSAGING_SERVICE_SID"
            )
        return {"From": sender}

    def _recipient(self, number: str) -> str:
        return number
