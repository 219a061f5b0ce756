"""What the figures should be; the table says of each whether it is."""

from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True, slots=True)
class Target:
    """A bound on a ratio: at least ``bound``, or at most if ``is_upper``."""

    bound: float
    is_upper: bool = False

    def is_met_by(self, value: float) -> bool:
        return value <= self.bound if self.is_upper else value >= self.bound

    def __str__(self) -> str:
        return f"{'at most' if self.is_upper else 'at least'} {self.bound:g}"


TO_LIMIT: Final = "pipeline / limit"
TO_ONE_BY_ONE: Final = "pipeline / one by one"
MAIL: Final = "mail, pipeline / bare"
MEMORY: Final = "memory, large / small"
PASS_COST: Final = "pass, large / small"

TARGETS: Final = {
    TO_LIMIT: Target(0.35),
    TO_ONE_BY_ONE: Target(5.0),
    MAIL: Target(0.8),
    MEMORY: Target(1.3, is_upper=True),
    PASS_COST: Target(1.5, is_upper=True),
}
