"""Errors as Dagster may show them: it stores their words, and those of all that led to them."""

from collections.abc import Iterator
from contextlib import contextmanager

from comm_pipeline.errors import CommPipelineError
from comm_pipeline.services.campaign_pass import first_cause
from comm_pipeline.settings import Masking, Settings


class StepError(Exception):
    """An error of a library, or of ours, in words that may be shown, with its own traceback."""


@contextmanager
def showing_errors(settings: Settings) -> Iterator[None]:
    """Let errors out of the block without secrets, and without what ``SENSITIVE_FIELDS`` names.

    Ours keep their type; of others, and of what led to either, only the words of the last are kept.
    """
    try:
        yield
    except CommPipelineError as error:
        error.args = (Masking.of(settings).text(str(error)), *error.args[1:])
        raise error.with_traceback(error.__traceback__) from None
    except Exception as error:
        cause = first_cause(error)
        words = Masking.of(settings).error(cause)
        raise StepError(words).with_traceback(cause.__traceback__) from None
