"""A throwaway PostgreSQL cluster in a temporary folder, on a free port, removed afterwards."""

import os
import pwd
import shutil
import signal
import subprocess
import tempfile
import time
from pathlib import Path

import psycopg

from tests.support.net import free_port


def _program(name: str) -> str:
    found = sorted(Path("/usr/lib/postgresql").glob(f"*/bin/{name}"), reverse=True)
    if found:
        return str(found[0])
    program = shutil.which(name)
    assert program, f"{name} is missing: install postgresql"
    return program


class Cluster:
    """One running PostgreSQL server that only listens on 127.0.0.1."""

    def __init__(self) -> None:
        self.folder = Path(tempfile.mkdtemp(prefix="rf-postgres-"))
        self.port = free_port()
        self._process: subprocess.Popen | None = None
        self._databases = 0
        self._run_as: dict = {}
        if os.getuid() == 0:  # PostgreSQL refuses to run as root
            user = pwd.getpwnam("postgres")
            os.chown(self.folder, user.pw_uid, user.pw_gid)
            self._run_as = {"user": user.pw_uid, "group": user.pw_gid, "extra_groups": []}
        self._call(
            _program("initdb"),
            "-D",
            str(self.folder / "data"),
            "-U",
            "rf",
            "-A",
            "trust",
            "-E",
            "UTF8",
            "--locale=C.UTF-8",
            "--no-sync",
        )
        self.start()

    def _call(self, *command: str) -> None:
        subprocess.run(command, check=True, capture_output=True, cwd="/", **self._run_as)

    def start(self) -> None:
        options = {
            "listen_addresses": "127.0.0.1",
            "port": str(self.port),
            "unix_socket_directories": str(self.folder),
            "max_connections": "200",
            "shared_buffers": "64MB",
            "fsync": "off",  # the cluster is thrown away, and no test cuts the power
            "full_page_writes": "off",
            "autovacuum": "off",  # with a thousand small databases, it would never finish
        }
        arguments = [part for name, value in options.items() for part in ("-c", f"{name}={value}")]
        with (self.folder / "log").open("ab") as log:
            self._process = subprocess.Popen(
                [_program("postgres"), "-D", str(self.folder / "data"), *arguments],
                stdout=log,
                stderr=log,
                cwd="/",
                **self._run_as,
            )
        for _ in range(200):
            try:
                psycopg.connect(self.url("postgres"), connect_timeout=1).close()
                return
            except psycopg.OperationalError:
                time.sleep(0.05)
        raise AssertionError((self.folder / "log").read_text()[-2000:])

    def stop(self, how: int = signal.SIGINT) -> None:
        """Stop the server; SIGINT ends every session at once, as a restart under load does."""
        if self._process is not None:
            self._process.send_signal(how)
            self._process.wait(timeout=30)
            self._process = None

    def pause(self) -> None:
        """Stop answering, with connections left open, until :meth:`go_on`."""
        self._signal_all(signal.SIGSTOP)

    def go_on(self) -> None:
        """Answer again after :meth:`pause`."""
        self._signal_all(signal.SIGCONT)

    def _signal_all(self, which: int) -> None:
        assert self._process is not None
        pid = self._process.pid
        self._process.send_signal(which)  # first, so that it makes no more of the others
        for child in Path(f"/proc/{pid}/task/{pid}/children").read_text().split():
            os.kill(int(child), which)

    def remove(self) -> None:
        self.stop(signal.SIGQUIT)  # nothing is to be kept, so nothing is written to the disk first
        shutil.rmtree(self.folder, ignore_errors=True)

    def url(self, database: str) -> str:
        return f"postgresql://rf@127.0.0.1:{self.port}/{database}"

    def new_database(self, template: str = "template1") -> str:
        """Make an empty database, or a copy of one, and return its address."""
        self._databases += 1
        name = f"rf_{self._databases}"
        with psycopg.connect(self.url("postgres"), autocommit=True) as connection:
            connection.execute(f'CREATE DATABASE "{name}" TEMPLATE "{template}" STRATEGY file_copy')
        return self.url(name)
