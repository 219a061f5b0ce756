"""Dovecot on loopback, if it is installed: the second implementation of an IMAP server."""

import grp
import os
import pwd
import shutil
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

import pytest

from comm_pipeline.embedded.ports import LOOPBACK, free_port
from comm_pipeline_tests.imap_servers import PASSWORD, MailServer

_START_SECONDS = 20.0


@contextmanager
def dovecot_server() -> Iterator[MailServer]:
    """Run Dovecot without privileges; every user exists. Skips where it is not installed."""
    program = shutil.which("dovecot", path=f"{os.environ.get('PATH', '')}:/usr/sbin")
    if program is None:
        pytest.skip("Dovecot is not installed (apt-get install dovecot-imapd)")
    # Not below pytest's folder: an unprivileged process may not pass through that one.
    home = Path(tempfile.mkdtemp(prefix="dovecot-", dir="/tmp"))
    account = pwd.getpwnam("nobody") if os.getuid() == 0 else pwd.getpwuid(os.getuid())
    port = free_port()
    (home / "dovecot.conf").write_text(_dovecot_config(home, account, port))
    for path in (home, *home.iterdir()):
        os.chown(path, account.pw_uid, account.pw_gid)
    demotion: dict[str, Any] = {}
    if os.getuid() == 0:
        demotion = {"user": account.pw_uid, "group": account.pw_gid, "extra_groups": []}
    process = subprocess.Popen([program, "-F", "-c", str(home / "dovecot.conf")], **demotion)
    try:
        _wait_until_it_listens(process, port, home / "log")
        yield MailServer("dovecot", port)
    finally:
        process.terminate()
        process.wait(timeout=_START_SECONDS)
        shutil.rmtree(home)


def _wait_until_it_listens(process: "subprocess.Popen[bytes]", port: int, log: Path) -> None:
    end = time.monotonic() + _START_SECONDS
    while process.poll() is None and time.monotonic() < end:
        with suppress(OSError), socket.create_connection((LOOPBACK, port), timeout=1):
            return
        time.sleep(0.02)
    said = log.read_text() if log.exists() else "nothing"
    raise AssertionError(f"Dovecot did not start; it said: {said}")


def _dovecot_config(home: Path, account: pwd.struct_passwd, port: int) -> str:
    name, uid, gid = account.pw_name, account.pw_uid, account.pw_gid
    return f"""
base_dir = {home}/run
state_dir = {home}/run
log_path = {home}/log
protocols = imap
listen = {LOOPBACK}
ssl = no
disable_plaintext_auth = no
default_internal_user = {name}
default_login_user = {name}
default_internal_group = {grp.getgrgid(gid).gr_name}
first_valid_uid = 1
mail_location = maildir:~/Maildir
service imap-login {{
  chroot =
  inet_listener imap {{
    port = {port}
  }}
  inet_listener imaps {{
    port = 0
  }}
}}
service stats {{
  chroot =
}}
service anvil {{
  chroot =
  unix_listener anvil-auth-penalty {{
    mode = 0
  }}
}}
auth_failure_delay = 0
passdb {{
  driver = static
  args = password={PASSWORD}
}}
userdb {{
  driver = static
  args = uid={uid} gid={gid} home={home}/home/%u
}}
namespace inbox {{
  inbox = yes
  separator = /
}}
"""
