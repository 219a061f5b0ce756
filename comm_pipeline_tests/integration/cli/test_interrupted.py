"""Ctrl-C ends a command quietly, also while its parts are still loaded."""

import subprocess
import sys

#: Interrupts itself when it begins to load the commands: to wait for that moment would be a race.
_PROGRAM = """
import os, signal, sys
from comm_pipeline.__main__ import main

def interrupt(event, arguments):
    if event == "import" and arguments[0] == "comm_pipeline.cli.main":
        os.kill(os.getpid(), signal.SIGINT)

signal.signal(signal.SIGINT, signal.default_int_handler)
sys.addaudithook(interrupt)
main()
"""


def test_ctrl_c_while_the_commands_are_loaded_is_no_traceback() -> None:
    ended = subprocess.run(
        [sys.executable, "-c", _PROGRAM], capture_output=True, text=True, timeout=60, check=False
    )
    assert (ended.returncode, ended.stdout, ended.stderr) == (130, "", "")
