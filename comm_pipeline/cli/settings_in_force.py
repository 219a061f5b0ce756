"""The settings of a command: those of its terminal, and beside a running system that system's.

Whoever explains, checks or changes a campaign must reckon as the processes do that lead it. Not for
what starts a system, nor for its processes: they have the settings that they were given.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Final, Self

import click

from comm_pipeline.cli.printable import printable
from comm_pipeline.cli.running_system import GROUPS, RunningSystem, find_running_system, hosts_of
from comm_pipeline.errors import InvalidSettingError
from comm_pipeline.settings import (
    SettingRow,
    Settings,
    describe_settings,
    environment_of,
    load_settings,
)

#: Where such a value comes from, as ``comm-pipeline settings`` says it.
RUNNING_SYSTEM: Final = "running system"


def settings_in_force() -> Settings:
    """Return the environment's settings; what it leaves open is as the running system has it.

    The environment wins, and where it disagrees a line on standard error says so.
    Raises InvalidSettingError as ``load_settings``.
    """
    own = load_settings()
    system = find_running_system(own.home)
    if system is None:
        return own
    try:
        beside = _Beside.of(own, system)
    except InvalidSettingError:  # told by another version of this package
        return own
    found = beside.differences()
    if found:
        told = f"Note: beside the system that runs in {own.home.absolute()}, {found}"
        click.echo(printable(told), err=True)
    return beside.settings()


@dataclass(frozen=True, slots=True)
class _Beside:
    """The settings of this terminal, and what is told of the system that it stands beside.

    ``here`` and ``there`` are their texts by field, to be compared and not to be shown.
    """

    own: Settings
    system: RunningSystem
    theirs: Settings
    here: Mapping[str, str]
    there: Mapping[str, str]

    @classmethod
    def of(cls, own: Settings, system: RunningSystem) -> Self:
        """Read what is told. Raises InvalidSettingError if it is no longer understood."""
        theirs = load_settings(system.settings)
        return cls(own, system, theirs, _texts(own), _texts(theirs))

    def settings(self) -> Settings:
        """Return this terminal's settings, with the system's where it leaves them open."""
        if self._is_elsewhere():
            return self.own
        taken = {field: getattr(self.theirs, field) for field in self._taken()}
        sources = tuple((field, RUNNING_SYSTEM) for field in taken)
        update = {**taken, "read_from": self.own.read_from + sources}
        return self.own.model_copy(update=update)

    def differences(self) -> str:
        """Return in words where this terminal will reckon otherwise than the system; else ""."""
        if self._is_elsewhere():
            return "this terminal names another database: the settings of that system do not count"
        disagreeing = [field for group in self._told() for field in group if self._disagrees(field)]
        missing = [field for field in sorted(self.system.withheld) if not self.here[field]]
        here, there = _rows(self.own), _rows(self.theirs)
        words = [
            f"{row.name}={row.value} here is {there[field].value or 'not set'} there"
            for field, row in here.items()
            if field in disagreeing
        ]
        words += [f"{here[field].name} is not set here and kept secret there" for field in missing]
        return "; ".join(words)

    def _taken(self) -> Iterator[str]:
        for group in self._told():
            if not any(self._disagrees(field) for field in group):
                open_ones = (field for field in group if field not in self.own.model_fields_set)
                yield from (field for field in open_ones if self.here[field] != self.there[field])

    def _told(self) -> Iterator[tuple[str, ...]]:
        return (group for group in GROUPS if self.system.withheld.isdisjoint(group))

    def _is_elsewhere(self) -> bool:
        uri = self.own.mongodb_uri
        is_other_server = uri is not None and hosts_of(uri) != self.system.mongodb
        return is_other_server or self._disagrees("mongodb_database")

    def _disagrees(self, field: str) -> bool:
        # The same MongoDB may be reached with other options, and by other users.
        is_set = field in self.own.model_fields_set and field != "mongodb_uri"
        return is_set and self.here[field] != self.there[field]


def _texts(settings: Settings) -> dict[str, str]:
    texts = environment_of(settings)
    return {field: texts[variable.names[0]] for field, variable in Settings.variables().items()}


def _rows(settings: Settings) -> dict[str, SettingRow]:
    return dict(zip(Settings.variables(), describe_settings(settings), strict=True))
