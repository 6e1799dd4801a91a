"""The switches exist, reach child processes, and work."""

import os
import subprocess
import sys
from datetime import timedelta

import pytest
from reflex_base.environment import environment

from rxapp.reflex_seam import built_pages, switches
from tests.reflex_seam.probe import make_app

PING = timedelta(seconds=7)
READ_BACK = """
from reflex_base.environment import environment
print(environment.REFLEX_SKIP_COMPILE.get(), environment.REFLEX_MOUNT_FRONTEND_COMPILED_APP.get())
"""


@pytest.fixture
def switched(monkeypatch):
    """Serve what is built, for one test."""
    for name in [name for name in os.environ if "REFLEX" in name]:
        monkeypatch.setenv(name, os.environ[name])
    before = dict(os.environ)
    switches.serve_what_is_built(ping=PING, largest_message=12_345)
    yield
    for name in os.environ.keys() - before.keys():
        del os.environ[name]


def test_the_socket_is_made_with_them(switched, registered):
    engine = make_app().sio.eio
    assert engine.ping_interval == engine.ping_timeout == PING.total_seconds()
    assert engine.max_http_buffer_size == 12_345


def test_nothing_is_compiled_and_the_pages_are_served(switched, registered):
    assert not make_app()._should_compile()
    assert environment.REFLEX_MOUNT_FRONTEND_COMPILED_APP.get()
    switches.serve_pages(False)
    assert not environment.REFLEX_MOUNT_FRONTEND_COMPILED_APP.get()


def test_a_process_that_is_started_has_them_too(switched):
    command = [sys.executable, "-c", READ_BACK]
    said = subprocess.run(command, capture_output=True, text=True, check=True)
    assert said.stdout.split() == ["True", "True"]


def test_the_build_s_switches_are_known():
    known = {"REFLEX_TELEMETRY_ENABLED"}  # a value of the configuration
    assert all(hasattr(environment, name) for name in built_pages.SWITCHES.keys() - known)
