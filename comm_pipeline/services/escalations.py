"""Recording hand-offs: before the commits that they belong to, so that none can be lost."""

from collections.abc import Sequence

from comm_pipeline.domain.escalations import CALLS, escalation_of
from comm_pipeline.storage.conversation_states import Commit
from comm_pipeline.storage.repositories import Repositories


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
