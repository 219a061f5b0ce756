"""Workers that are killed with kill -9, over a real mail server: a handful of ``make chaos``."""

from pathlib import Path

import pytest

from comm_pipeline_tests.chaos.life import STEPS
from comm_pipeline_tests.chaos.trials import a_ground
from comm_pipeline_tests.chaos.worker import Death

pytestmark = pytest.mark.anyio

#: None: while the mail server has the mail, and has not answered.
DEATHS = [
    None,
    Death("OutboundMessageRepository.settle", is_after=False),
    Death("OutboundMessageRepository.mark_sending", is_after=True),
    Death("ConversationStateRepository.commit", is_after=True),
]


@pytest.mark.parametrize(("workers", "deaths"), [(1, DEATHS), (4, DEATHS[:2])])
async def test_a_killed_process_doubles_and_loses_nothing(
    mongodb_uri: str,
    database_name: str,
    tmp_path: Path,
    workers: int,
    deaths: list[Death | None],
) -> None:
    async with a_ground(mongodb_uri, database_name, tmp_path, workers) as ground:
        (chapter,) = await ground.undisturbed(STEPS[:1])
        outcomes = [await ground.die_in(chapter, death) for death in deaths]
    assert [problem for one in outcomes for problem in one.verdict.problems] == []
    # Of four workers another may have been quicker everywhere.
    assert workers == 4 or all(one.is_killed for one in outcomes)
    assert bool(outcomes[0].verdict.unknown) is outcomes[0].is_killed
