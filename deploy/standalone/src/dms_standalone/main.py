"""The command line of the embedded profile, and the one place that reads its settings."""

import argparse
import importlib
import sys

from pydantic import ValidationError

from dms_kit.commands.arguments import add_grace
from dms_standalone.errors import OperatorError
from dms_standalone.options import Options
from dms_standalone.settings import Settings

# Each verb is a module with a function `run`, imported when it is chosen.
_VERBS = {
    "run": ("serve everything on DMS_PORT (8080), data below DMS_DATA (run/)", "launch"),
    "demo": ("send applications and show each stage of each (starts a server if none runs)", "demo"),
    "reindex": ("build the search index anew beside the old one, with a bar", "reindex"),
    "verify-store": ("read every object, compare database, object store and search index", "verify_store"),
    "env": ("print the settings with which one service's own commands reach this installation", "environment"),
    "workers": ("relays and consumers; started by run", "workers"),
}


def main(arguments: list[str] | None = None) -> int:
    """Run the verb that is named; returns the exit code."""
    parser = argparse.ArgumentParser(prog="python -m dms_standalone", description=__doc__)
    verbs = parser.add_subparsers(dest="verb", required=True, metavar="VERB")
    for name, (text, _) in _VERBS.items():
        verb = verbs.add_parser(name, help=text, description=text)
        if name == "verify-store":
            verb.add_argument("--repair", action="store_true", help="mend the search index and delete orphaned objects")
            add_grace(verb)
    chosen = parser.parse_args(arguments)
    try:
        module = importlib.import_module(f"dms_standalone.{_VERBS[chosen.verb][1]}")
        if chosen.verb == "verify-store":
            return int(module.run(_options(Settings()), repair=chosen.repair, grace=chosen.grace))
        module.run(_options(Settings()))
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


def _options(settings: Settings) -> Options:
    return Options(
        environment=settings.environment,
        data=settings.data,
        port=settings.port,
        public_url=settings.public_url if "public_url" in settings.model_fields_set else None,
        postgres_url=settings.postgres_url or None,
        bus=settings.bus,
        workers_apart=settings.workers == "apart",
        metrics_port=settings.metrics_port,
        issuers=settings.issuers,
        demo=settings.demo,
        token_seconds=settings.token_seconds,
        log_level=settings.log_level,
    )
