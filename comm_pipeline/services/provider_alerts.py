"""Provider alerts: a provider that is left alone, or a sender that it does not take.

Both let messages wait, and in the end fail, until somebody corrects something; so somebody is told
with the first of them, and not when the campaign is over.
"""

from datetime import datetime, timedelta
from typing import Final

from comm_pipeline.channels.base import SendResult
from comm_pipeline.storage.operator_alerts import OperatorAlertRepository

#: A sender whose messages are refused one after the other is told of once in this time.
_SAID_FOR: Final = timedelta(minutes=1)


class ProviderAlerts:
    """Tells whoever is in charge, as one process sees it."""

    def __init__(self, alerts: OperatorAlertRepository) -> None:
        self._alerts = alerts
        self._said: dict[str, datetime] = {}

    async def tell_stopped(self, provider: str, why: str, last: SendResult, now: datetime) -> None:
        """Say that a provider is left alone, and what it has answered."""
        reason = f"{why}; its last answer: {last.detail}"
        await self._alerts.raise_alert(f"provider:{provider}", reason, now)

    async def tell_refused(
        self, provider: str, sender: str | None, result: SendResult, now: datetime
    ) -> None:
        """Say that messages of one sender wait, while the provider takes those of others."""
        alert_id = f"sender:{sender or provider}"
        said_at = self._said.get(alert_id)
        if said_at is not None and timedelta() <= now - said_at < _SAID_FOR:
            return
        self._said[alert_id] = now
        reason = f"{provider} refuses {sender or 'a sender'}: {result.detail}"
        await self._alerts.raise_alert(alert_id, reason, now)
