"""
Acts that the rules of the trade forbid, one table: each is refused with its code, and not one row changes.

What else each of them must say is tested beside its act.
"""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import pytest

pytestmark = pytest.mark.usefixtures("demo")
EDITOR, OFFICIAL, REGISTRAR = "aktenplan", "anna-32", "registratur-32"
UNIT = {"schluessel": "32.25", "titel": "Reisegewerbe", "uebergeordnet": "32"}
ANY, STALE = {"If-Match": "*"}, {"If-Match": '"99"'}
TOO_MANY = "schluessel;titel\r\n" + "".join(f"70.{number};T\r\n" for number in range(50_001))
# Who read what is no change.
TABLES = """
    SELECT tablename FROM pg_tables WHERE schemaname = 'records' AND tablename NOT LIKE 'alembic%'
    AND tablename <> 'dokumentversion_zugriff' ORDER BY 1
"""
Send = Callable[[], Awaitable[Any]]


@dataclass
class Town:
    """What the bad acts are about; `late` is checked out for a time that is over, `spent` was checked in already."""

    client: Any
    akte: dict[str, Any]
    other: dict[str, Any]
    deepest: dict[str, Any]
    vorgang: dict[str, Any]
    eingang: dict[str, Any]
    spent: dict[str, Any]
    late: dict[str, Any]
    lease: str

    def send(self, method: str, path: str, who: str, headers: Any = (), **options: Any) -> Send:
        return lambda: self.client.request(method, path, who, headers=dict(headers), **options)

    def akten(self, **changed: Any) -> Send:
        body = {"titel": "Akte", "aktenplaneinheit": "32.20", **changed}
        return self.send("POST", "akten", OFFICIAL, json=body)

    def vorgaenge(self, akte: dict[str, Any], **more: Any) -> Send:
        return self.send("POST", "vorgaenge", OFFICIAL, json={"akte_id": akte["id"], "betreff": "B", **more})

    def plan(self, **changed: Any) -> Send:
        return self.send("POST", "aktenplan", EDITOR, json={**UNIT, **changed})

    def planned(self, *rows: dict[str, Any]) -> Send:
        return self.send("POST", "aktenplan/import", EDITOR, json={"items": list(rows)})

    def imported(self, text: str, kind: str = "text/csv") -> Send:
        return self.send("POST", "aktenplan/import", EDITOR, {"Content-Type": kind}, content=text.encode())

    def checkin(self, dokument: dict[str, Any], headers: Any = ANY) -> Send:
        files = {"datei": ("b.txt", b"Noch eine")}
        return self.send("POST", f"dokumente/{dokument['id']}/checkin", OFFICIAL, headers, files=files)

    def reorganise(self, *schritte: dict[str, Any], **more: Any) -> Send:
        first = {"art": "rename", "organisationseinheit": "66", "name": "Tiefbau und Verkehr"}
        body = {"grund": "Verfügung", "schritte": [first, *schritte], **more}
        return self.send("POST", "reorganisationen", EDITOR, json=body)

    async def unit(self, schluessel: str) -> str:
        waiting = list((await self.client.get("aktenplan")).json()["items"])
        for einheit in waiting:
            if einheit["schluessel"] == schluessel:
                return f"aktenplan/{einheit['id']}"
            waiting += einheit["untergeordnet"]
        raise LookupError(schluessel)

    async def office(self, schluessel: str) -> str:
        offices = (await self.client.get("organisationseinheiten")).json()["items"]
        return next(f"organisationseinheiten/{row['id']}" for row in offices if row["schluessel"] == schluessel)


@pytest.fixture
async def town(client, ingest, clock):
    async def done(path, body=None, who=OFFICIAL, **options):
        answer = await client.request("POST", path, who, headers=ANY, **(options or {"json": body or {}}))
        assert answer.is_success, answer.text
        return answer.json()

    async def akte(**more):
        drafted = await done("akten", {"titel": "Akte", "aktenplaneinheit": "32.20", **more})
        return (await client.post(f"akten/{drafted['id']}/register")).json()

    first, other = await akte(), await akte()
    deepest = other
    for _ in range(4):
        deepest = await akte(uebergeordnet_id=deepest["id"])
    drafted = await done("vorgaenge", {"akte_id": first["id"], "betreff": "Vorgang"})
    vorgang = (await client.post(f"vorgaenge/{drafted['id']}/register")).json()
    await ingest.submit(leistung="98000000000000")
    [eingang] = (await client.get("posteingang", "poststelle")).json()["items"]
    path = f"vorgaenge/{vorgang['id']}/dokumente"
    spent, late = [await done(path, files={"datei": ("a.txt", b"Erste")}) for _ in range(2)]
    lease = (await done(f"dokumente/{spent['id']}/checkout"))["etag"]
    await done(f"dokumente/{spent['id']}/checkin", files={"datei": ("a.txt", b"Zweite")})
    await done(f"dokumente/{late['id']}/checkout", {"dauer_minuten": 5})
    clock.advance(timedelta(days=10).total_seconds())
    return Town(client, first, other, deepest, vorgang, eingang, spent, late, lease)


NUMBER = {"aktenzeichen": "32.20#09999"}
PARENT = (409, "uebergeordnet-unzulaessig")
CLOSED_UNIT = (409, "aktenplaneinheit-geschlossen")
INVALID = (422, "eingabe-ungueltig")
IMPORT = (422, "aktenplan-import-ungueltig")
UNREADABLE = (400, "anfrage-unlesbar")
DEEP = (409, "gliederung-zu-tief")
VALIDITY = (409, "gueltigkeit-unvereinbar")
AMBIGUOUS = (422, "reorganisation-mehrdeutig")
NO_ETAG = (428, "if-match-fehlt")
STALE_ETAG = (412, "etag-veraltet")
Acts = list[tuple[str, Send, tuple[int, str]]]


def filing(town: Town) -> Acts:
    """What belongs where it is not allowed to, or is called what it is not."""
    below, child = {"uebergeordnet_id": town.akte["id"]}, {"uebergeordnet_id": town.vorgang["id"]}
    akte, vorgang = f"akten/{town.akte['id']}", f"vorgaenge/{town.vorgang['id']}"
    eingang = f"posteingang/{town.eingang['id']}/assign"
    stillgelegt = {"organisationseinheit": "32", "aktenplaneinheit": "32.90"}
    return [
        ("parent of another plan unit", town.akten(aktenplaneinheit="32.30", **below), PARENT),
        ("parent in another Akte", town.vorgaenge(town.other, **child), PARENT),
        ("Teilakte on level 6", town.akten(uebergeordnet_id=town.deepest["id"]), DEEP),
        ("Vorgang on level 6", town.vorgaenge(town.deepest), DEEP),
        ("Akte with open children", town.send("POST", f"{akte}/close", REGISTRAR, ANY), (409, "schriftgut-offen")),
        ("filing in a stillgelegt unit", town.akten(aktenplaneinheit="32.90"), CLOSED_UNIT),
        (
            "assigning to a stillgelegt unit",
            town.send("POST", eingang, "poststelle", ANY, json=stillgelegt),
            CLOSED_UNIT,
        ),
        ("new Aktenzeichen of an Akte", town.send("PATCH", akte, OFFICIAL, ANY, json=NUMBER), INVALID),
        ("new Aktenzeichen of a Vorgang", town.send("PATCH", vorgang, OFFICIAL, ANY, json=NUMBER), INVALID),
        ("Akte with an Aktenzeichen", town.akten(**NUMBER), INVALID),
        ("second check-in", town.checkin(town.spent), (409, "dokument-nicht-ausgecheckt")),
        ("second check-in as the first", town.checkin(town.spent, {"If-Match": town.lease}), STALE_ETAG),
        ("check-in after the lease", town.checkin(town.late), (409, "auschecken-abgelaufen")),
        ("check-in without If-Match", town.checkin(town.late, {}), NO_ETAG),
        ("check-in with an old ETag", town.checkin(town.late, STALE), STALE_ETAG),
    ]


async def planning(town: Town) -> Acts:
    """What the plan refuses, changed by hand or by a file."""
    unit, above = await town.unit("32.20"), await town.unit("32")
    circle = [{"schluessel": a, "titel": "T", "uebergeordnet": b} for a, b in (("70", "71"), ("71", "70"))]

    def change(path: str, **body: Any) -> Send:
        return town.send("PATCH", path, EDITOR, ANY, json=body)

    return [
        ("plan unit below a closed one", town.plan(uebergeordnet="32.90"), (409, "uebergeordnete-einheit-unzulaessig")),
        ("plan unit below an unknown one", town.plan(uebergeordnet="9"), (409, "uebergeordnete-einheit-unzulaessig")),
        ("circle of plan units", change(above, uebergeordnet="32.20"), (409, "aktenplan-zirkel")),
        ("template", town.plan(aktenzeichen_akte="{plan}#{amt}#{akte}"), (422, "aktenzeichen-vorlage-ungueltig")),
        (
            "plan unit with open children",
            town.send("POST", f"{above}/close", EDITOR, ANY, json={"grund": "X"}),
            (409, "untergeordnete-einheiten-offen"),
        ),
        ("new key of a plan unit", change(unit, schluessel="32.21"), INVALID),
        ("plan unit before its Stand", change(unit, titel="X", wirksam_ab="1999-01-01"), VALIDITY),
        ("plan unit that begins after what it holds", change(unit, gueltig_von="2026-03-05"), VALIDITY),
        ("import of a circle", town.planned(*circle), IMPORT),
        ("import of a key twice", town.planned(UNIT, UNIT), IMPORT),
        ("import of a member twice", town.imported('{"items": [], "items": []}', "application/json"), UNREADABLE),
        ("import of 50,001 rows", town.imported(TOO_MANY), IMPORT),
    ]


async def organising(town: Town) -> Acts:
    """What offices refuse."""
    root, office = await town.office("00"), await town.office("32")
    twice = [{"art": "merge", "von": ["50"], "nach": "61"}, {"art": "close", "organisationseinheit": "50"}]
    split = {"art": "split", "von": "50", "teile": [{"nach": "61", "aktenplaneinheiten": ["50.20", "50.20"]}]}
    overlap = {"name": "X", "wirksam_ab": "1999-01-01"}
    return [
        (
            "circle of offices",
            town.send("PATCH", root, EDITOR, ANY, json={"uebergeordnet": "32"}),
            (409, "organisationseinheit-kreis"),
        ),
        (
            "office with children",
            town.send("POST", f"{root}/close", EDITOR, ANY, json={"grund": "X"}),
            (409, "organisationseinheit-belegt"),
        ),
        (
            "office before its state",
            town.send("PATCH", office, EDITOR, ANY, json=overlap),
            (409, "zeitraum-ueberschneidet"),
        ),
        (
            "reorganisation before an office was there",
            town.reorganise(twice[0], wirksam_ab="1999-01-01"),
            (409, "organisationseinheit-geschlossen"),
        ),
        ("unit named in two steps", town.reorganise(*twice), AMBIGUOUS),
        ("unit named in one split twice", town.reorganise(split), AMBIGUOUS),
    ]


async def unconditional(town: Town) -> Acts:
    """Acts on a state that is not said, or is an old one."""
    akte, vorgang = f"akten/{town.akte['id']}", f"vorgaenge/{town.vorgang['id']}"
    unit, office = await town.unit("32.20"), await town.office("32")
    eingang, spent = f"posteingang/{town.eingang['id']}/assign", f"dokumente/{town.spent['id']}"
    acts: Acts = []
    for method, path, who, body in (
        ("PATCH", akte, OFFICIAL, {"titel": "X"}),
        ("POST", f"{akte}/close", REGISTRAR, None),
        ("POST", f"{akte}/reopen", REGISTRAR, {"grund": "X"}),
        ("PATCH", vorgang, OFFICIAL, {"betreff": "X"}),
        ("POST", f"{vorgang}/close", REGISTRAR, None),
        ("PATCH", unit, EDITOR, {"titel": "X"}),
        ("POST", f"{unit}/close", EDITOR, {"grund": "X"}),
        ("PATCH", office, EDITOR, {"name": "X"}),
        ("POST", f"{office}/close", EDITOR, {"grund": "X"}),
        ("POST", eingang, "poststelle", {"organisationseinheit": "32", "aktenplaneinheit": "32.20"}),
        *(("POST", f"{spent}/{act}", OFFICIAL, None) for act in ("checkout", "renew", "release", "register", "freeze")),
        ("DELETE", spent, OFFICIAL, None),
    ):
        options = {} if body is None else {"json": body}
        name = f"{method} {path}"
        acts.append((f"{name} without If-Match", town.send(method, path, who, **options), NO_ETAG))
        acts.append((f"{name} with an old ETag", town.send(method, path, who, STALE, **options), STALE_ETAG))
    return acts


async def test_each_bad_act_is_refused_with_its_code_and_changes_not_one_row(town, rows):
    tables = [row.tablename for row in await rows(TABLES)]
    hashed = " UNION ALL ".join(
        f"SELECT '{name}' AS name, md5(string_agg(t.xmin::text || t::text, '' ORDER BY t::text)) AS hash"
        f" FROM records.{name} t"
        for name in tables
    )
    before = await rows(hashed)
    acts = [*filing(town), *await planning(town), *await organising(town), *await unconditional(town)]
    assert len(tables) > 20
    answered, expected = {}, {}
    for name, send, refusal in acts:
        answer = await send()
        problem = answer.json()
        answered[name], expected[name] = (
            (answer.status_code, problem.get("type")),
            (refusal[0], f"/problems/{refusal[1]}"),
        )
        assert answer.headers["content-type"] == "application/problem+json", name
        after = await rows(hashed)
        assert after == before, f"{name} left {set(after) - set(before)}"
    assert answered == expected
