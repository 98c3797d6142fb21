"""The command line of search."""

import sys

from dms_kit.commands.service import ServiceCommands, nowhere
from dms_kit.commands.verb import run_command_line
from dms_search import main
from dms_search.bootstrap import SERVICE, build
from dms_search.settings import Settings

COMMANDS = ServiceCommands(
    service=SERVICE,
    port=8083,
    settings=Settings,
    build=build,
    described=lambda: build(Settings(**nowhere(SERVICE))),
    create_app=main.create_app,
    run_relay=main.run_relay,
    run_consumers=main.run_consumers,
    schema=main.SCHEMA,
)
VERBS = COMMANDS.verbs()

if __name__ == "__main__":
    sys.exit(run_command_line(SERVICE, VERBS))
