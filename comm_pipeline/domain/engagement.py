"""How readily a recipient answers, and what follow-ups they get for it."""

from datetime import datetime, timedelta

from comm_pipeline.domain.conversations import Conversation
from comm_pipeline.domain.follow_up_strategies import Engagement, FollowUpStrategies
from comm_pipeline.domain.templates import CampaignTemplate, Stage


def engagement_of(conversation: Conversation, strategies: FollowUpStrategies) -> Engagement:
    """Return how readily the recipient has answered so far; the latest answer counts."""
    took = conversation.answered_after_seconds
    if took is None:
        return Engagement.NONE
    is_quick = timedelta(seconds=took) <= timedelta(hours=strategies.quick.within_hours)
    return Engagement.QUICK if is_quick else Engagement.SLOW


def engaged_stage(conversation: Conversation, template: CampaignTemplate) -> Stage:
    """Return the stage that is under way, its follow-ups as this recipient gets them.

    Raises KeyError if the template has no such stage.
    """
    strategies = template.follow_up_strategies
    if strategies is None:
        return template.stage(conversation.current_stage)
    engagement = engagement_of(conversation, strategies)
    return template.stage_for(conversation.current_stage, engagement)


def answer_time(sent_at: datetime | None, answered_at: datetime) -> float | None:
    """Return the seconds that an answer took, or None if nothing had been said."""
    return None if sent_at is None else max(0.0, (answered_at - sent_at).total_seconds())
