"""POST /api/v1/antraege: what is accepted."""

import asyncio
import hashlib
import json

from joserfc import jwt
from joserfc.jwk import KeySet
from sqlalchemy import text

PDF = b"%PDF-1.4\n1 0 obj\n"
FORM = (
    '{"leistung": {"schluessel": "99999999999999", "neu": 1}, "region": "053580008008", "unbekannt": [1, 2],\n'
    ' "antragsteller": {"art": "organisation", "name": "Bäckerei"}, "betreff": "Gro\u0308ße",'
    ' "formulardaten": {"betrag": 12.50}}'
).encode()


async def stored(service, key: str) -> bytes:
    return b"".join([chunk async for chunk in service.container.store.read(key)])


async def rows(service, statement: str):
    async with service.container.system_engine.connect() as connection:
        return (await connection.execute(text(statement))).mappings().all()


async def test_antrag_with_files_is_accepted(portal):
    answer = await portal.submit(None, ("nachweis.pdf", PDF), ("foto.pdf", b"\x89PNG\r\n\x1a\n"))
    assert answer.status_code == 201, answer.text
    document = answer.json()
    assert document["status"] == "eingegangen"
    assert document["eingangsnummer"].startswith("E-2026-")
    assert answer.headers["location"] == f"/api/v1/antraege/{document['id']}"
    assert answer.headers["etag"] == document["etag"]
    assert answer.headers["cache-control"] == "private, no-store"
    first, second = document["anlagen"]
    assert (first["dateiname"], first["groesse"], first["mime_type"]) == ("nachweis.pdf", len(PDF), "application/pdf")
    assert first["sha256"] == hashlib.sha256(PDF).hexdigest()
    assert first["sha512"] == hashlib.sha512(PDF).hexdigest()
    assert first["pruefstatus"] == "nicht_geprueft"
    assert second["mime_type"] == "image/png"


async def test_every_byte_is_kept(service, portal):
    answer = await portal.submit(FORM, ("a.bin", bytes(range(256)) * 5000))
    assert answer.status_code == 201, answer.text
    (antrag,) = await rows(service, "SELECT * FROM ingest.antrag")
    (anlage,) = await rows(service, "SELECT * FROM ingest.anlage")
    assert await stored(service, antrag["formular_key"]) == FORM
    assert await stored(service, anlage["objekt_key"]) == bytes(range(256)) * 5000
    assert len(anlage["objekt_bloecke"]) == 2 * 32
    assert antrag["betreff"] == "Größe"


async def test_event_and_audit_entry_are_committed_with_the_row(service, portal):
    document = (await portal.submit(None, ("nachweis.pdf", PDF))).json()
    (row,) = await rows(service, "SELECT topic, aggregateid, payload FROM ingest.outbox")
    assert (row["topic"], row["aggregateid"]) == ("dms.ingest.antrag.v1", document["id"])
    assert "Groß".encode() not in row["payload"]
    (entry,) = await rows(service, "SELECT action, object_id, actor, client FROM ingest.audit_entry")
    assert (entry["action"], str(entry["object_id"])) == ("antrag.submitted", document["id"])
    assert (entry["actor"], entry["client"]) == ("sa-portal", "portal")


async def test_quittung_is_verified_by_the_published_key(service, portal):
    document = (await portal.submit(None, ("nachweis.pdf", PDF))).json()
    keys = KeySet.import_key_set((await service.client.get("/.well-known/jwks.json")).json())
    quittung = jwt.decode(document["quittung"], keys, algorithms=["ES256"])
    assert quittung.header["typ"] == "registratur-quittung+jwt"
    assert quittung.claims["sub"] == document["id"]
    assert quittung.claims["mandant"] == "dueren"
    assert quittung.claims["eingegangen_am"] == document["eingegangen_am"]
    assert quittung.claims["anlagen"][0]["sha512"] == hashlib.sha512(PDF).hexdigest()


async def test_antrag_without_files_is_accepted(portal, antrag_json):
    assert (await portal.submit(None)).json()["anlagen"] == []
    assert (await portal.submit(antrag_json(anlagen=[]))).status_code == 201


async def test_parts_come_in_any_order(portal, antrag_json):
    parts = [
        ("anlage", ("a.txt", b"a", "text/plain")),
        ("antrag", (None, json.dumps(antrag_json()), "application/json")),
        ("anlage", ("b.txt", b"b", "text/plain")),
    ]
    answer = await portal.submit_parts(parts)
    assert [anlage["dateiname"] for anlage in answer.json()["anlagen"]] == ["a.txt", "b.txt"]


async def test_named_files_are_matched(portal, antrag_json):
    named = [{"dateiname": "a.txt", "zweck": "anlage", "sha512": hashlib.sha512(b"a").hexdigest().upper()}]
    assert (await portal.submit(antrag_json(anlagen=named), ("a.txt", b"a"))).status_code == 201


async def test_hundred_files_are_accepted(portal):
    answer = await portal.submit(None, *((f"{number}.txt", b"x") for number in range(100)))
    assert answer.status_code == 201, answer.text
    assert [anlage["dateiname"] for anlage in answer.json()["anlagen"]] == [f"{number}.txt" for number in range(100)]


async def test_strange_names_are_made_safe(service, portal):
    names = ["../../etc/passwd", "C:\\Temp\\a.pdf", "rechnung\u202efdp.exe", "Gro\u0308ße.txt", "ä" * 300 + ".pdf"]
    answer = await portal.submit(None, *((name, b"x") for name in names))
    assert answer.status_code == 201, answer.text
    shown = [anlage["dateiname"] for anlage in answer.json()["anlagen"]]
    assert shown[:4] == ["passwd", "a.pdf", "rechnungfdp.exe", "Größe.txt"]
    assert len(shown[4].encode()) <= 200
    assert shown[4].endswith(".pdf")
    kept = await rows(service, "SELECT dateiname_original FROM ingest.anlage ORDER BY position")
    assert [row["dateiname_original"] for row in kept] == names


async def test_strange_content_is_accepted_and_only_typed(portal):
    bomb = b"PK\x03\x04" + bytes(26) + b"word/document.xml"
    answer = await portal.submit(None, ("bombe.docx", bomb), ("kaputt.pdf", b"%PDF-1.7 xref kaputt"))
    assert [anlage["mime_type"] for anlage in answer.json()["anlagen"]] == ["application/zip", "application/pdf"]


async def test_concurrent_antraege_have_different_numbers(service, portal):
    answers = await asyncio.gather(*(portal.submit(None, ("a.txt", b"x")) for _ in range(60)))
    assert {answer.status_code for answer in answers} == {201}
    assert len({answer.json()["eingangsnummer"] for answer in answers}) == 60


async def test_mandanten_count_for_themselves(service, portal):
    first = (await portal.submit(None)).json()["eingangsnummer"]
    other = service.as_actor("portal-nachbarstadt")
    numbers = [(await other.submit(None)).json()["eingangsnummer"] for _ in range(2)]
    assert int(numbers[1][7:]) == int(numbers[0][7:]) + 1
    assert int((await portal.submit(None)).json()["eingangsnummer"][7:]) == int(first[7:]) + 1
