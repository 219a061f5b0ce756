"""What a conversation's first pass makes of it, by the pure functions alone."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any, Self

from comm_pipeline.domain.campaigns import Campaign
from comm_pipeline.domain.conversations import Conversation
from comm_pipeline.domain.decision import (
    Answer,
    CampaignFacts,
    Decision,
    DeliveryFact,
    Send,
    decide,
)
from comm_pipeline.domain.messages import RenderedText
from comm_pipeline.domain.templates import CampaignTemplate
from comm_pipeline.services.advancing import advance_conversation
from comm_pipeline.services.answering import compose_any
from comm_pipeline.services.config_manager import campaign_variables
from comm_pipeline.storage.conversation_commits import Commit

FACTS = CampaignFacts(delay_factor=1.0)
_DOMAIN = "example.com"


@dataclass(frozen=True, slots=True)
class FirstPass:
    """Decides and renders as the Worker Service does; reads and writes nothing."""

    template: CampaignTemplate
    variables: dict[str, Any]

    @classmethod
    def of(cls, campaign: Campaign, template: CampaignTemplate) -> Self:
        return cls(template, campaign_variables(campaign, template))

    async def __call__(self, conversation: Conversation, now: datetime) -> Commit:
        """Return the commit: the first message, and the plan to follow up."""

        async def decide_next(state: Conversation, _: DeliveryFact | None) -> Decision:
            return decide(state, self.template, FACTS, now)

        async def say(state: Conversation, said: Send | Answer) -> RenderedText:
            return compose_any(state, self.template, said, self.variables)

        return await advance_conversation(
            conversation,
            {},
            decide_next,
            say,
            _DOMAIN,
            now,
        )
