"""``comm-pipeline dev``: everything on this machine, until Ctrl-C."""

import threading

import click

from comm_pipeline.cli.local_system import LocalSystem, local_system
from comm_pipeline.settings import load_settings

#: How often to look whether every process is still there.
_LOOK_SECONDS = 1.0


@click.command()
@click.option(
    "--port", type=click.IntRange(1, 65535), help="Port of the webserver.  [default: 3000 or free]"
)
def dev(port: int | None) -> None:
    """Start MongoDB, a mail catcher and Dagster, and keep them running.

    What the environment names is used in place of what would be started: MONGODB_URI a MongoDB,
    SMTP_HOST a mail server. Data stay in COMM_PIPELINE_HOME. Ctrl-C ends everything.
    """
    with local_system(load_settings(), webserver_port=port, say=click.echo) as system:
        click.echo(f"\n  Dagster      {system.webserver_url}")
        click.echo(f"  MongoDB      {system.settings.mongodb_uri}")
        click.echo(f"  Mails        {system.mail_directory or 'sent through SMTP_HOST'}")
        click.echo("\n  comm-pipeline submit templates/requests/sales_request.json --new-id \\")
        click.echo("      --contacts templates/requests/contacts.json")
        click.echo("  Ctrl-C ends everything.\n")
        _wait_for_ctrl_c(system)
        click.echo("Ending everything.")


def _wait_for_ctrl_c(system: LocalSystem) -> None:
    pause = threading.Event()
    try:
        while not pause.wait(_LOOK_SECONDS):
            system.check()
    except KeyboardInterrupt:
        return
