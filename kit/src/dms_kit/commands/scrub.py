"""`scrub`: has every object of a service read now, or a sample, and says what is damaged."""

import argparse
import sys
from collections.abc import Awaitable, Callable
from dataclasses import replace

from dms_kit.commands.verb import Verb
from dms_kit.fixity.reader import FixityReader
from dms_kit.fixity.runs import Prueflaufart
from dms_kit.fixity.scrubber import Scrubber

_MIB = 1024 * 1024
_HELP = "Liest alle Objekte (oder eine Stichprobe), meldet beschädigte und nimmt sie in Quarantäne."
_EPILOG = (
    "Ein laufender Prüflauf derselben Art wird übernommen und fortgesetzt. Je beschädigtem Objekt eine Zeile BEFUND auf"
    " der Standardausgabe. Ergebnis 0: alles unversehrt, 1: beschädigte Objekte, 2: es gibt keine Objekte."
)

Work = Callable[[Scrubber, FixityReader], Awaitable[int]]


def scrub_verb(with_scrubber: Callable[[Work], Awaitable[int]]) -> Verb:
    """Return the verb; it works on the objects of all Mandanten of the service that gives its scrubber."""

    async def run(arguments: argparse.Namespace) -> int:
        return await with_scrubber(lambda scrubber, reader: _scrub(scrubber, reader, arguments))

    return Verb(name="scrub", help=_HELP, run=run, arguments=_arguments)


def _arguments(parser: argparse.ArgumentParser) -> None:
    parser.epilog = _EPILOG
    parser.add_argument("--sample", type=_percent, metavar="PROZENT", help="nur eine Stichprobe dieser Größe lesen")
    parser.add_argument(
        "--rate", type=float, default=0.0, metavar="MIB", help="höchstens so viele MiB in der Sekunde; 0: ohne Grenze"
    )


async def _scrub(scrubber: Scrubber, reader: FixityReader, arguments: argparse.Namespace) -> int:
    art = Prueflaufart.VOLLSTAENDIG if arguments.sample is None else Prueflaufart.STICHPROBE
    plan = replace(scrubber.plan, bytes_per_second=arguments.rate * _MIB)
    if arguments.sample is not None:
        plan = replace(plan, sample=arguments.sample / 100)
    own = replace(scrubber, plan=plan)
    runs = [await _follow(own, mandant, art) for mandant in await own.named.mandanten()]
    damaged = await reader.quarantined()
    for found in damaged:
        sys.stdout.write(f"BEFUND {found.schaden} {found.objekt_key}\n")
    if damaged or False in runs:
        return 1
    return 0 if True in runs else 2


async def _follow(scrubber: Scrubber, mandant: str, art: Prueflaufart) -> bool | None:
    """Do a Mandant's run; None when there is nothing to read, False when another process has taken the run over."""
    lauf = await scrubber.claim(mandant, art)
    if lauf is None:
        return None
    while lauf.is_open:
        sys.stderr.write(f"{mandant}: {lauf.anzahl} von {lauf.erwartet} Objekten, beschädigt: {lauf.schaeden}\n")
        following = await scrubber.step(lauf)
        if following is None:
            sys.stderr.write(f"{mandant}: Ein anderer Prozess hat den Prüflauf übernommen.\n")
            return False
        lauf = following
    sys.stderr.write(f"{mandant}: fertig, gelesen: {lauf.geprueft}, beschädigt: {lauf.schaeden}\n")
    return True


def _percent(text: str) -> float:
    value = float(text)
    if not 0 < value <= 100:
        raise argparse.ArgumentTypeError("erwartet wird ein Anteil über 0 bis 100")
    return value
