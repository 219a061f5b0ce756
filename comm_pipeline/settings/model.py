"""Every setting: its type, its variables, its default and its meaning.

Nothing is read here; ``sources.load_settings`` does that.
"""

from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Any, Literal, Self

from pydantic import Field, model_validator
from pydantic_settings import BaseSettings, PydanticBaseSettingsSource, SettingsConfigDict

from comm_pipeline.settings import kinds
from comm_pipeline.settings.kinds import Variable
from comm_pipeline.settings.secret import mask_everything, mask_mongodb_uri

TEMPLATES_OF_THE_CHECKOUT = Path(__file__).parents[2] / "templates"


def _channel_by_host(fields: dict[str, Any]) -> Literal["email", "log"]:
    return "email" if fields.get("smtp_host") else "log"


def _domain_of_sender(fields: dict[str, Any]) -> str | None:
    sender = fields.get("smtp_sender")
    return kinds.domain_of(sender) if sender else None


class Settings(BaseSettings):
    """The settings in force.

    ``Settings()`` gives the defaults, whatever the environment; ``load_settings`` reads it.
    ``read_from`` holds pairs of a field and the variable that gave it.
    """

    model_config = SettingsConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True)

    mongodb_uri: Annotated[
        kinds.DatabaseUri,
        Variable(
            ("MONGODB_URI",),
            "MongoDB connection string.",
            default="none: a MongoDB of our own is started",
            mask=mask_mongodb_uri,
        ),
    ] = None
    mongodb_database: Annotated[
        kinds.DatabaseName, Variable(("MONGODB_DATABASE", "MONGODB_DB"), "Database name.")
    ] = "communication_service"
    db_connection_pool_size: Annotated[
        kinds.Count,
        Variable(("DB_CONNECTION_POOL_SIZE",), "Connections to MongoDB, per process at most."),
    ] = 50
    db_max_idle_time_ms: Annotated[
        kinds.Count,
        Variable(
            ("DB_MAX_IDLE_TIME_MS",),
            "How long an unused connection to MongoDB stays open.",
            unit="milliseconds",
        ),
    ] = 30_000

    polling_interval_seconds: Annotated[
        kinds.Count,
        Variable(
            ("CAMPAIGN_POLLING_INTERVAL_SECONDS", "POLLING_INTERVAL_SECONDS"),
            "How often to look for requests and due campaigns. Dagster's sensor loop makes a turn "
            "every 5 seconds, so a shorter interval acts as 5.",
            unit="seconds",
        ),
    ] = 60
    max_concurrent_campaigns: Annotated[
        kinds.Count, Variable(("MAX_CONCURRENT_CAMPAIGNS",), "Campaigns processed at once.")
    ] = 10
    max_batch_size: Annotated[
        kinds.Count,
        Variable(
            ("CAMPAIGN_MAX_BATCH_SIZE", "MAX_BATCH_SIZE", "MAX_CONVERSATIONS_PER_BATCH"),
            "Conversations processed in one batch.",
        ),
    ] = 100
    max_concurrent_conversations: Annotated[
        kinds.Count,
        Variable(("MAX_CONCURRENT_CONVERSATIONS",), "Conversations held in memory at once."),
    ] = 500
    processing_threads: Annotated[
        kinds.Count,
        Variable(("CAMPAIGN_PROCESSING_THREADS",), "Campaigns that one sweep works on at a time."),
    ] = 4
    worker_threads: Annotated[
        kinds.Count,
        Variable(("WORKER_THREADS",), "Connections that deliver side by side, per run."),
    ] = 4
    worker_concurrent_tasks: Annotated[
        kinds.Count, Variable(("WORKER_CONCURRENT_TASKS",), "Provider calls in flight, per run.")
    ] = 32
    large_campaign_due: Annotated[
        kinds.Count,
        Variable(
            ("LARGE_CAMPAIGN_DUE",),
            "Due conversations from which a campaign gets a run of its own.",
        ),
    ] = 500
    max_run_requests_per_tick: Annotated[
        kinds.Count,
        Variable(("MAX_RUN_REQUESTS_PER_TICK",), "Runs that a sensor asks for in one turn."),
    ] = 20

    stage_delay_factor: Annotated[
        kinds.Factor,
        Variable(
            ("CAMPAIGN_STAGE_DELAY_FACTOR", "STAGE_DELAY_FACTOR"),
            "Multiplies the timing rules of every stage; below 1 is faster.",
        ),
    ] = 1.0
    retry_delay_seconds: Annotated[
        kinds.Count,
        Variable(
            ("CAMPAIGN_RETRY_DELAY_SECONDS", "RETRY_DELAY_SECONDS"),
            "Time to wait before a failed operation is tried again.",
            unit="seconds",
        ),
    ] = 300
    max_delivery_attempts: Annotated[
        kinds.Count, Variable(("MAX_DELIVERY_ATTEMPTS",), "Attempts before a delivery has failed.")
    ] = 10
    lease_seconds: Annotated[
        kinds.Count,
        Variable(
            ("LEASE_SECONDS",), "How long a worker that died keeps its campaign.", unit="seconds"
        ),
    ] = 60
    batch_request_claim_seconds: Annotated[
        kinds.Count,
        Variable(
            ("BATCH_REQUEST_CLAIM_SECONDS",),
            "After this time a request whose processing died is taken up again.",
            unit="seconds",
        ),
    ] = 300

    smtp_host: Annotated[
        kinds.Host, Variable(("SMTP_HOST",), "Mail server that takes the messages.")
    ] = None
    smtp_port: Annotated[
        kinds.Port, Variable(("SMTP_PORT",), "Its port; 465 is usual with tls.")
    ] = 587
    smtp_security: Annotated[
        kinds.Security,
        Variable(("SMTP_SECURITY",), "Encryption: upgraded, from the start, or none."),
    ] = "starttls"
    smtp_username: Annotated[
        kinds.Text, Variable(("SMTP_USERNAME",), "Account at the mail server.")
    ] = None
    smtp_password: Annotated[
        kinds.Password,
        Variable(("SMTP_PASSWORD",), "Password of the account.", mask=mask_everything),
    ] = None
    smtp_sender: Annotated[
        kinds.Sender,
        Variable(
            ("SMTP_SENDER",), "Who the messages are from.", default="none; needed to send email"
        ),
    ] = None
    smtp_message_id_domain: Annotated[
        kinds.Domain,
        Variable(
            ("SMTP_MESSAGE_ID_DOMAIN",),
            "The part of every Message-ID after the @.",
            default="the sender's domain",
        ),
    ] = Field(default_factory=_domain_of_sender)
    smtp_timeout_seconds: Annotated[
        kinds.Factor,
        Variable(
            ("SMTP_TIMEOUT_SECONDS",),
            "How long to wait for an answer of the mail server.",
            unit="seconds",
        ),
    ] = 30.0
    channel: Annotated[
        kinds.ChannelName,
        Variable(
            ("COMM_PIPELINE_CHANNEL",),
            "Where messages go: by email, or only into the log.",
            default="email if SMTP_HOST is set, else log",
        ),
    ] = Field(default_factory=_channel_by_host)

    metrics_ttl_seconds: Annotated[
        kinds.CountOrZero,
        Variable(
            ("CAMPAIGN_METRICS_TTL_SECONDS", "CAMPAIGN_METRICS_TTL"),
            "How long computed campaign metrics count as fresh.",
            unit="seconds",
        ),
    ] = 600
    metrics_sample_rate: Annotated[
        kinds.Share,
        Variable(
            ("CAMPAIGN_METRICS_SAMPLE_RATE",), "Share of the conversations that metrics look at."
        ),
    ] = 1.0
    enable_metrics: Annotated[
        kinds.Flag, Variable(("ENABLE_METRICS",), "Whether metrics are served to Prometheus.")
    ] = False
    metrics_port: Annotated[
        kinds.Port, Variable(("METRICS_PORT",), "Port on which metrics are served.")
    ] = 9090

    log_level: Annotated[kinds.LogLevel, Variable(("LOG_LEVEL",), "Logging level.")] = "INFO"
    log_format: Annotated[
        kinds.LogFormat, Variable(("LOG_FORMAT",), "Lines for people, or one JSON object a line.")
    ] = "console"
    include_trace_id: Annotated[
        kinds.Flag,
        Variable(("INCLUDE_TRACE_ID",), "Whether log lines carry run_id and trace_id."),
    ] = False
    sensitive_fields: Annotated[
        kinds.Names,
        Variable(
            ("SENSITIVE_FIELDS",),
            "Fields that the log never shows. message_content also stands for content, text, html "
            "and subject; recipient.email for any email inside a recipient.",
        ),
    ] = ("message_content", "recipient.email", "recipient.phone")

    home: Annotated[
        kinds.Folder,
        Variable(("COMM_PIPELINE_HOME",), "Folder of local data, such as our own MongoDB's."),
    ] = Path(".comm_pipeline")
    templates: Annotated[
        kinds.Folder,
        Variable(
            ("COMM_PIPELINE_TEMPLATES",),
            "Folder of the campaign, email and report templates.",
            default="templates, in the checkout",
        ),
    ] = TEMPLATES_OF_THE_CHECKOUT
    service_type: Annotated[
        kinds.ServiceType, Variable(("SERVICE_TYPE",), "Role of this process.")
    ] = "worker"

    read_from: tuple[tuple[str, str], ...] = Field(default=(), exclude=True, repr=False)

    @property
    def sources(self) -> Mapping[str, str]:
        """For each field the variable it was read from, ``default``, or ``set in code``."""
        in_code = dict.fromkeys(self.model_fields_set, "set in code")
        every_default = dict.fromkeys(self.variables(), "default")
        return {
            field: source
            for field, source in (every_default | in_code | dict(self.read_from)).items()
            if field in every_default
        }

    @classmethod
    def variables(cls) -> Mapping[str, Variable]:
        """Return the environment variables of each field, in the order of declaration."""
        return {
            field: item
            for field, info in cls.model_fields.items()
            for item in info.metadata
            if isinstance(item, Variable)
        }

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """Leave reading to ``load_settings``, which compares all names of a field."""
        del settings_cls, env_settings, dotenv_settings, file_secret_settings
        return (init_settings,)

    @model_validator(mode="after")
    def _agree_with_each_other(self) -> Self:
        problems = [*self._missing_for_email(), *self._half_an_account()]
        if problems:
            raise ValueError("\n".join(problems))
        return self

    def _missing_for_email(self) -> list[str]:
        if self.channel != "email":
            return []
        needed = {"SMTP_HOST": self.smtp_host, "SMTP_SENDER": self.smtp_sender}
        return [
            f"{name} is needed to send email: set it, or set COMM_PIPELINE_CHANNEL=log"
            for name, value in needed.items()
            if not value
        ]

    def _half_an_account(self) -> list[str]:
        if bool(self.smtp_username) == bool(self.smtp_password):
            return []
        return ["SMTP_USERNAME and SMTP_PASSWORD belong together: set both or neither"]
