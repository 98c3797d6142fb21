"""`python -m dms_keycloak`."""

import sys

from dms_keycloak.main import main

if __name__ == "__main__":
    sys.exit(main())
