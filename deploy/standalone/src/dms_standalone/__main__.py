"""`python -m dms_standalone`."""

import sys

from dms_standalone.main import main

if __name__ == "__main__":
    sys.exit(main())
