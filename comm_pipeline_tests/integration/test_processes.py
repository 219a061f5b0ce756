"""The process table, read in both ways that systems offer."""

import os
import shutil
import subprocess

import pytest

from comm_pipeline.embedded import processes
from comm_pipeline.embedded.processes import command_line, process_table
from comm_pipeline.embedded.waiting import wait_until


def test_a_process_is_told_with_its_parent_and_group() -> None:
    with subprocess.Popen(["sleep", "600"], start_new_session=True) as child:
        told = process_table()[child.pid]
        assert (told.parent, told.group) == (os.getpid(), child.pid)
        wait_until(lambda: command_line(child.pid) == "sleep 600 ", 10, "sleep")
        child.kill()
        # A zombie, because nobody has waited for it: gone all the same.
        wait_until(lambda: child.pid not in process_table(), 10, "the end of sleep")
        assert command_line(child.pid) is None


@pytest.mark.skipif(shutil.which("ps") is None, reason="this system has no ps")
def test_ps_tells_the_same_where_there_is_no_proc() -> None:
    from_proc = process_table()[os.getpid()]
    from_ps = {process.pid: process for process in processes._from_ps()}[os.getpid()]
    assert (from_ps.parent, from_ps.group) == (from_proc.parent, from_proc.group)
    assert from_ps.started
