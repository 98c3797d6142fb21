"""Lists and trees for a normal user, among 10,000 Akten and among 100,000, at four clients."""

import asyncio
import itertools
import statistics
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import quote

from tests.harness.client import Origin
from tests.load.figures import percentile
from tests.load.filling import Municipality
from tests.load.floor import CLIENTS
from tests.load.measured import Measured
from tests.load.wire import connected, get

FEW, MANY = 10_000, 100_000
OFFICE = "32"
OFFICIAL, MAIL_ROOM = f"sachbearbeitung-{OFFICE}", "poststelle-10"
BAR = 100
REQUESTS, WARMING = 160, 20
# A page this deep is behind so many pages of 200.
_DEEP_PAGES = 20
_ONES = 40


@dataclass(frozen=True)
class Read:
    """One kind of GET: `paths` are asked for in turn."""

    name: str
    paths: Sequence[str]
    params: Mapping[str, Any] = field(default_factory=dict)
    who: str = OFFICIAL


async def reads(measured: Measured, *, few: int = FEW, many: int = MANY) -> None:
    """Measure every read at both sizes; the figure is that of many, with its growth from few."""
    town, report = Municipality(measured), measured.report
    times: dict[int, Mapping[str, list[float]]] = {}
    for akten in (few, many):
        await asyncio.to_thread(town.grow, akten)
        # The directory of rights is kept for a second.
        await asyncio.sleep(2)
        found = await asyncio.to_thread(_reads, measured.origin, town)
        times[akten] = {read.name: await _times(measured, read) for read in found}
    # Among few Akten some lists have no page that is deep.
    both = [name for name in times[many] if name in times[few]]
    visible = round(await asyncio.to_thread(town.visible, OFFICE), 2)
    more = {"akten": many, "visible": visible, "clients": CLIENTS, "bar": BAR}
    growth, worst = [], []
    for name in both:
        found_times, before = times[many][name], times[few][name]
        growth.append(statistics.median(found_times) / statistics.median(before))
        worst.append(percentile(found_times, 95))
        figures = {
            "median": round(statistics.median(found_times), 2),
            f"p95 at {few}": round(percentile(before, 95), 2),
            f"median at {few}": round(statistics.median(before), 2),
            "growth": round(growth[-1], 2),
        }
        report.figure(f"read {name} p95", worst[-1], "ms", **figures, **more)
    report.figure(
        "reads, the slowest p95", max(worst), "ms", reads=len(worst), missed=sum(p > BAR for p in worst), **more
    )
    report.figure("reads, growth", statistics.median(growth), "ratio of medians", most=round(max(growth), 2))


def _reads(origin: Origin, town: Municipality) -> list[Read]:
    akten, vorgaenge = _spread(origin, "akten"), _spread(origin, "vorgaenge")
    ids, named = [akte["id"] for akte in akten], [akte["aktenzeichen"] for akte in akten if akte["aktenzeichen"]]
    large_akte, large_vorgang = next(
        pair for pair in town.large() if origin.get(OFFICIAL, f"akten/{pair[0]}").is_success
    )
    first = origin.read(OFFICIAL, f"vorgaenge/{vorgaenge[0]['id']}/dokumente")["items"]
    dokumente = [dokument["id"] for dokument in first]
    of_mail = [("", {}), ("sort=betreff", {"sort": "betreff"})]
    return [
        *_lists(origin, "akten", _of_akten(town.largest_unit(OFFICE), ids[0]), deep=4),
        Read("akten aktenzeichen", [f"akten?aktenzeichen={quote(name)}" for name in named]),
        Read("akte", [f"akten/{row}" for row in ids]),
        Read("akte with its Vorgänge and Dokumente", [f"akten/{large_akte}"], {"expand": "vorgaenge,dokumente"}),
        Read("akte protokoll", [f"akten/{row}/protokoll" for row in ids]),
        *_lists(origin, "vorgaenge", _of_vorgaenge(large_akte), deep=3),
        Read("vorgang", [f"vorgaenge/{row['id']}" for row in vorgaenge]),
        Read("vorgang dokumente", [f"vorgaenge/{row['id']}/dokumente" for row in vorgaenge]),
        Read("vorgang with its Dokumente", [f"vorgaenge/{large_vorgang}"], {"expand": "dokumente"}),
        Read("dokument", [f"dokumente/{row}" for row in dokumente]),
        Read("dokument versionen", [f"dokumente/{row}/versionen" for row in dokumente]),
        Read("dokumente pruefstatus=befallen", ["dokumente"], {"pruefstatus": "befallen"}),
        *_lists(origin, "papierkorb", [("", {})], deep=1),
        *_lists(origin, "posteingang", of_mail, deep=1, who=MAIL_ROOM),
        Read("aktenplan", ["aktenplan"]),
        *_lists(origin, "organisationseinheiten", [("", {})], deep=0),
        *_lists(origin, "zustaendigkeiten", [("", {})], deep=1),
    ]


def _of_akten(unit: str, akte_id: str) -> Sequence[tuple[str, Mapping[str, Any]]]:
    department = f"{OFFICE}-1"
    return [
        ("", {}),
        ("sort=titel", {"sort": "titel"}),
        ("sort=-titel", {"sort": "-titel"}),
        ("sort=aktenzeichen", {"sort": "aktenzeichen"}),
        ("status=in_bearbeitung", {"status": "in_bearbeitung"}),
        ("status=registriert sort=titel", {"status": "registriert", "sort": "titel"}),
        ("status=zda sort=aktenzeichen", {"status": "zda", "sort": "aktenzeichen"}),
        ("federfuehrende_oe", {"federfuehrende_oe": department}),
        ("federfuehrende_oe sort=titel", {"federfuehrende_oe": department, "sort": "titel"}),
        ("aktenplaneinheit", {"aktenplaneinheit": unit}),
        ("aktenplaneinheit sort=titel", {"aktenplaneinheit": unit, "sort": "titel"}),
        ("uebergeordnet_id", {"uebergeordnet_id": akte_id}),
    ]


def _of_vorgaenge(akte_id: str) -> Sequence[tuple[str, Mapping[str, Any]]]:
    return [
        ("", {}),
        ("sort=betreff", {"sort": "betreff"}),
        ("sort=aktenzeichen", {"sort": "aktenzeichen"}),
        ("status=offen", {"status": "offen"}),
        ("status=offen sort=betreff", {"status": "offen", "sort": "betreff"}),
        ("status=zda sort=aktenzeichen", {"status": "zda", "sort": "aktenzeichen"}),
        ("federfuehrende_oe", {"federfuehrende_oe": f"{OFFICE}-1"}),
        ("akte_id", {"akte_id": akte_id}),
    ]


def _lists(
    origin: Origin, path: str, kinds: Sequence[tuple[str, Mapping[str, Any]]], *, deep: int, who: str = OFFICIAL
) -> Iterator[Read]:
    """Yield the first page of each kind of list, and of the first `deep` kinds a page far behind it too."""
    for number, (name, params) in enumerate(kinds):
        yield Read(f"{path} {name}".strip(), [path], params, who)
        if number < deep and (cursor := _cursor(origin, path, params, who)):
            yield Read(f"{path} {name} deep".replace("  ", " "), [path], {**params, "cursor": cursor}, who)


def _cursor(origin: Origin, path: str, params: Mapping[str, Any], who: str) -> str | None:
    """Return the cursor of a page far behind the first, or of the last but one."""
    cursor: str | None = None
    for _ in range(_DEEP_PAGES):
        more = {} if cursor is None else {"cursor": cursor}
        following: str | None = origin.read(who, path, limit=200, **params, **more)["next"]
        if following is None:
            break
        cursor = following
    return cursor


def _spread(origin: Origin, path: str) -> list[dict[str, Any]]:
    """Return some objects from several places of the default list."""
    items: list[dict[str, Any]] = []
    cursor: str | None = None
    for _ in range(4):
        page = origin.read(OFFICIAL, path, limit=200, **({} if cursor is None else {"cursor": cursor}))
        items += page["items"][:: 200 * 4 // _ONES]
        cursor = page["next"]
        if cursor is None:
            break
    return items


async def _times(measured: Measured, read: Read) -> list[float]:
    token, times = measured.origin.token(read.who), []
    requests: list[bytes] = [get(path, token, **read.params) for path in read.paths]

    async def ask(client: int) -> None:
        waiting = itertools.islice(itertools.cycle(requests), client, None)
        async with connected(measured.port) as wire:
            for number in range((REQUESTS + WARMING) // CLIENTS):
                started = time.perf_counter()
                answer = await wire.send(next(waiting))
                if number >= WARMING // CLIENTS:
                    times.append((time.perf_counter() - started) * 1000)
                assert answer.status == 200, f"{read.name}: {answer.status} {answer.body!r}"

    await asyncio.gather(*(ask(client) for client in range(CLIENTS)))
    return times
