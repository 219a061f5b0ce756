"""``python -m comm_pipeline`` is ``comm-pipeline``."""

from comm_pipeline.cli.main import cli

if __name__ == "__main__":
    cli(prog_name="comm-pipeline")
