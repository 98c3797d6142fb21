"""`python -m dms_verify`."""

import sys

from dms_verify.main import main

if __name__ == "__main__":
    sys.exit(main())
