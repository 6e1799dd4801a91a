"""``make dev``: the app while it is being written, on 127.0.0.1 only.

Vite serves the pages and passes the rest to our server. This process imports the libraries once and
watches the sources. When one changes, it forks a child that imports the code and forks again: one
half compiles the pages, which Vite then updates in the browser; the other takes over from the
running server. If the code does not import, its traceback is shown and the old server goes on.
"""

import contextlib
import importlib
import os
import shutil
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from pathlib import Path

from dev_code import Code

ROOT = Path(__file__).resolve().parent.parent
BIN = Path(sys.executable).parent
WEB = ROOT / ".web"
VITE = WEB / "node_modules" / ".bin" / "react-router"
BUILT = WEB / "build" / "client"
"""The server does not start without built pages, though nobody sees them here."""

HOST = "127.0.0.1"

WATCHED = ("rxapp", "assets", "rxconfig.py")
SERVED = {".py", ".yaml", ".html", ".txt"}
COMPILED = {".py", ".css", ".jsx", ".js"}

LIBRARIES = (
    "reflex.app",
    "reflex.reflex",
    "sqlmodel",
    "fastapi",
    "alembic.command",
    "granian.server",
)
"""The libraries that every server needs; the first one to run reports what else it imported."""

LOOK_SECONDS = 0.1
"""How often the sources are checked."""


def look() -> dict[Path, int]:
    """Return when each source was last changed."""
    found = {}
    for name in WATCHED:
        path = ROOT / name
        for folder, folders, files in os.walk(path) if path.is_dir() else [(ROOT, [], [name])]:
            folders[:] = [each for each in folders if each not in ("__pycache__", "external")]
            for file in files:
                source = Path(folder, file)
                if source.suffix in SERVED | COMPILED:
                    with contextlib.suppress(FileNotFoundError):
                        found[source] = source.stat().st_mtime_ns
    return found


def free_port() -> int:
    """Return a port that nobody listens on."""
    with socket.socket() as probe:
        probe.bind((HOST, 0))
        return probe.getsockname()[1]


def say(text: str) -> None:
    """Print a line with the time of day."""
    print(f"{time.strftime('%H:%M:%S')}  {text}", flush=True)


class Dev:
    """Everything that runs, and what to do when a source changes."""

    def __init__(self, port: int, server_port: int) -> None:
        self._port = port
        self._server_port = server_port
        self._server: Code | None = None
        self._next: Code | None = None
        self._compiling: Code | None = None
        self._vite: subprocess.Popen | None = None
        self._is_waited_for = False

    def run(self) -> int:
        """Serve until interrupted and return the exit code."""
        seen = look()
        self._take_up(SERVED)
        while True:
            time.sleep(LOOK_SECONDS)
            now = look()
            if changed := {path for path, _ in seen.items() ^ now.items()}:
                self._take_up({path.suffix for path in changed})
            seen = now
            self._follow_pages()
            self._follow_server()
            if self._vite and self._vite.poll() is not None:
                say("Vite has ended.")
                return 1

    def _take_up(self, suffixes: set[str]) -> None:
        for child in {self._next, self._compiling} - {None, self._server}:
            child.stop(0)
        serves = bool(suffixes & SERVED) or self._next is not None
        self._compiling = Code(serves=serves)
        self._next = self._compiling if serves else None

    def _follow_pages(self) -> None:
        if not self._compiling or (compiled := self._compiling.compiled()) is None:
            return
        if compiled:
            say(f"pages compiled after {self._compiling.seconds():.1f} s")
            self._vite = self._vite or self._start_vite()
        else:
            say("The pages were not compiled; the last ones stay.")
        self._compiling = None

    def _follow_server(self) -> None:
        if self._next and (libraries := self._next.libraries()) is not None:
            coming, self._next = self._next, None
            if libraries:
                self._replace_server(coming)
                _preload(libraries)
            else:
                coming.stop(0)
                say("The server was not replaced; the last one stays.")
        if self._server and self._is_waited_for:
            if self._server.has_ended():
                say("The server has ended; it starts again with the next change.")
                self._server, self._is_waited_for = None, False
            elif self._answers():
                say(f"server live after {self._server.seconds():.1f} s")
                self._is_waited_for = False

    def _replace_server(self, coming: Code) -> None:
        if self._server:
            self._server.stop()
        self._server, self._is_waited_for = coming, True
        coming.serve()

    def _answers(self) -> bool:
        try:
            address = f"http://{HOST}:{self._server_port}/api/v1/health"
            with urllib.request.urlopen(address, timeout=1) as answer:
                return answer.status == 200
        except (OSError, urllib.error.URLError):
            return False

    def _start_vite(self) -> subprocess.Popen:
        say(f"ResolutionFlow at {os.environ['PUBLIC_URL']} (Ctrl-C stops it)")
        config = shutil.copy(ROOT / "scripts" / "vite.dev.mjs", WEB)  # its folder is Vite's root
        where = ("--host", HOST, "--port", str(self._port), "--strictPort")
        return subprocess.Popen(
            [BIN / "node", VITE, "dev", "--config", config, *where, "--logLevel", "warn"],
            cwd=WEB,
            env={**os.environ, "NODE_OPTIONS": "--conditions=development", "NO_COLOR": "1"},
            start_new_session=True,
        )

    def stop(self) -> None:
        """End everything that runs."""
        if self._vite:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(self._vite.pid, signal.SIGTERM)
        for child in {self._compiling, self._next, self._server} - {None}:
            child.stop()
        if self._vite:
            self._vite.wait(timeout=10)


def _preload(names: list[str] | tuple[str, ...]) -> None:
    """Import libraries here, so that no child has to."""
    for name in names:
        if name not in sys.modules:
            with contextlib.suppress(Exception):
                importlib.import_module(name)


def _prepare(port: int, server_port: int) -> None:
    os.environ.update(
        HOST=HOST,
        PORT=str(server_port),
        PUBLIC_URL=f"http://localhost:{port}",
        RF_DEV_PORT=str(port),
        RF_DEV_SERVER_PORT=str(server_port),
    )
    needs_build = not VITE.exists() or not BUILT.exists()
    needed = {"build": needs_build, "migrate": True, "demo": bool(os.environ.get("RF_DEMO"))}
    for command in [each for each, is_needed in needed.items() if is_needed]:
        subprocess.run([sys.executable, "-m", "rxapp", command], cwd=ROOT, check=True)
    from rxapp.frontend import build_environment  # loads no library that the code below needs

    for name, value in build_environment().items():
        if name not in ("DATABASE_URL", "REDIS_URL"):
            os.environ[name] = value
    for name in [each for each in sys.modules if each.startswith(("rxapp", "rxconfig"))]:
        del sys.modules[name]


def main() -> int:
    """Run it and return the exit code."""
    os.chdir(ROOT)
    sys.path.insert(0, str(ROOT))
    port, server_port = int(os.environ.get("PORT") or 3000), free_port()
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    dev = Dev(port, server_port)
    try:
        _prepare(port, server_port)
        _preload(LIBRARIES)
        return dev.run()
    except KeyboardInterrupt:
        return 0
    except subprocess.CalledProcessError as failed:
        return failed.returncode
    finally:
        dev.stop()


if __name__ == "__main__":
    sys.exit(main())
