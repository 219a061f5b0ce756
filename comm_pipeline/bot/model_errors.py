"""The errors of pydantic-ai as failures of ours. Importing it needs the extra ``llm``.

Reasons are chosen by the kind of error. What a service says of an error may repeat what it was
given, so it is not passed on.
"""

from typing import Final

from pydantic_ai import exceptions

from comm_pipeline.bot.model_failures import FailureKind, NoModelAnswerError
from comm_pipeline.domain.analysis import ModelUsage

#: The first that fits is taken, so special ones stand before those that they are kinds of.
_TRANSLATIONS: Final[tuple[tuple[type[BaseException], FailureKind, str], ...]] = (
    (exceptions.ModelTimeoutError, FailureKind.TIMEOUT, "the service did not answer in time"),
    (TimeoutError, FailureKind.TIMEOUT, "the service did not answer in time"),
    (exceptions.ModelQuotaExceededError, FailureKind.RATE_LIMITED, "the account is used up"),
    (exceptions.ModelRateLimitError, FailureKind.RATE_LIMITED, "the service is asked too often"),
    (exceptions.ModelAuthenticationError, FailureKind.REJECTED, "see LLM_API_KEY"),
    (exceptions.ModelNotFoundError, FailureKind.REJECTED, "see LLM_BASE_URL and LLM_MODEL"),
    (exceptions.ModelConnectionError, FailureKind.UNAVAILABLE, "the service cannot be reached"),
    (exceptions.ModelUnavailableError, FailureKind.UNAVAILABLE, "the service is overloaded"),
    (exceptions.ModelServerError, FailureKind.UNAVAILABLE, "the service has an error of its own"),
    (exceptions.ContentFilterError, FailureKind.REFUSED, "the service would not answer this"),
    (exceptions.OutputTokenLimitExceeded, FailureKind.INVALID, "see LLM_MAX_ANSWER_TOKENS"),
    (exceptions.UnexpectedModelBehavior, FailureKind.INVALID, "the answer has another form"),
    (exceptions.UsageLimitExceeded, FailureKind.INVALID, "the answer has another form"),
    (exceptions.ModelHTTPError, FailureKind.REJECTED, "the service does not take the question"),
    (exceptions.ModelAPIError, FailureKind.UNAVAILABLE, "the service answers in no known form"),
)


def translated(error: Exception, usage: ModelUsage | None) -> NoModelAnswerError:
    """Return a failure of pydantic-ai, or of what is below it, in our words."""
    for kind_of_error, kind, words in _TRANSLATIONS:
        if isinstance(error, kind_of_error):
            code = getattr(error, "status_code", None)
            return NoModelAnswerError(kind, f"{words} ({code})" if code else words, usage)
    return NoModelAnswerError(FailureKind.ERROR, type(error).__name__, usage)
