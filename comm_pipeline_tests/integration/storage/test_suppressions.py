"""The suppression list: the first reason stays, however often an address is added."""

import asyncio

import pytest

from comm_pipeline.domain.ids import ConversationId
from comm_pipeline.domain.pseudonyms import Pseudonyms
from comm_pipeline.domain.suppressions import Suppression, SuppressionKind
from comm_pipeline.storage.connection import Database
from comm_pipeline.storage.repositories import Repositories
from comm_pipeline.storage.suppressions import SuppressionRepository
from comm_pipeline_tests.builders import START, at

pytestmark = pytest.mark.anyio


async def test_the_first_reason_stays(database: Database, repositories: Repositories) -> None:
    await repositories.suppressions.add("a@example.com", "opt-out", "reply", START)
    await repositories.suppressions.add("a@example.com", "bounce", "provider", at(1))
    assert await database["suppressions"].find().to_list() == [
        {
            "_id": "a@example.com",
            "kind": "opt_out",
            "reason": "opt-out",
            "source": "reply",
            "created_at": START,
        }
    ]


async def test_many_add_the_same_address(database: Database, repositories: Repositories) -> None:
    add = repositories.suppressions.add
    await asyncio.gather(*(add("a@example.com", f"{n}", "reply", START) for n in range(30)))
    assert await database["suppressions"].count_documents({}) == 1


async def test_only_the_suppressed_are_found(
    database: Database, repositories: Repositories
) -> None:
    await repositories.suppressions.add("a@example.com", "opt-out", "reply", START)
    await database["suppressions"].insert_one({"_id": "by_hand@example.com"})
    found = await repositories.suppressions.find(
        ["a@example.com", "b@example.com", "by_hand@example.com"]
    )
    assert found == {
        "a@example.com": Suppression(SuppressionKind.OPT_OUT, "opt-out"),
        "by_hand@example.com": Suppression(SuppressionKind.OPT_OUT, ""),
    }
    assert await repositories.suppressions.find([]) == {}


@pytest.mark.parametrize("kind", [SuppressionKind.OPT_OUT, SuppressionKind.COMPLAINT])
async def test_what_a_person_says_outdoes_a_bounce(
    kind: SuppressionKind, repositories: Repositories
) -> None:
    add = repositories.suppressions.add
    await add("a@example.com", "bounced: 550", "delivery", START, SuppressionKind.BOUNCE)
    await add("a@example.com", "said so", "reply", START, kind)
    await add("a@example.com", "bounced: 550", "delivery", at(1), SuppressionKind.BOUNCE)
    found = await repositories.suppressions.find(["a@example.com"])
    assert found == {"a@example.com": Suppression(kind, "said so")}


ONE, OTHER = ConversationId("campaign_1:ann"), ConversationId("campaign_2:ann")


@pytest.mark.parametrize("kind", [one for one in SuppressionKind if one.is_final])
async def test_a_doubt_gives_way_to_anything_and_takes_the_place_of_nothing(
    kind: SuppressionKind, database: Database, repositories: Repositories
) -> None:
    suppressions = repositories.suppressions
    await suppressions.doubt("a@example.com", ONE, "unclear", "reply", START)
    await suppressions.add("a@example.com", "known", "reply", at(1), kind)
    await suppressions.doubt("a@example.com", OTHER, "unclear", "reply", at(2))
    assert await suppressions.find(["a@example.com"]) == {
        "a@example.com": Suppression(kind, "known")
    }
    await suppressions.end_doubt(ONE)
    (entry,) = await database["suppressions"].find().to_list()
    assert (entry["kind"], "doubted_in" in entry) == (kind, False)


async def test_a_doubt_ends_with_the_last_that_gave_rise_to_it(
    repositories: Repositories,
) -> None:
    suppressions = repositories.suppressions
    doubts = [("a@example.com", ONE), ("b@example.com", ONE), ("b@example.com", OTHER)] * 3
    await asyncio.gather(
        *(suppressions.doubt(address, key, "unclear", "reply", START) for address, key in doubts)
    )
    assert await suppressions.find_doubted(ONE) == ["a@example.com", "b@example.com"]
    await suppressions.end_doubt(ONE)
    doubtful = Suppression(SuppressionKind.POSSIBLE_OPT_OUT, "unclear")
    assert await suppressions.find(["a@example.com", "b@example.com"]) == {
        "b@example.com": doubtful
    }
    await suppressions.end_doubt(OTHER)
    assert await suppressions.find(["b@example.com"]) == {}


async def test_a_forgotten_address_is_not_doubted(database: Database) -> None:
    pseudonyms = Pseudonyms("a secret of at least 32 characters")
    suppressions = SuppressionRepository(database, pseudonyms)
    await suppressions.doubt("a@example.com", ONE, "unclear", "reply", START)
    await suppressions.forget("a@example.com", pseudonyms, at(1))
    await suppressions.doubt("a@example.com", ONE, "unclear", "reply", at(2))
    found = await suppressions.find(["a@example.com"])
    assert found["a@example.com"].kind is SuppressionKind.OPT_OUT
    assert await suppressions.find_doubted(ONE) == []


@pytest.mark.parametrize("kept", ["ada@bücher.example", "ada@xn--bcher-kva.example"])
async def test_an_international_domain_counts_in_both_its_forms(
    kept: str, database: Database, repositories: Repositories
) -> None:
    await database["suppressions"].insert_one({"_id": kept, "reason": "asked by phone"})
    both = ["ada@bücher.example", "ada@xn--bcher-kva.example"]
    found = await repositories.suppressions.find([*both, "bo@bücher.example"])
    assert found == dict.fromkeys(both, Suppression(SuppressionKind.OPT_OUT, "asked by phone"))


async def test_an_international_address_is_forgotten_in_both_its_forms(
    database: Database,
) -> None:
    pseudonyms = Pseudonyms("a secret of at least 32 characters")
    suppressions = SuppressionRepository(database, pseudonyms)
    await database["suppressions"].insert_one({"_id": "ada@xn--bcher-kva.example"})
    await suppressions.forget("ada@bücher.example", pseudonyms, START)
    await suppressions.add("ada@xn--bcher-kva.example", "said stop", "reply", at(1))
    assert [one["_id"] async for one in database["suppressions"].find()] == [
        pseudonyms.of("ada@bücher.example")
    ]
    assert "ada@xn--bcher-kva.example" in await suppressions.find(["ada@xn--bcher-kva.example"])
