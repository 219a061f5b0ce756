"""A document of ``inbound_messages`` as a message, or what can be saved of a malformed one."""

from datetime import datetime

from pydantic import ValidationError

from comm_pipeline.domain.document import explain_validation_error
from comm_pipeline.domain.mail_kinds import MailKind
from comm_pipeline.domain.replies import InboundMessage, InboundStatus
from comm_pipeline.errors import CommPipelineError, InvalidInputError, told
from comm_pipeline.storage.connection import Doc

#: Characters of a malformed message that are searched for an opt-out.
_LONGEST_SALVAGED = 1_000_000


def read_inbound(document: Doc) -> InboundMessage:
    """Return the message of a document. Raises InvalidInputError that names what is wrong."""
    if document.get("status") not in (None, InboundStatus.NEW):
        settled = ", ".join(one for one in InboundStatus if one is not InboundStatus.NEW)
        raise InvalidInputError(
            f"status: must be {InboundStatus.NEW} or left out; what has been read gets {settled} "
            f"(given: {document['status']!r:.100})"
        )
    try:
        return InboundMessage.model_validate({**document, "status": InboundStatus.NEW})
    except ValidationError as error:
        raise InvalidInputError(explain_validation_error(error)) from error


def salvaged(document: Doc, now: datetime) -> InboundMessage | None:
    """Return a malformed message without what is wrong in it, or None if that tells nothing.

    A report that cannot be read tells nothing: its text repeats what we have written.
    """
    usable: Doc = {"text": "", **document, "status": InboundStatus.NEW}
    if isinstance(usable["text"], str):
        usable["text"] = usable["text"][:_LONGEST_SALVAGED]
    wrong = _wrong_fields(usable)
    right = {name: value for name, value in usable.items() if name not in wrong}
    if "kind" in wrong and _says_opt_out(usable["kind"]):
        right["kind"] = MailKind.OPT_OUT
    if "report" in wrong and right.get("kind") is None:
        return None
    try:
        return InboundMessage.model_validate({"text": "", "received_at": now, **right})
    except ValidationError:
        return None


def _wrong_fields(document: Doc) -> set[str]:
    try:
        InboundMessage.model_validate(document)
    except ValidationError as error:
        return {str(problem["loc"][0]) for problem in error.errors() if problem["loc"]}
    return set()


def _says_opt_out(kind: object) -> bool:
    """Return whether a kind that is none is only written otherwise, e.g. ``Opt-Out``."""
    return isinstance(kind, str) and "".join(filter(str.isalpha, kind)).casefold() == "optout"


def why_not_applied(error: Exception) -> str:
    """Return in one line why a message could not be applied."""
    if isinstance(error, CommPipelineError):
        return str(error)
    if isinstance(error, ValidationError):
        return f"its campaign cannot be read: {explain_validation_error(error)}"
    return told(error)
