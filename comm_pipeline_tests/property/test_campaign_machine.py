"""Campaigns in the real services, whatever happens to them in any order: the promises hold."""

from collections.abc import Coroutine, Iterable
from datetime import timedelta
from typing import Any

from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from comm_pipeline.domain.campaigns import Campaign
from comm_pipeline.domain.ids import CampaignId
from comm_pipeline.domain.statuses import CampaignStatus
from comm_pipeline_tests.fault_injection import Fuse
from comm_pipeline_tests.profiles import machine_settings
from comm_pipeline_tests.property import campaign_promises as promises
from comm_pipeline_tests.property.campaign_ground import Ground, a_ground
from comm_pipeline_tests.property.campaign_world import World
from comm_pipeline_tests.property.generated_campaigns import PEOPLE, people, template_documents

_gaps = st.sampled_from([0, 0.02, 1, 5, 13, 24, 49, 100, 400])
_texts = st.sampled_from(
    ["Tell me more.", "I accept.", "Tuesday works for me.", "I am out of office until Monday."]
)
_ends = st.none() | st.sampled_from([30, 100, 500])
#: Which of the campaigns that something can be done to.
_which = st.integers(0, 2)
_OPEN = (CampaignStatus.SCHEDULED, CampaignStatus.ACTIVE, CampaignStatus.PAUSED)


def check(found: Iterable[str]) -> None:
    """Fail with everything that was found."""
    broken = "\n".join(found)
    assert not broken, broken


class CampaignMachine(RuleBasedStateMachine):
    """Up to three campaigns to the same people; workers die, and people do what they like."""

    def __init__(self, ground: Ground) -> None:
        super().__init__()
        self.ground = ground
        self.world = World(ground.settings, ground.database, f"w{next(ground.numbers)}")
        self.campaigns: dict[CampaignId, Campaign] = {}
        self.seen = 0

    def run(self, work: Coroutine[Any, Any, Any]) -> Any:
        return self.ground.run(work)

    @initialize(template=template_documents(), names=people())
    def begin(self, template: dict[str, Any], names: list[str]) -> None:
        self.run(self.world.submit(template, names))
        self.run(self.world.pass_over())

    @precondition(lambda self: len(self.world.requests) < 3)
    @rule(template=template_documents(), names=people(), starts=_ends, ends=_ends)
    def submit(
        self, template: dict[str, Any], names: list[str], starts: int | None, ends: int | None
    ) -> None:
        now, schedule = self.world.clock(), {}
        if starts is not None:
            schedule["start_date"] = now + timedelta(hours=starts)
        if ends is not None:
            schedule["end_date"] = now + timedelta(hours=(starts or 0) + ends)
        self.run(self.world.submit(template, names, schedule=schedule))

    @rule(gap=_gaps)
    def pass_later(self, gap: float) -> None:
        self.world.clock.move(hours=gap)
        self.run(self.world.pass_over())

    @rule(late=st.sampled_from([0, 0, 2]), times=st.integers(1, 4))
    def pass_when_due(self, late: int, times: int) -> None:
        for _ in range(times):
            if due := self.run(self.world.next_due()):
                self.world.clock.now = max(self.world.clock.now, due + timedelta(hours=late))
            self.run(self.world.pass_over())
            self.check_offers()

    @rule(gap=_gaps, at=st.integers(1, 45), is_after=st.booleans())
    def die_while_passing(self, gap: float, at: int, is_after: bool) -> None:
        self.world.clock.move(hours=gap)
        self.run(self.world.pass_over(Fuse(at, is_after)))

    @rule(data=st.data(), text=_texts)
    def reply(self, data: st.DataObject, text: str) -> None:
        request, name = self.draw_person(data)
        self.run(self.world.reply(request, name, text))

    @rule(data=st.data())
    def opt_out(self, data: st.DataObject) -> None:
        request, name = self.draw_person(data)
        self.run(self.world.stop(request, name))

    @rule(which=_which)
    def pause(self, which: int) -> None:
        if one := self.choose(which, CampaignStatus.ACTIVE, CampaignStatus.SCHEDULED):
            self.run(self.world.pause(one))

    @rule(which=_which)
    def resume(self, which: int) -> None:
        if one := self.choose(which, CampaignStatus.PAUSED):
            self.run(self.world.resume(one))

    @rule(which=_which, really=st.integers(0, 3))
    def cancel(self, which: int, really: int) -> None:
        one = self.choose(which, *_OPEN)
        if one is not None and really == 0:
            self.run(self.world.cancel(one))

    @rule(which=_which, template=template_documents(), at=st.none() | st.integers(1, 8))
    def update_template(self, which: int, template: dict[str, Any], at: int | None) -> None:
        if one := self.choose(which, *_OPEN):
            self.run(self.world.update(one, template, Fuse(at)))

    @invariant()
    def the_promises_hold(self) -> None:
        self.check_offers()
        states, ledger = self.run(self.observe())
        offers = self.world.provider.offers
        found = [
            *promises.doubled(offers),
            *promises.disordered(states, offers),
            *promises.unwelcome(offers, self.world.stopped),
            *promises.wrong_states(states),
            *promises.wrong_messages(states, ledger, offers),
        ]
        check(found)

    def check_offers(self) -> None:
        """Check what has left since the last time, by what was known of campaigns before it."""
        offers, after = self.world.provider.offers, self.run(self.world.campaigns())
        for number in range(self.seen, len(offers)):
            campaign_id, name = offers[number].key.split(":")[:2]
            known = self.campaigns.get(CampaignId(campaign_id))
            if known is None:  # made by the very pass that wrote
                made = after[CampaignId(campaign_id)]
                known = made.model_copy(update={"status": CampaignStatus.ACTIVE})
            check(promises.mistimed(offers, number, known, PEOPLE[name]))
        self.seen, self.campaigns = len(offers), after

    async def observe(self) -> tuple[list[Any], dict[str, Any]]:
        ledger = await self.world.all_of("outbound_messages")
        states = await self.world.all_of("conversation_states")
        return states, {entry["_id"]: entry for entry in ledger}

    def choose(self, which: int, *statuses: CampaignStatus) -> Campaign | None:
        """Return one of the campaigns in some statuses.

        It is no precondition: a worker's death makes what follows depend on the order of its
        writes, and Hypothesis wants rules whose choice does not.
        """
        found = [one for one in self.campaigns.values() if one.status in statuses]
        return found[which % len(found)] if found else None

    def draw_person(self, data: st.DataObject) -> tuple[dict[str, Any], str]:
        request = data.draw(st.sampled_from(self.world.requests))
        return request, data.draw(st.sampled_from([one["id"] for one in request["recipients"]]))

    def teardown(self) -> None:
        try:
            self.run(self.end())
        finally:
            self.run(self.world.clear())

    async def end(self) -> None:
        """Let everything come to its end: nothing is left, and the counts agree."""
        if not self.world.requests:
            return
        await self.world.finish()
        await self.world.flush()
        states, ledger = await self.observe()
        campaigns = await self.world.campaigns()
        offers = self.world.provider.offers
        found = [
            *promises.doubled(offers),
            *promises.disordered(states, offers),
            *promises.unwelcome(offers, self.world.stopped),
            *promises.wrong_states(states),
            *promises.wrong_messages(states, ledger, offers),
            *promises.unfinished(states, ledger, offers),
            *promises.unplanned(campaigns.values(), states),
        ]
        for campaign_id in campaigns:
            found += await self.world.engine.metrics.reconcile(campaign_id)
        check(found)
        waiting = await self.world.repositories.inbound.count_by_status()
        assert set(waiting) <= {"applied", "noted", "unmatched"}


def test_whatever_happens_to_campaigns_the_promises_hold(
    mongodb_uri: str, database_name: str
) -> None:
    chosen = machine_settings(few=12, many=5_000, steps=12)
    with a_ground(mongodb_uri, database_name) as ground:
        run_state_machine_as_test(lambda: CampaignMachine(ground), settings=chosen)
