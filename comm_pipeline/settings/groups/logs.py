"""What is logged, and how."""

from typing import Annotated

from pydantic import BaseModel

from comm_pipeline.settings import kinds
from comm_pipeline.settings.variable import Variable


class LogSettings(BaseModel):
    """The log."""

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
