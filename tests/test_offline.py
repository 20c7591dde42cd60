"""The test run itself: nothing in it can open a connection (law 7)."""

from __future__ import annotations

import socket
import subprocess
import sys

import pytest

KNOCKS = [
    "socket.socket()",
    "socket.create_connection(('127.0.0.1', 9))",
    "socket.getaddrinfo('localhost', 80)",
    "socket.gethostbyname('localhost')",
]
KNOCKS_OF_A_CHILD = [
    *KNOCKS,
    "socket.socketpair()",
    "__import__('urllib.request').request.urlopen('http://localhost/')",
]


@pytest.mark.parametrize("knock", KNOCKS)
def test_no_test_opens_a_connection(knock: str) -> None:
    with pytest.raises(Exception, match=r"socket\.") as refused:
        eval(knock, {"socket": socket})
    assert "Connecting" in repr(refused.value)


@pytest.mark.parametrize("knock", KNOCKS_OF_A_CHILD)
def test_no_child_of_a_test_opens_a_connection(knock: str) -> None:
    child = subprocess.run(
        [sys.executable, "-c", f"import socket; {knock}"],
        capture_output=True,
        text=True,
        check=False,
    )
    assert child.returncode == 1
    assert "Connecting: socket." in child.stderr


def test_a_child_of_a_child_opens_no_connection() -> None:
    inner = "import socket; socket.socket()"
    outer = f"import subprocess, sys; sys.exit(subprocess.call([sys.executable, '-c', {inner!r}]))"
    child = subprocess.run(
        [sys.executable, "-c", outer], capture_output=True, text=True, check=False
    )
    assert child.returncode == 1
    assert "Connecting: socket.__new__" in child.stderr
