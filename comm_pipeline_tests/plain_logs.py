"""What tests log where they ask for nothing else: as structlog does, with plain tracebacks.

Its own tracebacks show all locals, which takes seconds for each error that a test provokes.
"""

import structlog


def log_plainly() -> None:
    """Set up structlog as it is by itself, but for the form of tracebacks."""
    structlog.reset_defaults()
    *before, _ = structlog.get_config()["processors"]
    plain = structlog.dev.ConsoleRenderer(
        colors=False, exception_formatter=structlog.dev.plain_traceback
    )
    structlog.configure(processors=[*before, plain])
