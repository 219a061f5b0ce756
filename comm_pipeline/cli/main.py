"""``comm-pipeline``: the commands together, and what all of them do with errors."""

from contextlib import suppress
from typing import Any, Final

import click
from pymongo.errors import PyMongoError

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
from comm_pipeline.cli.metrics import metrics
from comm_pipeline.cli.printable import printable
from comm_pipeline.cli.reanalyse import reanalyse
from comm_pipeline.cli.replies import replies
from comm_pipeline.cli.reply import reply
from comm_pipeline.cli.roles import show_roles
from comm_pipeline.cli.show_settings import show_settings
from comm_pipeline.cli.simulate import simulate
from comm_pipeline.cli.status import status
from comm_pipeline.cli.submit import submit
from comm_pipeline.cli.unknown import settle, unknown
from comm_pipeline.cli.update_template import update_template
from comm_pipeline.errors import CommPipelineError, NotFoundError
from comm_pipeline.settings import Masking, Settings, configure_logging, load_settings

FAILED = 1
NOT_FOUND = 3
_LONGEST_HELP: Final = 200


_EXIT_CODES: Final = (
    "Exit codes: 0 done; 1 failed, with the reason; 2 used wrongly; 3 there is no campaign, "
    "recipient or message of that name."
)


class _Cli(click.Group):
    """Turns this package's errors into a message and an exit code."""

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """List the commands, each with its whole first sentence."""
        commands = ((name, self.get_command(ctx, name)) for name in self.list_commands(ctx))
        with formatter.section("Commands"):
            formatter.write_dl(
                [(name, one.get_short_help_str(_LONGEST_HELP)) for name, one in commands if one]
            )

    def invoke(self, ctx: click.Context) -> Any:
        """Run the command."""
        try:
            return super().invoke(ctx)
        except CommPipelineError as error:
            click.echo(f"Error: {printable(_without_secrets(str(error)))}", err=True)
            ctx.exit(NOT_FOUND if isinstance(error, NotFoundError) else FAILED)
        except PyMongoError as error:
            click.echo(f"Error: MongoDB: {_without_secrets(str(error))}", err=True)
            ctx.exit(FAILED)


def _without_secrets(text: str) -> str:
    """Return what an error says, for whoever may know everything but the passwords."""
    try:
        settings = load_settings()
    except CommPipelineError:  # that is the error, and shows none
        settings = Settings()
    return Masking.of(settings).without_secrets(text)


@click.group(cls=_Cli, epilog=_EXIT_CODES, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="comm-pipeline")
def cli() -> None:
    """Lead conversation-based campaigns: MongoDB holds them, Dagster runs them."""
    with suppress(CommPipelineError):  # a command that needs the settings says what is wrong
        configure_logging(load_settings())


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
    metrics,
    pause,
    reanalyse,
    reject,
    replies,
    reply,
    resolve,
    resume,
    settle,
    show_roles,
    show_settings,
    simulate,
    status,
    submit,
    unknown,
    update_template,
):
    cli.add_command(command)
