"""Whether what a service says that a question took can be true. Pure.

Nothing else bounds what it says: a negative number would make room in the budget of the day, and an
absurd one would use it up, or not even fit into the database.
"""

from typing import Final

#: Tokens of one character at most: one for each of its bytes in UTF-8.
_OF_A_CHARACTER: Final = 4
#: What services add to what they are sent: roles, and the form of the answer in their own words.
_ADDED: Final = 4_000
#: How much longer than allowed an answer may be: some services do not count what a model thinks.
_LEEWAY: Final = 4


def is_possible(
    requests: int, input_tokens: int, output_tokens: int, *, characters: int, max_answer_tokens: int
) -> bool:
    """Return whether so many requests with a question of ``characters`` can take these tokens.

    What was answered was read: without any input nothing was measured. No request takes nothing.
    """
    written = requests * max_answer_tokens * _LEEWAY
    # A request for a correction shows again what was answered.
    read = requests * (characters * _OF_A_CHARACTER + written + _ADDED)
    return requests <= input_tokens <= read and 0 <= output_tokens <= written
