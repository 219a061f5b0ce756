"""The budget of tokens for a day, which all processes share, as a language model asks for it.

Tokens are reserved before a question is asked and settled after it. Who dies between the two leaves
the reservation counted: less is asked then, never more.
"""

from datetime import date
from typing import Final, Protocol

from comm_pipeline.domain.analysis import ModelUsage

#: Characters of a token that is reserved: fewer than there are in one of most languages.
_CHARACTERS: Final = 3


class TokenBudget(Protocol):
    """Counts the tokens of each day; ``storage.model_usage`` keeps it."""

    async def reserve(self, day: date, tokens: int, most: int) -> bool:
        """Take tokens of a day; False if that would make more than ``most``."""
        ...

    async def settle(self, day: date, reserved: int, usage: ModelUsage, now_taken: int) -> None:
        """Put what was taken in the place of what was reserved, and count calls and cost."""
        ...


def estimated_tokens(characters: int, max_answer_tokens: int) -> int:
    """Return the tokens that one question may take: all that is sent, and the longest answer."""
    return characters // _CHARACTERS + max_answer_tokens
