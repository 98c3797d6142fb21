"""Kafka, OpenSearch, Keycloak, ein S3-Speicher und PostgreSQL als einfache Prozesse in festen Versionen."""

import argparse
import logging
import os
import sys
from pathlib import Path

from pydantic import ValidationError

from dms_stack.environment import settings_for
from dms_stack.folder import StackFolder
from dms_stack.logs import show_logs
from dms_stack.options import Options
from dms_stack.settings import Settings
from dms_stack.stack import NAMES, OPTIONAL, Stack
from dms_standalone.errors import OperatorError

_NOT_RUNNING = 3
_ALL = NAMES + OPTIONAL
_VERBS = {
    "up": "startet, was nicht läuft, samt dem, was es braucht, und wartet, bis es bereit ist",
    "down": "beendet; die Daten bleiben",
    "status": "zeigt je Server Name, Version, Port, Prozess und Speicher",
    "logs": "zeigt die letzten Meldungen",
    "env": "schreibt die Einstellungen, mit denen Registratur diese Server benutzt, als Zeilen NAME=WERT",
    "fetch": "lädt und baut, was fehlt, und startet nichts",
}
_EPILOG = """\
Ohne Namen gilt `up` allen Servern außer clamd, dem Virenscanner.
Rückgabe: 0 alles wie verlangt, 1 Fehler (ein Satz mit Abhilfe auf stderr), 2 falscher Aufruf,
3 `status`: mindestens ein Server läuft nicht, 130 abgebrochen.
Einstellungen: DMS_DATA und DMS_STACK_…, siehe README.
"""


def main(arguments: list[str] | None = None) -> int:
    """Run the verb that is named; returns the exit code."""
    chosen = _parser().parse_args(arguments)
    # What a client tells its log while a server is not ready yet is no message for people.
    logging.getLogger("aiokafka").addHandler(logging.NullHandler())
    logging.getLogger("aiokafka").propagate = False
    try:
        return _run(chosen, _options(Settings()))
    except KeyboardInterrupt:
        return 130
    except OperatorError as error:
        print(f"Registratur: {error}", file=sys.stderr)
    except ValidationError as error:
        for fault in error.errors():
            name = "_".join(map(str, fault["loc"])).upper()
            print(f"Registratur: Einstellung {name}: {fault['msg']}", file=sys.stderr)
    return 1


def _run(chosen: argparse.Namespace, options: Options) -> int:
    stack = Stack(options)
    names = chosen.names or (NAMES if chosen.verb in {"up", "fetch"} else stack.known())
    if chosen.verb == "logs":
        folder = StackFolder(options.data)
        show_logs([folder.log(name) for name in names], lines=chosen.lines, follow=chosen.follow)
        return 0
    if chosen.verb == "fetch":
        stack.fetch(names)
        return 0
    if chosen.verb == "env":
        # The demonstration has one municipality, the first.
        for setting in settings_for(stack.endpoints(names), mandanten=options.mandanten[:1]).items():
            print("=".join(setting))
        return 0
    if chosen.verb == "up":
        stack.up(names)
    elif chosen.verb == "down":
        stack.down(names)
    states = stack.status(names)
    for status in states:
        print(status.line())
    running = all(status.pid for status in states)
    return _NOT_RUNNING if chosen.verb == "status" and not running else 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m dms_stack",
        description=__doc__,
        epilog=_EPILOG,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    verbs = parser.add_subparsers(dest="verb", required=True, metavar="VERB")
    for verb, text in _VERBS.items():
        words = verbs.add_parser(verb, help=text, description=text)
        words.add_argument("names", nargs="*", metavar="SERVER", type=_known, help=", ".join(_ALL))
        if verb == "logs":
            words.add_argument("-n", "--lines", type=int, default=30, help="so viele Zeilen je Server (30)")
            words.add_argument("-f", "--follow", action="store_true", help="weitere Zeilen zeigen, bis Strg-C kommt")
    return parser


def _known(name: str) -> str:
    if name not in _ALL:
        raise argparse.ArgumentTypeError(f"„{name}“ gibt es nicht; es gibt {', '.join(_ALL)}")
    return name


def _options(settings: Settings) -> Options:
    caches = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache")
    return Options(
        data=settings.data,
        cache=settings.cache or caches / "registratur/stack",
        s3=settings.s3,
        postgres=settings.postgres,
        java_home=settings.java_home,
        mandanten=settings.mandanten,
        ports={name: getattr(settings, f"{name}_port") for name in _ALL},
    )
