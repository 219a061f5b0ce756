"""Why a language model gave no answer that can be used."""

from enum import StrEnum
from typing import Final

from comm_pipeline.domain.analysis import ModelUsage
from comm_pipeline.domain.circuit_breaker import ProviderAnswer
from comm_pipeline.errors import CommPipelineError


class FailureKind(StrEnum):
    """The kinds of failures; a reason begins with one of them."""

    TIMEOUT = "timeout"
    RATE_LIMITED = "rate_limited"
    UNAVAILABLE = "unavailable"
    REJECTED = "rejected"
    REFUSED = "refused"
    INVALID = "invalid"
    BUDGET = "budget"
    LEFT_ALONE = "left_alone"
    ERROR = "error"


#: What a failure says of the service, whatever it says of the question.
ABOUT_THE_SERVICE: Final = {
    FailureKind.TIMEOUT: ProviderAnswer.BAD,
    FailureKind.RATE_LIMITED: ProviderAnswer.BAD,
    FailureKind.UNAVAILABLE: ProviderAnswer.BAD,
    FailureKind.REJECTED: ProviderAnswer.BAD,
    FailureKind.REFUSED: ProviderAnswer.GOOD,
    FailureKind.INVALID: ProviderAnswer.GOOD,
}


class NoModelAnswerError(CommPipelineError):
    """A language model was of no use; ``usage`` is what asking it took all the same."""

    def __init__(self, kind: FailureKind, detail: str, usage: ModelUsage | None = None) -> None:
        super().__init__(f"{kind}: {detail}")
        self.kind = kind
        self.usage = usage
