"""Verbs of a command line, and how one of them is run."""

import argparse
import sys
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass

import uvloop
from sqlalchemy.exc import SQLAlchemyError

from dms_kit.database import is_unavailable
from dms_kit.migrations import SchemaMismatchError


@dataclass(frozen=True, kw_only=True)
class Verb:
    """One verb of `python -m dms_<service> <verb>`; `run` returns the exit code, None for 0."""

    name: str
    help: str
    run: Callable[[argparse.Namespace], Awaitable[int | None]]
    arguments: Callable[[argparse.ArgumentParser], None] = lambda _parser: None


def run_command_line(service: str, verbs: Sequence[Verb], arguments: Sequence[str] | None = None) -> int:
    """Parse the command line of a service and run its verb; returns the exit code."""
    parser = argparse.ArgumentParser(prog=f"python -m dms_{service}", description=f"Prozesse des Dienstes {service}")
    choices = parser.add_subparsers(dest="verb", required=True, metavar="VERB")
    for verb in verbs:
        chosen = choices.add_parser(verb.name, help=verb.help, description=verb.help)
        verb.arguments(chosen)
        chosen.set_defaults(run=verb.run)
    namespace = parser.parse_args(arguments)
    try:
        return uvloop.run(namespace.run(namespace)) or 0
    except KeyboardInterrupt:
        return 130
    except OSError as error:
        sys.stderr.write(f"Fehler: {error.strerror or error}\n")
        return 1
    except SchemaMismatchError as error:
        sys.stderr.write(f"Fehler: {error}\n")
        return 1
    except SQLAlchemyError as error:
        if not is_unavailable(error):
            raise
        sys.stderr.write("Fehler: Die Datenbank antwortet nicht.\n")
        return 1
