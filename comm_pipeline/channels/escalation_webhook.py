"""A signed call that tells a service of a conversation that was handed over to people.

The same format, signature and error handling as ``webhook``; what is told is another event.
"""

import json
from typing import Any, Final

from comm_pipeline.channels.base import ChannelMessage
from comm_pipeline.channels.webhook import WebhookChannel

ESCALATION_EVENT: Final = "escalation.opened"


class EscalationWebhook(WebhookChannel):
    """Calls one service with the document of an escalation: the message's text, in JSON."""

    name = "escalation webhook"
    settings = "ESCALATION_WEBHOOK_URL and ESCALATION_WEBHOOK_SECRET"

    def _event(self, message: ChannelMessage) -> dict[str, Any]:
        return {"type": ESCALATION_EVENT, "data": json.loads(message.text)}
