"""A worker may die at any write and at any call of a provider: nothing is doubled, nothing lost.

The points are read from the code, and a life with every kind of message leads to them. Each death
begins where an undisturbed worker begins a step, and the worker after it must leave what the
undisturbed one left; only what was being offered may be ``unknown``. Real deaths: ``make chaos``.
"""

from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest

from comm_pipeline_tests.chaos.elsewhere import ELSEWHERE, RECOVERY
from comm_pipeline_tests.chaos.killing import (
    REQUEST,
    Chapter,
    Place,
    a_place,
    begin,
    pass_time,
    undisturbed,
)
from comm_pipeline_tests.chaos.life import OUTCOMES, REST, STEPS, disagreements
from comm_pipeline_tests.chaos.points import hidden_writes, points_in_code
from comm_pipeline_tests.chaos.view import differences, endings, judged, unknown_in, view_of
from comm_pipeline_tests.fault_injection import Fuse

pytestmark = pytest.mark.anyio

TESTS = Path(__file__).parents[2]
#: Calls of a provider: there it matters whether the worker dies before or after.
CALLS = frozenset({"delivery._offer", "EscalationNotices._tell"})
#: Where the points have nothing to do with the kind of message: a death in one step is enough.
SAME_EVERYWHERE = (
    "WorkLease",
    "RateLimit",
    "CircuitBreaker",
    "CampaignRepository",
    "ProviderReport",
)
#: What may become of a message; nothing may be left waiting.
FINAL = frozenset({"sent", "unknown", "bounced", "suppressed", "cancelled"})
#: Around an offer.
OFFER = ("OutboundMessageRepository.mark_sending", "delivery._offer")


@pytest.fixture
async def place(mongodb_uri: str, database_name: str) -> AsyncIterator[Place]:
    async with a_place(mongodb_uri, database_name) as opened:
        yield opened


def deaths_in(chapter: Chapter, seen: set[str]) -> Iterator[Fuse]:
    """Yield a death after each point of a step, and before each call of a provider.

    Dying after one write is dying before the next.
    """
    for point in dict.fromkeys(chapter.trail):
        if point.startswith(SAME_EVERYWHERE) and point in seen:
            continue
        seen.add(point)
        yield Fuse(1, is_after=True, point=point)
        if point in CALLS:
            yield Fuse(1, point=point)


async def wrong_after(place: Place, chapter: Chapter, *fuses: Fuse) -> list[str]:
    """Begin a step anew, let workers die in it, and return what is left wrong."""
    await begin(place, chapter)
    await place.live(chapter.step, *fuses)
    seen = await view_of(place.database)
    problems = [*differences(seen, chapter.after), *judged(seen, place.provider.got).problems]
    problems += ["the worker did not die" for fuse in fuses if not fuse.is_blown]
    where = " and ".join(f"{'after' if one.is_after else 'before'} {one.point}" for one in fuses)
    return [f"{chapter.step.name}, {where}: {problem}" for problem in problems]


async def test_a_worker_may_die_at_any_point_of_any_step(place: Place) -> None:
    seen: set[str] = set()
    found = [
        problem
        for chapter in await undisturbed(place)
        for fuse in deaths_in(chapter, seen)
        for problem in await wrong_after(place, chapter, fuse)
    ]
    assert "\n".join(found) == ""
    assert seen >= {"delivery._offer", "OutboundMessageRepository.settle"}


async def test_who_takes_up_what_the_dead_have_left_may_die_too(place: Place) -> None:
    chapter = (await undisturbed(place))[0]
    found = []
    for second, first in RECOVERY.items():
        deaths = [Fuse(1, is_after=True, point=point) for point in (first, second)]
        found += await wrong_after(place, chapter, *deaths)
    assert "\n".join(found) == ""


async def test_every_write_and_call_in_the_code_is_a_kill_point(place: Place) -> None:
    """A new one needs a life that leads to it; see ``chaos/life.py`` and ``chaos/elsewhere.py``."""
    in_code = {point.name for point in points_in_code()}
    reached = {point for chapter in await undisturbed(place) for point in chapter.trail}
    assert sorted(in_code - reached - ELSEWHERE.keys() - RECOVERY.keys()) == []
    assert sorted((ELSEWHERE.keys() | RECOVERY.keys()) - in_code) == []
    assert sorted(reached & (ELSEWHERE.keys() | RECOVERY.keys())) == []
    assert [text for text in ELSEWHERE.values() if not (TESTS / text.split()[-1]).is_file()] == []


def test_no_write_is_hidden_from_those_who_look_for_kill_points() -> None:
    assert hidden_writes() == ()


@pytest.mark.parametrize(
    "code",
    [
        "write = collection.insert_one\nwrite(document)",
        "partial(collection.update_one, query)(change)",
        "helper(channel.send, message)",
        "collection.aggregate([{'$merge': 'other'}])",
        "database.command({'insert': 'some', 'documents': [{}]})",
        "database.command(name)",
        "collection.drop()",
        "collection.rename('other')",
    ],
)
def test_a_write_in_another_form_is_found(tmp_path: Path, code: str) -> None:
    for part in ("services", "storage"):
        (tmp_path / part).mkdir()
    (tmp_path / "services" / "new.py").write_text(f"{code}\n", encoding="utf-8")
    assert [place.partition(":")[0] for place in hidden_writes(tmp_path)] == ["services/new.py"]
    (tmp_path / "services" / "new.py").write_text("await collection.insert_one({})\n")
    assert hidden_writes(tmp_path) == ()


@pytest.mark.parametrize("point", [*OFFER, "OutboundMessageRepository.settle"])
async def test_lives_full_of_deaths_end_well(place: Place, point: str) -> None:
    """In every step the worker dies there; people and counts never notice."""
    for step in (*STEPS, REST):
        await pass_time(place, step)
        await place.live(step, Fuse(1, is_after=True, point=point))
    seen = await view_of(place.database)
    assert judged(seen, place.provider.got).problems == []
    assert {one.status for one in seen.ledger.values()} <= FINAL
    assert list(endings(seen).values()) == [OUTCOMES]
    assert set(seen.rest["campaigns"].values()) == {"completed"}
    await place.flush()
    assert await disagreements(place.worker(), [REQUEST]) == []


async def test_a_provider_that_refuses_copies_leaves_nothing_unknown(
    mongodb_uri: str, database_name: str
) -> None:
    async with a_place(mongodb_uri, database_name, refuses_copies=True) as place:
        found = [
            problem
            for chapter in await undisturbed(place)
            for point in OFFER
            if point in chapter.trail
            for problem in [
                *await wrong_after(place, chapter, Fuse(1, is_after=True, point=point)),
                *unknown_in(await view_of(place.database)),
            ]
        ]
    assert found == []
