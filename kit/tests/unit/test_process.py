"""What a process does for itself."""

import subprocess
import sys

SETTLED = """
import gc, weakref
from dms_kit.process import settle_memory
class Ring: pass
kept, dead = Ring(), Ring()
dead.itself = dead
gone = weakref.ref(dead)
del dead
settle_memory()
assert gone() is None, "what was dead was kept for good"
assert not any(one is kept for one in gc.get_objects()), "what lives is still looked at"
later = Ring()
later.itself = later
gone = weakref.ref(later)
del later
gc.collect()
assert gone() is None, "what came later is not collected"
"""


def test_settled_process_looks_no_more_at_what_it_began_with_and_still_collects_what_comes():
    outcome = subprocess.run([sys.executable, "-c", SETTLED], capture_output=True, text=True, check=False)
    assert outcome.returncode == 0, outcome.stderr
