"""`dead-letters`: what could not be applied, for those who operate a service; content is never shown."""

import argparse
import json
import sys
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import AbstractAsyncContextManager
from dataclasses import asdict
from datetime import UTC, datetime

from dms_kit.commands.verb import Verb
from dms_kit.messaging.dead_letters import DeadLetter, DeadLetterStore

_PAGE = 200
_HEADINGS = ("Nr.", "Zeit", "Mandant", "Ereignis", "Schlüssel", "Grund", "Wiederholung")

OpenStore = Callable[[], AbstractAsyncContextManager[DeadLetterStore]]


def dead_letter_verb(opened: OpenStore) -> Verb:
    """Return the verb; it works on the letters of all Mandanten of the service whose store is opened."""

    async def run(arguments: argparse.Namespace) -> int:
        async with opened() as store:
            if arguments.act == "list":
                return await _list(store, as_json=arguments.json)
            return await _retry(store, arguments.id, every=arguments.all)

    return Verb(
        name="dead-letters",
        help="Zeigt Nachrichten, die nicht verarbeitet werden konnten, und fordert neue Versuche an.",
        run=run,
        arguments=_arguments,
    )


def _arguments(parser: argparse.ArgumentParser) -> None:
    acts = parser.add_subparsers(dest="act", required=True, metavar="HANDLUNG")
    text = "Zeigt Nummer, Zeit, Ereignis, Schlüssel und Grund, die älteste zuerst; nie den Inhalt."
    shown = acts.add_parser("list", help=text, description=text)
    shown.add_argument("--json", action="store_true", help="JSON statt einer Tabelle")
    text = "Fordert einen neuen Versuch an, auch für alles, was hinter demselben Schlüssel wartet."
    retried = acts.add_parser("retry", help=text, description=text)
    retried.add_argument("id", nargs="*", type=int, metavar="NR", help="Nummer aus der Liste")
    retried.add_argument("--all", action="store_true", help="alle statt einzelner")


async def _list(store: DeadLetterStore, *, as_json: bool) -> int:
    letters = [letter async for letter in _all(store)]
    if as_json:
        sys.stdout.write(json.dumps([asdict(letter) for letter in letters], ensure_ascii=False, default=_moment) + "\n")
    elif letters:
        sys.stdout.write(_table([_HEADINGS, *(_row(letter) for letter in letters)]))
    else:
        sys.stdout.write("Keine Nachricht wartet.\n")
    return 0


async def _retry(store: DeadLetterStore, ids: Sequence[int], *, every: bool) -> int:
    if every == bool(ids):
        sys.stderr.write("Fehler: Entweder Nummern oder --all angeben.\n")
        return 2
    if every:
        sys.stdout.write(f"Neuer Versuch angefordert, Nachrichten: {await store.request_all()}\n")
        return 0
    code = 0
    for number in ids:
        if await store.request_retry(None, number):
            sys.stdout.write(f"Neuer Versuch angefordert: {number}\n")
        else:
            sys.stderr.write(f"Fehler: Eine Nachricht {number} gibt es nicht.\n")
            code = 1
    return code


async def _all(store: DeadLetterStore) -> AsyncIterator[DeadLetter]:
    after: int | None = None
    while page := await store.page(None, after=after, limit=_PAGE):
        for letter in page:
            yield letter
        after = page[-1].id


def _row(letter: DeadLetter) -> tuple[str, ...]:
    requested = "angefordert" if letter.retry_requested else "–"
    moment = _moment(letter.created_at)
    values = (str(letter.id), moment, letter.mandant, letter.type, letter.key, letter.reason, requested)
    # A reason may quote a message, and a terminal obeys what it is sent.
    return tuple("".join(sign if sign.isprintable() else "�" for sign in value) for value in values)


def _table(rows: Sequence[Sequence[str]]) -> str:
    widths = [max(len(value) for value in column) for column in zip(*rows, strict=True)]
    lines = ("  ".join(value.ljust(width) for value, width in zip(row, widths, strict=True)) for row in rows)
    return "".join(f"{line.rstrip()}\n" for line in lines)


def _moment(moment: datetime) -> str:
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
