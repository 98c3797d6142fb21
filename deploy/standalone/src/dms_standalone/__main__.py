"""`python -m dms_standalone`."""

import os
import sys

from dms_standalone.main import main

if __name__ == "__main__":
    code = main()
    sys.stdout.flush()
    sys.stderr.flush()
    # Everything is closed by now; taking the interpreter down piece by piece would take seconds on a busy machine.
    os._exit(code)
