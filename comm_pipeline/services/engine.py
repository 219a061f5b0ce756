"""Everything put together: the services of one process, from settings, database and clock."""

import gc
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from datetime import timedelta
from functools import partial

from comm_pipeline.bot.analyser import Analyser, RulesAnalyser
from comm_pipeline.bot.analyser_choice import build_analyser
from comm_pipeline.bot.answer_writer import build_answer_writer
from comm_pipeline.channels.base import Channel
from comm_pipeline.channels.channel_set import ChannelSet, as_set
from comm_pipeline.domain.circuit_breaker_rules import BreakerRules
from comm_pipeline.domain.pseudonyms import Pseudonyms
from comm_pipeline.domain.sending_health import PauseRules
from comm_pipeline.embedded.mongod import running_mongod_uri
from comm_pipeline.errors import EnvironmentFailure
from comm_pipeline.rendering.layout import EmailLayout
from comm_pipeline.services.answer_writing import AnswerWriting
from comm_pipeline.services.campaign_guard import CampaignGuard
from comm_pipeline.services.campaign_manager import CampaignManager
from comm_pipeline.services.campaign_pass import CampaignPass
from comm_pipeline.services.campaign_poller import CampaignPoller
from comm_pipeline.services.campaign_types import find_campaign_types
from comm_pipeline.services.channel_settings import (
    channels_that_retry_unknown,
    sending_limit_rules,
)
from comm_pipeline.services.clock import Clock
from comm_pipeline.services.config_manager import ConfigManager
from comm_pipeline.services.delivery import DeliveryService
from comm_pipeline.services.escalation_notices import EscalationNotices
from comm_pipeline.services.escalation_ways import escalation_ways
from comm_pipeline.services.inbox import Inbox
from comm_pipeline.services.leases import HoldRules
from comm_pipeline.services.mailbox_reading import own_mail
from comm_pipeline.services.metrics_collector import MetricsCollector
from comm_pipeline.services.provider_gates import ProviderGates, ProviderRules, Providers
from comm_pipeline.services.refusals import Refusals
from comm_pipeline.services.report_desk import ReportDesk
from comm_pipeline.services.settlements import DeliveryRules
from comm_pipeline.services.stopping import StopRequest, stop_on_sigterm
from comm_pipeline.services.worker_service import WorkerService, WorkRules
from comm_pipeline.settings import Settings
from comm_pipeline.storage.connection import Database, open_database
from comm_pipeline.storage.metrics_queries import MetricsQueries
from comm_pipeline.storage.repositories import Repositories

#: Passes make many objects and hardly any garbage in circles; by Python's own thresholds (700, 10,
#: 10) the collector would look through all of Dagster's objects for it: a sixth of a pass's time.
_COLLECT_RARELY = (50_000, 10, 10)
#: The domain of Message-IDs when no mail is sent.
_NO_DOMAIN = "comm-pipeline.invalid"


@dataclass(frozen=True, slots=True)
class Engine:
    """The services, ready to be called."""

    settings: Settings
    clock: Clock
    repositories: Repositories
    config_manager: ConfigManager
    poller: CampaignPoller
    campaign_manager: CampaignManager
    inbox: Inbox
    analyser: Analyser
    metrics: MetricsCollector
    passes: CampaignPass
    reports: ReportDesk
    stop: StopRequest


@asynccontextmanager
async def open_repositories(settings: Settings) -> AsyncIterator[tuple[Database, Repositories]]:
    """Open the database that the settings name, for the running event loop."""
    async with open_database(
        mongodb_uri(settings),
        settings.mongodb_database,
        pool_size=settings.db_connection_pool_size,
        max_idle_ms=settings.db_max_idle_time_ms,
    ) as database:
        yield database, Repositories.of(database, pseudonyms_of(settings))


@asynccontextmanager
async def open_engine(
    settings: Settings, clock: Clock, owner: str, channel: Channel | ChannelSet | None = None
) -> AsyncIterator[Engine]:
    """Open the services for the running event loop.

    ``owner`` names the worker in leases and ledger; ``channel`` replaces those of the settings.
    Raises EnvironmentFailure if MongoDB, the templates or the libraries of a language model are not
    there.
    """
    gc.set_threshold(*_COLLECT_RARELY)
    channels = ChannelSet.of(settings, clock) if channel is None else as_set(channel)
    async with (
        open_repositories(settings) as (database, repositories),
        channels as opened,
        build_analyser(settings, repositories.model_usage, clock) as analyser,
        AsyncExitStack() as stack,
    ):
        await repositories.initialize()
        engine = build_engine(settings, clock, owner, database, repositories, opened, analyser)
        writer = build_answer_writer(settings, repositories.model_usage, clock)
        if writer is not None:
            await stack.enter_async_context(writer)
            engine.passes.worker.writing = AnswerWriting(repositories, writer)
        with stop_on_sigterm(engine.stop):
            yield engine


def build_engine(
    settings: Settings,
    clock: Clock,
    owner: str,
    database: Database,
    repositories: Repositories,
    channel: Channel | ChannelSet,
    analyser: Analyser | None = None,
) -> Engine:
    """Put the services together; nothing is opened. One ``channel`` alone stands for all.

    Without an analyser, rules read replies.
    """
    analyser = analyser or RulesAnalyser()
    stop = StopRequest()
    channels = as_set(channel)
    config_manager = ConfigManager(repositories.templates, settings.templates, channels.in_use)
    worker = WorkerService(repositories, config_manager, work_rules(settings), clock)
    metrics = MetricsCollector(
        repositories,
        MetricsQueries(database),
        settings.metrics_sample_rate,
        timedelta(seconds=settings.metrics_ttl_seconds),
        clock,
    )
    make_manager = partial(_manager, settings, clock, repositories, config_manager, metrics, worker)
    manager = make_manager(CampaignManager)
    own_types = find_campaign_types(settings.campaign_types)
    inbox = Inbox(repositories, config_manager, clock, own=own_mail(settings), analyser=analyser)
    guard = CampaignGuard(repositories, pause_rules(settings), clock)
    delivery = DeliveryService(
        repositories,
        config_manager,
        Providers(channels, ProviderGates(repositories, provider_rules(settings), clock)),
        guard,
        EmailLayout(settings.templates),
        delivery_rules(settings),
        clock,
    )
    return Engine(
        stop=stop,
        settings=settings,
        clock=clock,
        repositories=repositories,
        config_manager=config_manager,
        poller=CampaignPoller(
            repositories,
            config_manager,
            timedelta(seconds=settings.batch_request_claim_seconds),
            delay_factor=settings.stage_delay_factor,
            own_types=own_types,
        ),
        campaign_manager=manager,
        inbox=inbox,
        analyser=analyser,
        metrics=metrics,
        reports=ReportDesk(repositories, clock),
        passes=CampaignPass(
            repositories=repositories,
            config_manager=config_manager,
            campaign_manager=manager,
            own_types={name: make_manager(kind) for name, kind in own_types.items()},
            worker=worker,
            delivery=delivery,
            refusals=Refusals(repositories, config_manager, worker, clock),
            guard=guard,
            inbox=inbox,
            notices=EscalationNotices(
                repositories,
                escalation_ways(settings, clock),
                timedelta(seconds=settings.retry_delay_seconds),
                clock,
            ),
            hold_rules=hold_rules(settings),
            retry_delay=timedelta(seconds=settings.retry_delay_seconds),
            stop=stop,
            owner=owner,
            clock=clock,
        ),
    )


def _manager(
    settings: Settings,
    clock: Clock,
    repositories: Repositories,
    config_manager: ConfigManager,
    metrics: MetricsCollector,
    worker: WorkerService,
    kind: type[CampaignManager],
) -> CampaignManager:
    return kind(
        repositories,
        config_manager,
        metrics,
        worker,
        clock,
        batch_size=settings.max_batch_size,
        delay_factor=settings.stage_delay_factor,
    )


def pseudonyms_of(settings: Settings) -> Pseudonyms | None:
    """Return the pseudonyms of forgotten addresses, None without their key."""
    key = settings.forget_key
    return None if key is None else Pseudonyms(key.get_secret_value())


def mongodb_uri(settings: Settings) -> str:
    """Return the address of MongoDB: the one in the settings, or that of the embedded one.

    Raises EnvironmentFailure if there is neither.
    """
    if settings.mongodb_uri is not None:
        return settings.mongodb_uri.get_secret_value()
    uri = running_mongod_uri(settings.home)
    if uri is None:
        raise EnvironmentFailure(
            f"MONGODB_URI is not set and no embedded MongoDB runs for {settings.home}; "
            "start one with `comm-pipeline dev` (or `make dev`), or set MONGODB_URI"
        )
    return uri


def work_rules(settings: Settings) -> WorkRules:
    """Return the rules of the Worker Service."""
    return WorkRules(
        batch_size=settings.max_batch_size,
        batches_at_once=max(1, settings.max_concurrent_conversations // settings.max_batch_size),
        delay_factor=settings.stage_delay_factor,
        message_id_domain=settings.smtp_message_id_domain or _NO_DOMAIN,
        retry_delay=timedelta(seconds=settings.retry_delay_seconds),
        late_after=timedelta(hours=settings.catch_up_after_hours),
    )


def hold_rules(settings: Settings) -> HoldRules:
    """Return the rules of holding campaigns."""
    return HoldRules(settings.max_concurrent_campaigns, timedelta(seconds=settings.lease_seconds))


def delivery_rules(settings: Settings) -> DeliveryRules:
    """Return the rules of delivery."""
    return DeliveryRules(
        batch_size=settings.max_batch_size,
        max_attempts=settings.max_delivery_attempts,
        retry_delay=timedelta(seconds=settings.retry_delay_seconds),
        max_age=timedelta(hours=settings.max_delivery_age_hours),
        retry_unknown=channels_that_retry_unknown(settings),
    )


def provider_rules(settings: Settings) -> ProviderRules:
    """Return the limits of providers, senders, domains and catching up, and the breakers' rules."""
    return ProviderRules(
        limits=sending_limit_rules(settings),
        breaker=BreakerRules(),
        late_after=timedelta(hours=settings.catch_up_after_hours),
    )


def pause_rules(settings: Settings) -> PauseRules:
    """Return when a campaign is paused by itself."""
    return PauseRules(
        bounce_share=settings.pause_bounce_share,
        fewest_bounces=settings.pause_min_bounces,
        complaint_share=settings.pause_complaint_share,
        fewest_complaints=settings.pause_min_complaints,
    )
