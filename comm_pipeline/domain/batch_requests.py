"""What an agent service asks for: a campaign template and the people to lead through it."""

from collections.abc import Mapping
from typing import Any, Self

from pydantic import Field, ValidationError, field_validator, model_validator

from comm_pipeline.domain.context import nest_dotted
from comm_pipeline.domain.document import Document, Instant, explain_validation_error
from comm_pipeline.domain.ids import RecipientId
from comm_pipeline.domain.statuses import BatchRequestStatus
from comm_pipeline.errors import InvalidInputError, InvalidRequestError

#: The value of ``servicetype`` that marks a request as ours; all others are left alone.
SERVICE_TYPE = "communication"


class Schedule(Document):
    """When a campaign may run; an open end runs until every conversation has ended."""

    start_date: Instant | None = None
    end_date: Instant | None = None

    @model_validator(mode="after")
    def _ends_after_start(self) -> Self:
        if self.start_date and self.end_date and self.end_date <= self.start_date:
            raise ValueError("end_date must come after start_date")
        return self


class BatchRequest(Document):
    """A batch request without its recipients, which are read one by one: there may be many."""

    id: Any = Field(alias="_id")
    name: str = Field(min_length=1, max_length=500)
    servicetype: str
    status: BatchRequestStatus
    created_by: str | None = None
    created_at: Instant | None = None
    template: Mapping[str, Any] | None = None
    template_id: str | None = None
    campaign_type: str | None = None
    initial_stage: str | None = None
    scheduled_at: Instant | None = None
    schedule: Schedule = Schedule()
    context_data: Mapping[str, Any] = {}
    metadata: Mapping[str, Any] = {}

    @field_validator("schedule", "context_data", "metadata", mode="before")
    @classmethod
    def _null_is_nothing(cls, value: object) -> object:
        return {} if value is None else value

    @field_validator("template_id", mode="before")
    @classmethod
    def _id_as_text(cls, value: object) -> object:
        return None if value is None else str(value)

    @model_validator(mode="after")
    def _one_template(self) -> Self:
        if (self.template is None) == (self.template_id is None):
            raise ValueError("give either template (the template itself) or template_id, not both")
        return self


#: Names in a conversation's context that the pipeline fills.
RESERVED_CONTEXT = frozenset({"recipient", "response", "template_id", "available_stages"})


def parse_request(document: Mapping[str, Any]) -> BatchRequest:
    """Read a batch request. Raises InvalidRequestError that names each wrong field."""
    try:
        return BatchRequest.model_validate(document)
    except ValidationError as error:
        raise InvalidRequestError(explain_validation_error(error)) from error


class Recipient(Document):
    """A person to write to.

    Whatever the request says of a person beside ``id`` and ``contact_info`` is kept, and messages
    can refer to it as ``recipient.…``; so can they to the parts of ``contact_info``.
    """

    id: RecipientId = Field(min_length=1, max_length=200)
    contact_info: Mapping[str, Any] = {}
    # By a factory: most have none, and to copy a default takes pydantic as long as all the rest.
    context: Mapping[str, Any] = Field(default_factory=dict, json_schema_extra={"default": {}})

    @field_validator("id", mode="before")
    @classmethod
    def _id_as_text(cls, value: object) -> object:
        return str(value) if isinstance(value, int) and not isinstance(value, bool) else value

    @field_validator("context")
    @classmethod
    def _leaves_our_names(cls, context: Mapping[str, Any]) -> Mapping[str, Any]:
        nested = nest_dotted(context, field="context")
        if taken := sorted(RESERVED_CONTEXT & nested.keys()):
            raise ValueError(f"{', '.join(taken)}: has another meaning; choose another name")
        return nested

    def variables(self) -> dict[str, Any]:
        """Return what messages may call ``recipient.…``."""
        return {**self.contact_info, **(self.model_extra or {}), "id": self.id}


def recipient_id_of(entry: object) -> RecipientId:
    """Return the id of an entry of ``recipients``, which is the id itself or an object with it.

    Raises InvalidInputError if it has none.
    """
    value = entry.get("id") if isinstance(entry, Mapping) else entry
    if isinstance(value, bool) or not isinstance(value, str | int) or not str(value).strip():
        raise InvalidInputError(
            f"must be an id, or an object with id and contact_info (given: {str(entry)!r:.100})"
        )
    if len(str(value)) > 200:
        raise InvalidInputError("id: must have at most 200 characters")
    return RecipientId(str(value))


def parse_recipient(document: Mapping[str, Any]) -> Recipient:
    """Read a recipient given as an object. Raises InvalidInputError that names each wrong field."""
    try:
        return Recipient.model_validate(document)
    except ValidationError as error:
        raise InvalidInputError(explain_validation_error(error)) from error
