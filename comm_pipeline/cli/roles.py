"""``comm-pipeline roles``: the commands that give MongoDB's users no more than they need."""

import json

import click

from comm_pipeline.cli.settings_in_force import settings_in_force
from comm_pipeline.storage.roles import Role, roles

_CREATE_USER = (
    'db.createUser({user: "worker", pwd: passwordPrompt(), roles: ["comm_pipeline_worker"]})'
)


@click.command("roles")
def show_roles() -> None:
    """Print the commands for mongosh that make the roles of the database in the settings.

    Run by an administrator of the database; running them again brings the roles up to date.
    """
    database = settings_in_force().mongodb_database
    click.echo(f"db = db.getSiblingDB({json.dumps(database)})\n")
    for role in roles():
        click.echo(_commands(role, database))
    click.echo("// Then, for each user, asking for the password:")
    click.echo(f"// {_CREATE_USER}")


def _commands(role: Role, database: str) -> str:
    name, document = json.dumps(role.name), json.dumps(role.command(database), indent=2)
    return (
        f"// {role.name}: {role.purpose}\n"
        f"role = {document}\n"
        f"db.getRole({name}) ? db.updateRole({name}, role)\n"
        f"  : db.createRole({{role: {name}, ...role}})\n"
    )
