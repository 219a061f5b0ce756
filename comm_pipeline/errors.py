"""Every error that this package raises on purpose.

CommPipelineError
├── InvalidInputError          their fault: the message names the field and the fix
│   ├── InvalidRequestError        a batch request
│   ├── InvalidTemplateError       a campaign template
│   ├── InvalidSettingError        an environment variable
│   └── UnsafeTemplateError        a Jinja template or expression outside the allowlist
├── RenderingError             a message that its recipient's data cannot fill
│   └── NoChannelError             a message that no channel can bring to its recipient
├── AnswerRefusedError         an answer to a reply that a guard does not let pass
├── NotFoundError              no such campaign, conversation, template or request
├── IllegalTransitionError     our fault: a status may not follow another
├── ConflictError              somebody else changed the document first
└── EnvironmentFailure         MongoDB, a server or a file is not as it must be; says what to do
"""

from typing import Final

#: Characters of an error's words that are kept.
_MOST_TOLD: Final = 4_000


class CommPipelineError(Exception):
    """The root of the tree above."""


class InvalidInputError(CommPipelineError):
    """Input that its author can correct."""


class InvalidRequestError(InvalidInputError):
    """A batch request that cannot become a campaign."""


class InvalidTemplateError(InvalidInputError):
    """A campaign template that cannot be used."""


class InvalidSettingError(InvalidInputError):
    """An environment variable with a value that does not parse or contradicts another."""


class UnsafeTemplateError(InvalidTemplateError):
    """A Jinja template or expression that uses more than the allowlist permits."""


class RenderingError(CommPipelineError):
    """A message that cannot be rendered with the data at hand."""


class NoChannelError(RenderingError):
    """A message that no channel can bring to its recipient."""


class AnswerRefusedError(CommPipelineError):
    """An answer that must not be sent as it is; ``guard`` names the rule that refuses it."""

    def __init__(self, guard: str, reason: str) -> None:
        super().__init__(reason)
        self.guard = guard


class NotFoundError(CommPipelineError):
    """A document that was asked for by its id and is not there."""


class IllegalTransitionError(CommPipelineError):
    """A change of status that the transition table does not contain."""


class ConflictError(CommPipelineError):
    """A compare-and-set that found another version; read again and decide again."""


class EnvironmentFailure(CommPipelineError):  # noqa: N818 - it is about the surroundings
    """Something outside this package is missing or broken; the message says what to do."""


def told(error: BaseException) -> str:
    """Return kind and words of an unexpected error, as they can be stored."""
    return f"{type(error).__name__}: {words_of(error)}"


def words_of(error: BaseException) -> str:
    """Return what an error says, as it can be stored.

    Foreign code may raise anything: with words that are very long, no text, or fail themselves.
    """
    try:
        # Lone surrogates are taken by no database.
        return str(error)[:_MOST_TOLD].encode("utf-8", "replace").decode()
    except Exception as again:
        return f"its words cannot be had ({type(again).__name__})"
