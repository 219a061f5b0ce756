"""The demo's screen: a live picture on a terminal, one line for each event anywhere else."""

from collections import deque
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Final, Protocol

import click
from rich.columns import Columns
from rich.console import Console, Group, RenderableType
from rich.live import Live
from rich.panel import Panel
from rich.table import Table
from rich.text import Text

from comm_pipeline.cli.demo_progress import CampaignProgress, Person

_MOST_LINES: Final = 10
_FEWEST_LINES: Final = 3
#: Two funnels below each other, and the frame around the lines: what a narrow terminal shows.
_OTHER_LINES: Final = 15
_STYLES: Final = {"mail": "cyan", "reply": "green"}


@dataclass(frozen=True, slots=True)
class Happening:
    """Something that a recipient saw or did; ``seconds`` since the demo began."""

    seconds: float
    kind: str
    person: Person
    stage: str
    what: str


class Screen(Protocol):
    """Where the demo shows what happens."""

    def happened(self, happening: Happening) -> None:
        """Show one mail or reply."""
        ...

    def progressed(self, campaigns: Sequence[CampaignProgress], seconds: float) -> None:
        """Show how the campaigns stand."""
        ...


@contextmanager
def open_screen(console: Console) -> Iterator[Screen]:
    """Open the screen that suits the console, for the block."""
    if not console.is_terminal:
        yield LineScreen()
        return
    with Live(console=console, auto_refresh=False, transient=True) as live:
        yield LiveScreen(live)


class LineScreen:
    """One line for each event: for logs, and for whoever pipes the demo somewhere."""

    def __init__(self) -> None:
        self._statuses: dict[str, str] = {}

    def happened(self, happening: Happening) -> None:
        """Print it."""
        click.echo(line_of(happening))

    def progressed(self, campaigns: Sequence[CampaignProgress], seconds: float) -> None:
        """Print the campaigns that have changed their status."""
        for campaign in campaigns:
            if self._statuses.get(campaign.campaign_id) != campaign.status:
                self._statuses[campaign.campaign_id] = campaign.status
                click.echo(f"{seconds:6.1f} s  status  {campaign.name}: {campaign.status}")


class LiveScreen:
    """Funnels above, the latest mails and replies below."""

    def __init__(self, live: Live) -> None:
        self._live = live
        self._latest: deque[Happening] = deque(maxlen=lines_for(live.console.height))
        self._counts = dict.fromkeys(_STYLES, 0)

    def happened(self, happening: Happening) -> None:
        """Keep it for the next picture."""
        self._latest.append(happening)
        self._counts[happening.kind] += 1

    def progressed(self, campaigns: Sequence[CampaignProgress], seconds: float) -> None:
        """Draw the picture."""
        self._live.update(picture(campaigns, self._latest, self._counts, seconds), refresh=True)


def lines_for(height: int) -> int:
    """Return how many events fit on a terminal of that many lines beside the funnels."""
    return max(_FEWEST_LINES, min(_MOST_LINES, height - _OTHER_LINES))


def line_of(happening: Happening) -> str:
    """Return an event as a line of text."""
    person, stage = str(happening.person), happening.stage
    return (
        f"{happening.seconds:6.1f} s  {happening.kind:<6}  {person:<46}  {stage:<16}  "
        f'"{happening.what}"'
    )


def picture(
    campaigns: Sequence[CampaignProgress],
    latest: Sequence[Happening],
    counts: dict[str, int],
    seconds: float,
) -> RenderableType:
    """Return the live picture; ``counts`` are all mails and replies so far."""
    title = f"{counts['mail']} mails received, {counts['reply']} replies, {seconds:.0f} s"
    return Group(
        Columns([funnel_table(campaign) for campaign in campaigns], padding=(0, 4)),
        Panel(_lines(latest), title=title, title_align="left"),
    )


def funnel_table(campaign: CampaignProgress) -> Table:
    """Return a campaign's funnel as it stands."""
    title = Text(f"{campaign.name}: {campaign.status}", style="bold")
    table = Table(title=title, title_justify="left", box=None)
    table.add_column("stage")
    for column in ("entered", "waiting", "completed"):
        table.add_column(column, justify="right")
    for stage in campaign.stages:
        counts = (stage.entered, stage.waiting, stage.completed)
        table.add_row(stage.stage, *(str(count) for count in counts))
    return table


def _lines(latest: Sequence[Happening]) -> Table:
    lines = Table.grid(padding=(0, 2), expand=True)
    lines.add_column(justify="right", no_wrap=True)
    lines.add_column(no_wrap=True)
    lines.add_column(no_wrap=True, max_width=36)
    lines.add_column(no_wrap=True)
    lines.add_column(no_wrap=True, ratio=1)
    for one in latest:
        cells = (f"{one.seconds:.1f} s", one.kind, str(one.person), one.stage, one.what)
        # As text, because what people write may look like markup.
        lines.add_row(*(Text(cell) for cell in cells), style=_STYLES[one.kind])
    return lines
