"""A document of ``inbound_messages`` as a message, or what can be saved of a malformed one."""

from datetime import datetime

from pydantic import ValidationError

from comm_pipeline.domain.document import explain_validation_error
from comm_pipeline.domain.replies import InboundMessage, InboundStatus
from comm_pipeline.errors import CommPipelineError, InvalidInputError
from comm_pipeline.storage.connection import Doc

#: The fields by which a malformed message may still say whose it is.
_LEADS = ("conversation_id", "campaign_id", "recipient_id", "from_address", "in_reply_to")
#: Characters of a malformed message that are searched for an opt-out.
_LONGEST_SALVAGED = 1_000_000


def read_inbound(document: Doc) -> InboundMessage:
    """Return the message of a document. Raises InvalidInputError that names what is wrong."""
    try:
        return InboundMessage.model_validate({**document, "status": InboundStatus.NEW})
    except ValidationError as error:
        raise InvalidInputError(explain_validation_error(error)) from error


def salvaged(document: Doc, now: datetime) -> InboundMessage | None:
    """Return what can be read of a malformed message, or None if that is not even its text."""
    if not isinstance(document.get("text"), str):
        return None
    readable = {key: value for key in _LEADS if isinstance(value := document.get(key), str)}
    text = document["text"][:_LONGEST_SALVAGED]
    return InboundMessage(id=document["_id"], text=text, received_at=now, **readable)


def why_not_applied(error: Exception) -> str:
    """Return in one line why a message could not be applied."""
    if isinstance(error, CommPipelineError):
        return str(error)
    if isinstance(error, ValidationError):
        return f"its campaign cannot be read: {explain_validation_error(error)}"
    return f"{type(error).__name__}: {error}"
