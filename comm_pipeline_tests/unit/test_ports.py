"""Ports that are free, and what is said about those that are not."""

import socket

import pytest

from comm_pipeline.embedded.ports import LOOPBACK, free_port, is_free, require_free
from comm_pipeline.errors import EnvironmentFailure


def test_a_port_is_free_until_somebody_listens_on_it() -> None:
    port = free_port()
    require_free(port, "choose another")
    with socket.create_server((LOOPBACK, port)):
        assert not is_free(port)
        with pytest.raises(EnvironmentFailure, match=f"^port {port} is taken; choose another$"):
            require_free(port, "choose another")
    assert is_free(port)
