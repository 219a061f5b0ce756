"""``comm-pipeline reply``: write a reply as if a recipient had sent it."""

from uuid import uuid4

import click

from comm_pipeline.cli.database import with_recipient
from comm_pipeline.cli.settings_in_force import settings_in_force
from comm_pipeline.domain.ids import CampaignId, RecipientId, conversation_id
from comm_pipeline.domain.replies import InboundMessage
from comm_pipeline.errors import InvalidInputError
from comm_pipeline.services.clock import system_clock
from comm_pipeline.storage.repositories import Repositories


@click.command()
@click.argument("campaign")
@click.argument("recipient")
@click.argument("text")
def reply(campaign: str, recipient: str, text: str) -> None:
    """Write TEXT as a reply of RECIPIENT in CAMPAIGN into inbound_messages.

    The sensor takes it up within the polling interval. Exit code 3 if there is no such campaign, or
    no such recipient in it.
    """
    if not text.strip():
        raise InvalidInputError("TEXT: is empty; an empty message says nothing")
    if not _is_text(text):
        raise InvalidInputError("TEXT: is not UTF-8")
    with_recipient(
        settings_in_force(),
        campaign,
        recipient,
        lambda repositories: _write(repositories, campaign, recipient, text),
    )
    click.echo(f"Reply of {recipient} written; see: comm-pipeline status {campaign}")


async def _write(repositories: Repositories, campaign: str, recipient: str, text: str) -> None:
    key = conversation_id(CampaignId(campaign), RecipientId(recipient))
    await repositories.conversations.get_conversation_state(key)  # nobody, before it begins
    message = InboundMessage(
        id=f"cli:{uuid4().hex}",
        text=text,
        received_at=system_clock(),
        conversation_id=key,
        campaign_id=campaign,
        recipient_id=recipient,
    )
    await repositories.inbound.add(message)


def _is_text(text: str) -> bool:
    """Return whether a text is one: bytes of the command line that are none come as surrogates."""
    return not any("\ud800" <= letter <= "\udfff" for letter in text)
