"""``comm-pipeline demo`` as a newcomer runs it."""

import os
import subprocess
from pathlib import Path

import pytest

from comm_pipeline_tests.e2e.dev_system import COMMAND, processes_of

pytestmark = [pytest.mark.e2e, pytest.mark.timeout(300)]


def test_the_demo_ends_well_and_leaves_nothing_running(tmp_path: Path) -> None:
    home = tmp_path / "home"
    environment = os.environ | {"COMM_PIPELINE_HOME": str(home)}
    done = subprocess.run(
        [COMMAND, "demo", "--day-seconds", "1", "--limit-seconds", "170"],
        env=environment,
        capture_output=True,
        text=True,
        timeout=280,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    mails = list((home / "demo" / "mail").glob("*.eml"))
    # 48 first messages; how many more fit into days of a second depends on the machine.
    assert len(mails) > 60
    assert f"Kept: {len(mails)} mails" in done.stdout
    for stage in ("awareness", "decision", "satisfaction"):
        assert stage in done.stdout
    assert (home / "demo" / "reports" / "campaign_report.html").exists()
    assert processes_of(home) == []
