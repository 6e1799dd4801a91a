"""Serves one application like ours, but without pages: same server, same options."""

import os
import sys

from granian.constants import Interfaces
from granian.log import LogLevels
from granian.server import Server

from rxapp import frontend
from rxapp.reflex_seam import switches


def main(target: str) -> None:
    """Serve ``module:factory`` on ``PORT`` until told to stop."""
    frontend.prepare_to_serve()
    switches.serve_pages(False)
    Server(
        target=target,
        factory=True,
        address="127.0.0.1",
        port=int(os.environ["PORT"]),
        interface=Interfaces.ASGI,
        workers=1,
        log_level=LogLevels.warning,
        websockets=True,
    ).serve()


if __name__ == "__main__":
    main(sys.argv[1])
