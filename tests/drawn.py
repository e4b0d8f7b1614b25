"""The seed of what tests draw: another one for each state of the code, the same on every machine.

``DRAWN_SEED=7 python -m pytest tests/foreign`` draws what another state of the code drew.
"""

import os

from warehouse.cut import code_digest

SEED = int(os.environ.get("DRAWN_SEED") or int(code_digest()[:5], 16))
