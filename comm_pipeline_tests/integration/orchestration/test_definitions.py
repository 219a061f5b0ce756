"""What Dagster is given to load."""

import subprocess
import sys

from dagster import AssetKey, Definitions

from comm_pipeline.definitions import build_definitions
from comm_pipeline.settings import Settings

PARTITIONED = {"campaign", "conversation_states", "outbound_messages"}


def test_definitions_load() -> None:
    Definitions.validate_loadable(build_definitions(Settings()))


def test_every_asset_explains_itself() -> None:
    graph = build_definitions(Settings()).resolve_asset_graph()
    for node in graph.asset_nodes:
        assert node.description, node.key
        assert node.owners, node.key
        assert node.kinds, node.key
        assert node.group_name != "default", node.key


def test_a_partition_is_a_campaign_and_never_a_recipient() -> None:
    graph = build_definitions(Settings()).resolve_asset_graph()
    partitioned = {node.key for node in graph.asset_nodes if node.is_partitioned}
    assert partitioned == {AssetKey(name) for name in PARTITIONED}


def test_importing_the_definitions_reads_no_environment_and_no_pandas() -> None:
    code = (
        "import os, sys\n"
        "os.environ['MAX_BATCH_SIZE'] = 'nonsense'\n"
        "import comm_pipeline.definitions\n"
        "assert 'pandas' not in sys.modules\n"
    )
    subprocess.run([sys.executable, "-W", "ignore", "-c", code], check=True)
