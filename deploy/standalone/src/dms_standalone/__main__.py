"""The command line of the embedded profile."""

import argparse
import sys
from collections.abc import Callable

from pydantic import ValidationError

from dms_standalone import demo, reindex, supervisor, workers
from dms_standalone.errors import OperatorError

_VERBS: dict[str, tuple[str, Callable[[], None]]] = {
    "run": ("serve everything on DMS_PORT (8080), data below DMS_DATA (run/)", supervisor.run),
    "demo": ("send applications and show each stage of each (starts a server if none runs)", demo.run),
    "reindex": ("build the search index anew beside the old one, with a bar", reindex.run),
    "workers": ("relays and consumers; started by run", workers.run),
}


def main(arguments: list[str] | None = None) -> int:
    """Run the verb that is named; returns the exit code."""
    parser = argparse.ArgumentParser(prog="python -m dms_standalone", description=__doc__)
    verbs = parser.add_subparsers(dest="verb", required=True, metavar="VERB")
    for name, (text, _) in _VERBS.items():
        verbs.add_parser(name, help=text, description=text)
    chosen = parser.parse_args(arguments).verb
    try:
        _VERBS[chosen][1]()
    except KeyboardInterrupt:
        return 130
    except OperatorError as error:
        print(f"Registratur: {error}", file=sys.stderr)
        return 1
    except ValidationError as error:
        for fault in error.errors():
            print(f"Registratur: setting {'.'.join(map(str, fault['loc']))}: {fault['msg']}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
