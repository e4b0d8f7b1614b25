"""The environment of each peer: made once from its pinned list, and taken again while that list is the same."""

import hashlib
import shutil
import subprocess
import sys
from pathlib import Path

from filelock import FileLock

from benchmarks.floor.vocabulary import PROJECT

CACHE = PROJECT / "var" / "bench" / "environments"
_LOCKS = Path(__file__).parent


def python_of(peer: str, cache: Path = CACHE) -> Path:
    """Return the interpreter of a peer's environment. Raises CalledProcessError where it cannot be installed."""
    lock = _LOCKS / f"{peer}.lock"
    digest = hashlib.sha256(lock.read_bytes() + sys.version.encode()).hexdigest()[:12]
    home = cache / f"{peer}-{digest}"
    python, is_ready = home / "bin" / "python", home / ".ready"
    cache.mkdir(parents=True, exist_ok=True)
    with FileLock(cache / f"{peer}.lock"):
        if not is_ready.exists():
            shutil.rmtree(home, ignore_errors=True)
            subprocess.run([sys.executable, "-m", "venv", str(home)], check=True, capture_output=True)
            install = [str(python), "-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--compile",
                       "--no-deps", "--require-hashes", "-r", str(lock)]  # fmt: skip
            subprocess.run(install, check=True, capture_output=True, text=True)
            is_ready.touch()
    return python
