"""Do the pandas peer's work over one inbox: ``python -m benchmarks.peers.pandas_gx INBOX HOME WORK FIGURES``."""

import sys
from pathlib import Path

from benchmarks.peers.figures import write
from benchmarks.peers.pandas_gx.work import work

if __name__ == "__main__":
    write(work(Path(sys.argv[1])), Path(sys.argv[4]))
