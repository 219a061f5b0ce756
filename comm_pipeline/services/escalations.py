"""Hand-offs: recorded before the commits that they belong to, so that none can be lost; listed."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Final

from comm_pipeline.domain.analysis import POSSIBLE_OPT_OUT
from comm_pipeline.domain.conversations import Conversation
from comm_pipeline.domain.escalations import (
    CALLS,
    Escalation,
    EscalationStatus,
    escalation_of,
    is_needed,
)
from comm_pipeline.domain.ids import CampaignId
from comm_pipeline.domain.statuses import Outcome
from comm_pipeline.services.possible_opt_outs import stop_doubted
from comm_pipeline.storage.conversation_commits import Commit
from comm_pipeline.storage.repositories import Repositories

#: A hand-off is recorded before its commit, which is made within this time or not at all.
_UNTIL_COMMITTED: Final = timedelta(minutes=15)


async def needed_escalations(
    repositories: Repositories, campaign_id: CampaignId | None, limit: int, now: datetime
) -> list[Escalation]:
    """Return the open hand-offs, the oldest first; those of which nothing is left are superseded.

    A conversation may have ended by itself meanwhile: an opt-out, the end of its campaign.
    """
    found = await repositories.escalations.find(campaign_id, EscalationStatus.OPEN, limit)
    loaded = await repositories.conversations.load([one.conversation_id for one in found])
    needed = []
    for one in found:
        is_young = one.created_at > now - _UNTIL_COMMITTED
        if is_young or is_needed(one, loaded.get(one.conversation_id)):
            needed.append(one)
        else:
            await supersede(repositories, one, loaded.get(one.conversation_id), now)
    return needed


async def supersede(
    repositories: Repositories,
    escalation: Escalation,
    conversation: Conversation | None,
    now: datetime,
) -> None:
    """Close a hand-off of which nothing is left to do."""
    has_opted_out = conversation is not None and conversation.outcome is Outcome.OPTED_OUT
    if escalation.rule == POSSIBLE_OPT_OUT and has_opted_out:
        await stop_doubted(repositories, escalation.conversation_id, now)
    await repositories.escalations.close(escalation.id, EscalationStatus.SUPERSEDED, now)


async def open_escalations(repositories: Repositories, commits: Sequence[Commit]) -> None:
    """Record a hand-off for each decision that calls a person; doing it again is harmless.

    One whose commit is not made after all is superseded when people are about to be told of it.
    """
    calling = [
        (commit, decision)
        for commit in commits
        for decision in commit.decisions
        if decision.kind in CALLS
    ]
    if not calling:
        return
    whole = await repositories.conversations.load([commit.before.id for commit, _ in calling])
    await repositories.escalations.open(
        [
            escalation_of(
                commit.before,
                commit.after,
                (*history.message_history, *commit.entries)
                if (history := whole.get(commit.before.id))
                else commit.entries,
                decision,
            )
            for commit, decision in calling
        ]
    )
