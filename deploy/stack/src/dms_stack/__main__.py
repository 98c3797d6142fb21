"""`python -m dms_stack`."""

import sys

from dms_stack.main import main

if __name__ == "__main__":
    sys.exit(main())
