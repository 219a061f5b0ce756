"""All measurements of one run, on one mongod, as one JSON document."""

import os
import platform
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from statistics import median
from typing import Any, Final

import pymongo
from pymongo import AsyncMongoClient

from comm_pipeline_tests.benchmarks import targets
from comm_pipeline_tests.benchmarks.decide_cost import measure_decide
from comm_pipeline_tests.benchmarks.limit import measure_limit
from comm_pipeline_tests.benchmarks.memory import measure_memory
from comm_pipeline_tests.benchmarks.one_by_one import measure_one_by_one
from comm_pipeline_tests.benchmarks.pass_cost import measure_pass_cost
from comm_pipeline_tests.benchmarks.pipeline import TAKE_UP, measure_pipeline
from comm_pipeline_tests.benchmarks.with_smtp import measure_mail
from comm_pipeline_tests.benchmarks.workload import Doc

#: One by one is so slow that it works on this part of the recipients.
_PART_ONE_BY_ONE: Final = 10
#: Mail is handed over for this part of them.
_PART_MAIL: Final = 4


@dataclass(frozen=True, slots=True)
class Plan:
    """What to measure: ``recipients`` in ``repetitions`` rounds; memory and passes if asked for.

    ``memory`` and ``pass_cost`` hold the small and the large number of recipients.
    """

    recipients: int = 20_000
    repetitions: int = 3
    memory: Sequence[int] = ()
    pass_cost: Sequence[int] = ()
    due: int = 100


class Suite:
    """Runs a plan; ``say`` is told what is being measured."""

    def __init__(self, uri: str, plan: Plan, say: Callable[[str], None]) -> None:
        self._uri = uri
        self._plan = plan
        self._say = say
        self._databases = 0

    async def run(self) -> Doc:
        """Return every figure: seconds, throughputs (conversations a second), and ratios."""
        result = await self._throughputs()
        self._say("mail")
        mails = max(self._plan.recipients // _PART_MAIL, 1)
        result["mail"] = {"count": mails} | await self._mail(mails)
        self._say("decide")
        result["decide_microseconds"] = measure_decide()
        if self._plan.memory:
            result["memory_bytes"] = await self._memory()
        if self._plan.pass_cost:
            result["pass_seconds"] = await self._passes()
        return await self._machine() | result | {"ratios": ratios(result)}

    async def _throughputs(self) -> Doc:
        count, rounds = self._plan.recipients, range(1, self._plan.repetitions + 1)
        limits: list[Mapping[str, Mapping[str, float]]] = []
        pipelines: list[Mapping[str, float]] = []
        singles: list[float] = []
        part = max(count // _PART_ONE_BY_ONE, 1)
        for number in rounds:
            self._say(f"round {number} of {len(rounds)}: limit, pipeline, one by one")
            limits.append(await self._apart(measure_limit, count))
            pipelines.append(await self._apart(measure_pipeline, count))
            singles.append(await self._apart(measure_one_by_one, part))
        return {
            "recipients": count,
            "repetitions": len(rounds),
            "limit": _limit(limits, count),
            "pipeline": _with_throughput(_medians(pipelines), count, leave_out=TAKE_UP),
            "one_by_one": {"recipients": part, "throughput": part / median(singles)},
        }

    async def _mail(self, count: int) -> Doc:
        rounds = [await self._apart(measure_mail, count) for _ in range(self._plan.repetitions)]
        return {"seconds": _medians(rounds)}

    async def _memory(self) -> dict[str, int]:
        peaks = {}
        for count in self._plan.memory:
            self._say(f"memory with {count:,} recipients")
            peaks[str(count)] = await self._apart(measure_memory, count)
        return peaks

    async def _passes(self) -> dict[str, float]:
        sizes, due = self._plan.pass_cost, self._plan.due
        self._say(f"passes with {due} due of {' and of '.join(f'{size:,}' for size in sizes)}")
        seconds = await self._apart(measure_pass_cost, sizes, due)
        return {str(size): value for size, value in seconds.items()}

    async def _apart(self, measure: Callable[..., Any], *args: Any) -> Any:
        """Measure on databases of its own, and drop them."""
        self._databases += 1
        name = f"bench_{self._databases}"
        try:
            return await measure(self._uri, name, *args)
        finally:
            async with AsyncMongoClient[Doc](self._uri) as client:
                for found in await client.list_database_names():
                    if found.split("_of_")[0] == name:
                        await client.drop_database(found)

    async def _machine(self) -> Doc:
        async with AsyncMongoClient[Doc](self._uri) as client:
            server = await client.server_info()
        return {
            "machine": {
                "processors": os.cpu_count(),
                "python": platform.python_version(),
                "pymongo": pymongo.version,
                "mongod": server["version"],
            }
        }


def ratios(result: Mapping[str, Any]) -> dict[str, float]:
    """Return the ratios that have a target."""
    throughput = result["pipeline"]["throughput"]
    found = {
        targets.TO_LIMIT: throughput / result["limit"]["throughput"],
        targets.TO_ONE_BY_ONE: throughput / result["one_by_one"]["throughput"],
    }
    mail = result["mail"]["seconds"]
    found[targets.MAIL] = mail["bare"] / mail["pipeline"]
    for name, field in ((targets.MEMORY, "memory_bytes"), (targets.PASS_COST, "pass_seconds")):
        if field in result:
            small, large = result[field].values()
            found[name] = large / small
    return found


def _limit(rounds: Sequence[Mapping[str, Mapping[str, float]]], count: int) -> Doc:
    """Return the figures of the client that was faster."""
    clients = {
        client: _with_throughput(_medians([one[client] for one in rounds]), count)
        for client in rounds[0]
    }
    fastest = max(clients, key=lambda client: clients[client]["throughput"])
    return {"client": fastest} | clients[fastest]


def _medians(rounds: Sequence[Mapping[str, float]]) -> dict[str, float]:
    return {phase: median(one[phase] for one in rounds) for phase in rounds[0]}


def _with_throughput(seconds: Mapping[str, float], count: int, leave_out: str = "") -> Doc:
    total = sum(value for phase, value in seconds.items() if phase != leave_out)
    return {"seconds": dict(seconds), "throughput": count / total}
