"""The command line of records."""

import argparse
import sys
from pathlib import Path

from dms_kit.commands.arguments import add_grace, add_group
from dms_kit.commands.scrub import Work, scrub_verb
from dms_kit.commands.service import ServiceCommands, nowhere
from dms_kit.commands.verb import Verb, run_command_line
from dms_records import main
from dms_records.bootstrap import SERVICE, build
from dms_records.domain.errors import GemeindeInvalidError
from dms_records.settings import Settings

COMMANDS = ServiceCommands(
    service=SERVICE,
    port=8082,
    settings=Settings,
    build=build,
    described=lambda: build(Settings(**nowhere(SERVICE))),
    create_app=main.create_app,
    run_relay=main.run_relay,
    run_consumers=main.run_consumers,
    schema=main.SCHEMA,
)


async def _apply(arguments: argparse.Namespace) -> int:
    try:
        changes = await COMMANDS.with_container(lambda container: main.apply(container, arguments.file))
    except GemeindeInvalidError as error:
        sys.stderr.write(f"Fehler: {error}\n")
        return 1
    sys.stdout.write(f"{changes} Änderungen\n")
    return 0


def _apply_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("file", type=Path, metavar="DATEI", help="YAML-Datei einer Gemeinde")


async def _reap(arguments: argparse.Namespace) -> None:
    deleted = await COMMANDS.with_container(lambda container: main.reap(container, arguments.grace))
    sys.stdout.write(f"{deleted} verwaiste Objekte gelöscht\n")


async def _republish(arguments: argparse.Namespace) -> None:
    total = await COMMANDS.with_container(lambda container: main.republish_for(container, arguments.group))
    sys.stdout.write(f"{total} Objekte noch einmal gemeldet\n")


async def _rescan(_arguments: argparse.Namespace) -> None:
    total = await COMMANDS.with_container(main.rescan)
    sys.stdout.write(f"{total} Dateien warten wieder auf die Virenprüfung\n")


async def _with_scrubber(work: Work) -> int:
    return await COMMANDS.with_container(
        lambda container: work(container.scrubber, container.fixity_reader), logs=sys.stderr.buffer
    )


VERBS = COMMANDS.verbs(
    scrub_verb(_with_scrubber),
    Verb(name="apply", help="Wendet die Datei einer Gemeinde an.", run=_apply, arguments=_apply_arguments),
    Verb(name="reap", help="Löscht Objekte, die niemand nennt.", run=_reap, arguments=add_grace),
    Verb(
        name="republish",
        help="Meldet einer Gruppe alle lebenden Objekte noch einmal.",
        run=_republish,
        arguments=add_group,
    ),
    Verb(name="rescan", help="Prüft noch einmal, was nicht auf Viren geprüft werden konnte.", run=_rescan),
)

if __name__ == "__main__":
    sys.exit(run_command_line(SERVICE, VERBS))
