"""The environment of every run, whatever the machine says: set before the app is imported."""

import os
import shutil
import tempfile
from pathlib import Path

from tests.support.secret import SECRET_KEY

MEMORY = Path("/dev/shm")
ROOMY = 4 * 2**30


def _temporary() -> Path:
    """Make the folder of this run's files: in memory where there is room, since disks are slow."""
    is_roomy = MEMORY.is_dir() and shutil.disk_usage(MEMORY).free > ROOMY
    return Path(tempfile.mkdtemp(prefix="rf-tests-", dir=MEMORY if is_roomy else None))


TEMPORARY = _temporary()
os.environ.update(
    RF_DATA_DIR=str(TEMPORARY / "data"),
    DATABASE_URL="",
    REDIS_URL="",
    SMTP_URL="",
    PUBLIC_URL="",
    RF_DEMO="",
    SECRET_KEY=SECRET_KEY,
    REFLEX_TELEMETRY_ENABLED="false",
    # Every test comes from one address; the limits have tests of their own.
    LIMIT_SIGN_IN="1000000/minute",
    LIMIT_SIGN_IN_FAILURES="1000000/minute",
    LIMIT_REGISTER="1000000/minute",
    LIMIT_RESET="1000000/minute",
    LIMIT_INVITE="1000000/minute",
)
