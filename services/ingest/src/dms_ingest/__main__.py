"""The command line of ingest."""

import argparse
import sys
from pathlib import Path

from joserfc.jwk import ECKey

from dms_ingest import main
from dms_ingest.adapters.quittung_signer import EcQuittungSigner
from dms_ingest.bootstrap import SERVICE, Container, build
from dms_ingest.settings import Settings
from dms_kit.commands.arguments import add_grace, add_group
from dms_kit.commands.scrub import Work, scrub_verb
from dms_kit.commands.service import ServiceCommands, nowhere
from dms_kit.commands.verb import Verb, run_command_line
from dms_kit.signing import Signer


def _described() -> Container:
    # The merged document is made of what this one prints: it must not be read while it is made.
    settings = Settings(**nowhere(SERVICE), repository=Path("nowhere"))
    return build(settings, signer=EcQuittungSigner(Signer(ECKey.generate_key("P-256"))))


COMMANDS = ServiceCommands(
    service=SERVICE,
    port=8081,
    settings=Settings,
    build=build,
    described=_described,
    create_app=main.create_app,
    run_relay=main.run_relay,
    run_consumers=main.run_consumers,
    schema=main.SCHEMA,
)


async def _reap(arguments: argparse.Namespace) -> None:
    done = await COMMANDS.with_container(lambda container: main.reap(container, arguments.grace))
    sys.stdout.write(f"freigegebene Anträge: {done.released}, Objekte: {done.seen}, gelöscht: {done.deleted}\n")


async def _republish(arguments: argparse.Namespace) -> None:
    count = await COMMANDS.with_container(lambda container: main.republish(container, arguments.group))
    sys.stdout.write(f"erneut gemeldete Anträge: {count}\n")


async def _with_scrubber(work: Work) -> int:
    return await COMMANDS.with_container(
        lambda container: work(container.scrubber, container.fixity_reader), logs=sys.stderr.buffer
    )


VERBS = COMMANDS.verbs(
    scrub_verb(_with_scrubber),
    Verb(
        name="reap",
        help="Löscht Objekte, die älter als die Schonfrist sind und die keine Zeile nennt.",
        run=_reap,
        arguments=add_grace,
    ),
    Verb(
        name="republish",
        help="Meldet alle Anträge noch einmal für einen Empfänger.",
        run=_republish,
        arguments=add_group,
    ),
)

if __name__ == "__main__":
    sys.exit(run_command_line(SERVICE, VERBS))
