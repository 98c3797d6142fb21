"""The command line."""

import argparse
import asyncio
import os
import re
import sys
from collections.abc import Sequence
from pathlib import Path

from dms_verify.errors import CannotVerifyError
from dms_verify.protokoll import Head, verify
from dms_verify.sources import sources_of

CANNOT = 3
_HEAD = re.compile(r"([a-z]+)/([a-z0-9_-]+):([0-9]+):([0-9a-f]{64})")


def main(arguments: Sequence[str] | None = None) -> int:
    """Parse, verify, return the exit code."""
    parser = argparse.ArgumentParser(prog="python -m dms_verify", description="Prüft eine Installation von außen.")
    verbs = parser.add_subparsers(dest="verb", required=True, metavar="VERB")
    text = (
        "Prüft das versiegelte Protokoll gegen seine Checkpoints. Rückgabe: 0 alles in Ordnung, 1 Befunde (je eine"
        " Zeile `BEFUND <Art> <Kennung>`), 2 kein Checkpoint, 3 nicht prüfbar."
    )
    protokoll = verbs.add_parser("protokoll", help=text, description=text)
    protokoll.add_argument(
        "--keys", type=Path, action="append", default=[], help="öffentlicher Schlüssel: PEM oder JWK-Set (mehrfach)"
    )
    protokoll.add_argument(
        "--head",
        type=_head,
        action="append",
        default=[],
        help="notierter Stand: Dienst/Mandant:Anzahl:Wurzel",
    )
    given = parser.parse_args(arguments)
    try:
        return asyncio.run(verify(sources_of(os.environ, given.keys), given.head))
    except CannotVerifyError as error:
        sys.stderr.write(f"Fehler: {error}\n")
        return CANNOT
    except KeyboardInterrupt:
        return 130


def _head(text: str) -> Head:
    match = _HEAD.fullmatch(text)
    if match is None:
        raise argparse.ArgumentTypeError("erwartet wird ein Stand wie records/dueren:1000:<64 Hexziffern>")
    return match[1], match[2], int(match[3]), bytes.fromhex(match[4])
