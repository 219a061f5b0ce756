"""From a simulation's database to what it found: the data, the page, and every message in it."""

import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import IO, Final
from zoneinfo import ZoneInfo

from comm_pipeline.domain.campaigns import Campaign
from comm_pipeline.domain.templates import CampaignTemplate
from comm_pipeline.errors import EnvironmentFailure
from comm_pipeline.reporting.simulation_data import Effort, Ending, Setup, SimulationData, Totals
from comm_pipeline.reporting.simulation_page import simulation_page
from comm_pipeline.simulation.counting import Counting, ordered
from comm_pipeline.simulation.evidence import Evidence, stream_evidence
from comm_pipeline.simulation.habits import Habits
from comm_pipeline.simulation.records import decision_records, message_records, write_line
from comm_pipeline.simulation.reply_texts import ReplyWriter
from comm_pipeline.simulation.run import VirtualRun
from comm_pipeline.simulation.sample import Sample

PAGE_FILE: Final = "index.html"
DATA_FILE: Final = "data.json"
MESSAGES_FILE: Final = "messages.jsonl"
DECISIONS_FILE: Final = "decisions.jsonl"


@dataclass(frozen=True, slots=True)
class Simulated:
    """What was simulated and how it went; ``seconds`` of real time, without reading the result."""

    habits: Habits
    seed: str
    starts_at: datetime
    until: datetime
    is_complete: bool
    made_up: bool
    seconds: float


async def read_findings(
    run: VirtualRun,
    template: CampaignTemplate,
    simulated: Simulated,
    out: Path | None,
    templates_dir: Path,
) -> SimulationData:
    """Read everything once, writing messages and decisions meanwhile; return the counts.

    Raises EnvironmentFailure if ``out`` cannot be written.
    """
    started = time.perf_counter()
    counting = Counting(template.stages, ZoneInfo(simulated.habits.time_zone), run.deferrals)
    sample = Sample(simulated.seed)
    with _files(out) as (messages, decisions):
        async for evidence in stream_evidence(run.database, run.campaign_id, run.zones):
            counting.add(evidence)
            sample.offer(evidence)
            _write(evidence, messages, decisions)
    campaign = await run.engine.repositories.campaigns.get(run.campaign_id)
    effort = Effort(
        looks=run.looks,
        passes=run.passes,
        seconds=round(simulated.seconds, 2),
        seconds_to_read=round(time.perf_counter() - started, 2),
    )
    data = _data(run, template, simulated, counting, campaign, effort)
    if out is not None:
        page = simulation_page(data, sample.records(), templates_dir)
        _write_text(out / DATA_FILE, data.model_dump_json(indent=2) + "\n")
        _write_text(out / PAGE_FILE, page)
    return data


def _data(
    run: VirtualRun,
    template: CampaignTemplate,
    simulated: Simulated,
    counting: Counting,
    campaign: Campaign,
    effort: Effort,
) -> SimulationData:
    return SimulationData(
        setup=_setup(run, template, simulated, campaign),
        ending=Ending(
            is_complete=simulated.is_complete,
            at=run.clock(),
            campaign_status=campaign.status.value,
            last_conversation_at=counting.last_end,
            open_conversations=counting.open_conversations,
        ),
        totals=Totals(**counting.totals),
        funnel=counting.funnel(),
        statuses=ordered(counting.statuses),
        outcomes=ordered(counting.outcomes),
        deliveries=ordered(counting.deliveries),
        days=counting.days(),
        hours=counting.hours(),
        known_time_zones=counting.known_zones,
        never_spoke=counting.never_spoke.result(),
        still_waiting=counting.still_waiting.result(),
        held_back=counting.held_back.result(),
        decisions=counting.decisions(),
        effort=effort,
    )


def _setup(
    run: VirtualRun, template: CampaignTemplate, simulated: Simulated, campaign: Campaign
) -> Setup:
    habits = simulated.habits
    return Setup(
        campaign=campaign.name,
        campaign_type=campaign.type,
        template_id=campaign.template_id,
        template_version=campaign.template_version,
        recipients=campaign.total_recipients,
        recipients_made_up=simulated.made_up,
        seed=simulated.seed,
        starts_at=simulated.starts_at,
        until=simulated.until,
        tick_seconds=int(run.tick.total_seconds()),
        behaviour=habits.model_dump(mode="json", exclude={"about"}),
        never_written=tuple(ReplyWriter(template, habits).unsayable()),
    )


@contextmanager
def _files(out: Path | None) -> Iterator[tuple[IO[str] | None, IO[str] | None]]:
    """Open the files of messages and decisions, if there is a folder for them."""
    if out is None:
        yield None, None
        return
    with ExitStack() as stack:
        try:
            out.mkdir(parents=True, exist_ok=True)
            opened = [
                stack.enter_context((out / name).open("w", encoding="utf-8"))
                for name in (MESSAGES_FILE, DECISIONS_FILE)
            ]
        except OSError as error:
            raise EnvironmentFailure(f"{out} cannot be written: {error.strerror}") from error
        yield opened[0], opened[1]


def _write(evidence: Evidence, messages: IO[str] | None, decisions: IO[str] | None) -> None:
    if messages is not None and decisions is not None:
        for record in message_records(evidence):
            write_line(messages, record)
        for record in decision_records(evidence):
            write_line(decisions, record)


def _write_text(path: Path, text: str) -> None:
    try:
        path.write_text(text, encoding="utf-8")
    except OSError as error:
        raise EnvironmentFailure(f"{path} cannot be written: {error.strerror}") from error
