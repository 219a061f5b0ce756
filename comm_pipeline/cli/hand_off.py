"""``comm-pipeline answer``, ``resolve``, ``approve`` and ``reject``: what people do themselves."""

from collections.abc import Awaitable, Callable

import click

from comm_pipeline.cli.database import with_recipient
from comm_pipeline.cli.printable import printable
from comm_pipeline.cli.settings_in_force import settings_in_force
from comm_pipeline.domain.statuses import Outcome
from comm_pipeline.services.answering_by_people import ENDINGS, Done, HandOffDesk
from comm_pipeline.services.clock import system_clock
from comm_pipeline.services.engine import work_rules


@click.command()
@click.argument("campaign")
@click.argument("recipient")
@click.argument("text")
def answer(campaign: str, recipient: str, text: str) -> None:
    """Write TEXT to RECIPIENT in CAMPAIGN, in the thread of their conversation.

    It passes the same gates as every message: nobody is written to who asked to stop, or outside of
    their hours. A conversation that is held stays held until it is resolved. The same text twice is
    sent once, unless the recipient has written in between.

    Exit code 3 if there is no such campaign, or no such recipient in it.
    """
    _at_the_desk(campaign, recipient, lambda desk: desk.answer(campaign, recipient, text))


@click.command()
@click.argument("campaign")
@click.argument("recipient")
@click.option(
    "--outcome",
    type=click.Choice([one.value for one in ENDINGS]),
    help="End the conversation; opted_out stops every campaign to the address.  [default: go on]",
)
@click.option("--note", default="", help="Kept with the hand-off.")
def resolve(campaign: str, recipient: str, outcome: str | None, note: str) -> None:
    """Give the held conversation with RECIPIENT in CAMPAIGN back, or end it with an outcome.

    Exit code 3 if there is no such campaign, or no such recipient in it.
    """
    ending = None if outcome is None else Outcome(outcome)
    _at_the_desk(campaign, recipient, lambda desk: desk.resolve(campaign, recipient, ending, note))


@click.command()
@click.argument("campaign")
@click.argument("recipient")
def approve(campaign: str, recipient: str) -> None:
    """Let the answer to RECIPIENT in CAMPAIGN leave that waits for approval, and print it.

    Exit code 3 if none waits, or if there is no such campaign or recipient.
    """
    _at_the_desk(campaign, recipient, lambda desk: desk.approve(campaign, recipient))


@click.command()
@click.argument("campaign")
@click.argument("recipient")
@click.option("--note", default="", help="Kept with the hand-off.")
def reject(campaign: str, recipient: str, note: str) -> None:
    """Drop the answer to RECIPIENT in CAMPAIGN that waits for approval.

    The conversation goes on without it. To say something else instead, use answer. Exit code 3 if
    none waits, or if there is no such campaign or recipient.
    """
    _at_the_desk(campaign, recipient, lambda desk: desk.reject(campaign, recipient, note))


def _at_the_desk(
    campaign: str, recipient: str, act: Callable[[HandOffDesk], Awaitable[Done]]
) -> None:
    settings = settings_in_force()
    domain = work_rules(settings).message_id_domain
    done = with_recipient(
        settings,
        campaign,
        recipient,
        lambda repositories: act(HandOffDesk(repositories, domain, system_clock)),
    )
    click.echo(printable(f"{recipient} in {campaign}: {done.text}"))
