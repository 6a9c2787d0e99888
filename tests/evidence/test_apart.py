"""The process apart may reach nothing and start nothing."""

import subprocess
import sys

import pytest

TRIES = {
    "a connection": "import socket; socket.create_connection(('127.0.0.1', 9))",
    "a name": "import socket; socket.getaddrinfo('example.org', 80)",
    "a program": "import subprocess; subprocess.run(['true'])",
    "a shell": "import os; os.system('true')",
    "a fork": "import os; os.fork()",
}


@pytest.mark.parametrize("what", sorted(TRIES))
def test_what_a_parser_has_no_business_with_is_refused(what):
    code = f"import sys; from evidence import apart; sys.addaudithook(apart._refuse)\n{TRIES[what]}"

    ended = subprocess.run([sys.executable, "-c", code], capture_output=True, check=False)

    assert ended.returncode == 1
    assert b"PermissionError" in ended.stderr


def test_the_same_without_the_hook_is_allowed():
    code = f"from evidence import apart\n{TRIES['a program']}"

    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
