"""``comm-pipeline``: the commands together, and what all of them do with errors."""

from typing import Any

import click

from comm_pipeline.cli.campaign_control import cancel, pause, resume
from comm_pipeline.cli.check import check
from comm_pipeline.cli.demo import demo
from comm_pipeline.cli.dev import dev
from comm_pipeline.cli.doctor import doctor
from comm_pipeline.cli.escalations import escalations
from comm_pipeline.cli.explain import explain
from comm_pipeline.cli.export import export
from comm_pipeline.cli.forget import forget
from comm_pipeline.cli.hand_off import answer, approve, reject, resolve
from comm_pipeline.cli.reanalyse import reanalyse
from comm_pipeline.cli.replies import replies
from comm_pipeline.cli.reply import reply
from comm_pipeline.cli.show_settings import show_settings
from comm_pipeline.cli.simulate import simulate
from comm_pipeline.cli.status import status
from comm_pipeline.cli.submit import submit
from comm_pipeline.cli.unknown import settle, unknown
from comm_pipeline.cli.update_template import update_template
from comm_pipeline.errors import CommPipelineError, NotFoundError

FAILED = 1
NOT_FOUND = 3


class _Cli(click.Group):
    """Turns this package's errors into a message and an exit code."""

    def invoke(self, ctx: click.Context) -> Any:
        """Run the command."""
        try:
            return super().invoke(ctx)
        except CommPipelineError as error:
            click.echo(f"Error: {error}", err=True)
            ctx.exit(NOT_FOUND if isinstance(error, NotFoundError) else FAILED)


@click.group(cls=_Cli, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="comm-pipeline")
def cli() -> None:
    """Lead conversation-based campaigns: MongoDB holds them, Dagster runs them."""


for command in (
    answer,
    approve,
    cancel,
    check,
    demo,
    dev,
    doctor,
    escalations,
    explain,
    export,
    forget,
    pause,
    reanalyse,
    reject,
    replies,
    reply,
    resolve,
    resume,
    settle,
    show_settings,
    simulate,
    status,
    submit,
    unknown,
    update_template,
):
    cli.add_command(command)
