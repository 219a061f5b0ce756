import smtplib
import socket
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from email.message import EmailMessage
from itertools import count
from pathlib import Path

import pytest

from comm_pipeline.embedded.mail_catcher import MailCatcher, read_mails, read_state
from comm_pipeline.embedded.mailbox import Mailbox
from comm_pipeline.embedded.waiting import wait_until
from comm_pipeline.errors import EnvironmentFailure


def a_mail(subject: str = "Hello") -> EmailMessage:
    mail = EmailMessage()
    mail["From"], mail["To"], mail["Subject"] = "a@example.com", "b@example.com", subject
    mail.set_content(".\nfirst line\n.. dots\n")
    return mail


def send(port: int, *subjects: str) -> None:
    with smtplib.SMTP("127.0.0.1", port, timeout=10) as client:
        for subject in subjects:
            client.send_message(
                a_mail(subject), "bounce@example.com", ["b@example.com", "c@d.example"]
            )


def test_a_mail_is_kept_as_it_was_sent(tmp_path: Path) -> None:
    with MailCatcher(tmp_path / "mail") as catcher:
        send(catcher.port, "Hello")
    [mail] = catcher.mails()
    assert mail.message["Subject"] == "Hello"
    assert mail.message["X-Envelope-From"] == "bounce@example.com"
    assert mail.message.get_all("X-Envelope-To") == ["b@example.com", "c@d.example"]
    assert mail.message.get_content() == ".\nfirst line\n.. dots\n"
    assert [path.suffix for path in (tmp_path / "mail").iterdir()] == [".eml"]


def test_mails_are_read_in_the_order_of_arrival(tmp_path: Path) -> None:
    subjects = [f"mail {number}" for number in range(20)]
    with MailCatcher(tmp_path) as catcher:
        send(catcher.port, *subjects)
        assert [mail.message["Subject"] for mail in catcher.mails()] == subjects


def test_many_clients_at_once_lose_nothing(tmp_path: Path) -> None:
    with MailCatcher(tmp_path) as catcher, ThreadPoolExecutor(8) as clients:
        list(clients.map(lambda number: send(catcher.port, f"{number}", f"{number}"), range(16)))
    assert len(catcher.mails()) == 32


def test_a_clock_set_back_keeps_the_order(tmp_path: Path) -> None:
    times = count(1_000, -1)
    mailbox = Mailbox(tmp_path, clock=lambda: next(times))
    paths = [mailbox.store("a", ["b"], b"Subject: x\r\n\r\n") for _ in range(3)]
    assert sorted(paths) == paths
    assert len(set(paths)) == 3


def test_a_folder_that_is_not_there_holds_no_mails(tmp_path: Path) -> None:
    assert list(read_mails(tmp_path / "none")) == []


def test_an_unwritable_folder_defers_the_mail(tmp_path: Path) -> None:
    with MailCatcher(tmp_path / "mail") as catcher:
        (tmp_path / "mail").rmdir()
        with pytest.raises(smtplib.SMTPDataError, match="cannot store") as caught:
            send(catcher.port, "Hello")
    assert caught.value.smtp_code == 452


def test_a_port_that_is_taken_is_named(tmp_path: Path) -> None:
    with MailCatcher(tmp_path) as first, pytest.raises(EnvironmentFailure, match=str(first.port)):
        MailCatcher(tmp_path, port=first.port).__enter__()


def test_it_stops_while_a_client_is_connected(tmp_path: Path) -> None:
    with MailCatcher(tmp_path) as catcher:
        client = socket.create_connection(("127.0.0.1", catcher.port), timeout=10)
        assert client.recv(100).startswith(b"220 ")
    with client:
        assert client.recv(100) == b""


def test_as_a_process_it_says_its_port_and_ends_on_sigterm(tmp_path: Path) -> None:
    state_file = tmp_path / "mail_catcher.json"
    module = [sys.executable, "-W", "error", "-m", "comm_pipeline.embedded.mail_catcher"]
    with subprocess.Popen(
        [*module, "--directory", str(tmp_path / "mail")],
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    ) as process:
        try:
            state = wait_until(lambda: read_state(state_file), 20, "the mail catcher")
            assert state is not None
            assert state.pid == process.pid
            send(state.port, "Hello")
        finally:
            process.terminate()
        output, _ = process.communicate(timeout=20)
    assert process.returncode == 0
    assert output == f"Mail catcher on 127.0.0.1:{state.port}, mails in {tmp_path / 'mail'}\n"
    assert not state_file.exists()
    assert len(list(read_mails(tmp_path / "mail"))) == 1
