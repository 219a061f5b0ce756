"""A budget of tokens for those who have no database."""

from datetime import date

from comm_pipeline.domain.analysis import ModelUsage


class CountedBudget:
    """A budget of one process, with what was reserved and settled."""

    def __init__(self) -> None:
        self.tokens: dict[date, int] = {}
        self.settled: list[ModelUsage] = []

    async def reserve(self, day: date, tokens: int, most: int) -> bool:
        if self.tokens.get(day, 0) + tokens > most:
            return False
        self.tokens[day] = self.tokens.get(day, 0) + tokens
        return True

    async def settle(self, day: date, reserved: int, usage: ModelUsage, now_taken: int) -> None:
        self.tokens[day] += now_taken - reserved
        self.settled.append(usage)
