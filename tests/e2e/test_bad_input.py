"""Bad input, tried and answered: a clear problem or an accepted and flagged file, never a 5xx, nothing left behind."""

import json
import socket
import uuid
from collections.abc import Sequence
from typing import Any

import httpx
import pytest

from tests.harness.client import PORTAL, File, Origin, an_antrag, eventually, multipart
from tests.harness.files import (
    a_bomb,
    a_docx,
    a_nested_eml,
    a_pdf,
    a_text,
    a_word,
    an_encrypted_pdf,
    laughing_docx,
)
from tests.harness.installation import Installation
from tests.harness.server import Server

OFFICIAL = "sachbearbeitung-32"
GOOD = json.dumps(an_antrag(externe_referenz="R")).encode()
PDF = a_pdf()
Parts = list[tuple[str, Any]]


def antrag_part(content: bytes, media_type: str = "application/json") -> Parts:
    return [("antrag", (None, content, media_type))]


def form(**changed: Any) -> Parts:
    return multipart(an_antrag(**changed), [])


def formulardaten(raw: bytes) -> Parts:
    whole = json.loads(GOOD)
    del whole["formulardaten"]
    return antrag_part(json.dumps(whole).encode()[:-1] + b', "formulardaten": ' + raw + b"}")


def named(**anlage: Any) -> Parts:
    return multipart(an_antrag(anlagen=[{"dateiname": "nachweis.pdf", **anlage}]), [PDF])


REFUSED: dict[str, tuple[Parts, set[int]]] = {
    "broken JSON": (antrag_part(b'{"leistung": '), {400}),
    "no JSON": (antrag_part(b"Antrag"), {400}),
    "not UTF-8": (antrag_part(GOOD.replace(b"Anmeldung", b"Anmeld\xfcng")), {400}),
    "an array": (antrag_part(b"[]"), {422}),
    "wrong types": (form(betreff=17, leistung="Gewerbe", region=5), {422}),
    "missing field": (form(leistung=None), {422}),
    "unknown kind of person": (form(antragsteller={"art": "tier", "name": "Rex"}), {422}),
    "malformed region": (form(region="53x"), {422}),
    "missing part antrag": ([("anlage", PDF)], {400, 422}),
    "part antrag twice": ([*antrag_part(GOOD), *antrag_part(GOOD)], {400, 422}),
    "part of another name": ([*antrag_part(GOOD), ("datei", PDF)], {400, 422}),
    "empty file": (multipart(an_antrag(), [("leer.pdf", b"", "application/pdf")]), {422}),
    "file named but not sent": (multipart(an_antrag(anlagen=[{"dateiname": "fehlt.pdf"}]), []), {422}),
    "file sent but not named": (multipart(an_antrag(anlagen=[]), [PDF]), {422}),
    "wrong sha512": (named(sha512="0" * 128), {422}),
    "malformed sha512": (named(sha512="xyz"), {422}),
    "101 files": (multipart(an_antrag(), [a_text(name=f"{n}.txt") for n in range(101)]), {413, 422}),
    "duplicate keys": (formulardaten(b'{"a": 1, "a": 2}'), {400}),
    "duplicate keys by escape": (formulardaten(b'{"a": 1, "\\u0061": 2}'), {400}),
    "depth 10,000": (formulardaten(b"[" * 10_000 + b"]" * 10_000), {400}),
    "NaN": (formulardaten(b'{"a": NaN}'), {400}),
    "infinity": (formulardaten(b'{"a": 1e999}'), {400}),
    "NUL": (formulardaten(b'{"a": "\\u0000"}'), {400}),
    "lone surrogate": (formulardaten(b'{"a": "\\ud800"}'), {400}),
    "NUL in betreff": (antrag_part(GOOD.replace(b"Anmeldung", b"An\\u0000meldung")), {400}),
    "too long a betreff": (form(betreff="x" * 10_000), {422}),
    "JSON of 6 MB": (form(formulardaten={"a": "x" * 6_000_000}), {413}),
}


def send(origin: Origin, parts: Parts, **headers: str) -> httpx.Response:
    key = headers.pop("key", str(uuid.uuid4()))
    return origin.http.post(
        f"{origin.url}/api/v1/antraege",
        files=parts,
        headers=origin.headers(PORTAL, Idempotency_Key=key, **headers),
    )


def is_problem(answer: httpx.Response) -> bool:
    body = answer.json()
    assert answer.headers["content-type"].startswith("application/problem+json")
    assert (body["status"], body["instance"]) == (answer.status_code, f"urn:uuid:{answer.headers['x-request-id']}")
    return body["type"].startswith("/problems/") and bool(body["title"])


@pytest.mark.parametrize("case", REFUSED)
def test_it_is_refused_with_a_problem(origin: Origin, case: str) -> None:
    parts, statuses = REFUSED[case]
    answer = send(origin, parts)
    assert answer.status_code in statuses, answer.text
    assert is_problem(answer)
    if answer.status_code == 422:
        assert answer.json()["errors"], "each fault is pointed at"


NAMES = {
    "path": ("../../etc/passwd", "passwd"),
    "windows path": ("C:\\Users\\zoe\\nachweis.pdf", "nachweis.pdf"),
    "right to left": ("nachweis\u202efdp.exe", "nachweisfdp.exe"),
    "decomposed": ("u\u0308bersicht.pdf", "übersicht.pdf"),
    "quotes": ('a"b;c.pdf', None),
    "300 characters": ("n" * 300 + ".pdf", None),
    "DIN 91379": ("Ģēöŕģė Ș́.pdf", None),
}


@pytest.mark.parametrize("case", NAMES)
def test_a_name_is_made_safe_and_the_file_accepted(origin: Origin, case: str) -> None:
    given, expected = NAMES[case]
    answer = send(origin, multipart(an_antrag(), [(given, PDF[1], PDF[2])]))
    assert answer.status_code == 201, answer.text
    (anlage,) = answer.json()["anlagen"]
    shown = anlage["dateiname"]
    assert not set(shown) & set("/\\\u202e\x00")
    assert 0 < len(shown.encode()) <= 255
    assert shown.endswith(given[-4:])
    if expected is not None:
        assert shown == expected


ODD: dict[str, Sequence[File]] = {
    "no file": [],
    "100 files": [a_text(str(number), name=f"{number}.txt") for number in range(100)],
    "two files of one name": [a_text("a"), a_text("b")],
    "broken xref": [("kaputt.pdf", PDF[1].replace(b"xref\n", b"xrex\n"), "application/pdf")],
    "half a PDF": [("halb.pdf", PDF[1][: len(PDF[1]) // 2], "application/pdf")],
    "no PDF at all": [("gelogen.pdf", b"\x7fELF" + bytes(500), "application/pdf")],
    "encrypted PDF": [an_encrypted_pdf()],
    "half a DOCX": [("halb.docx", a_docx("x")[1][:-40], "")],
    "billion laughs": [laughing_docx()],
    "50 nested mails": [a_nested_eml(50)],
    "HTML with script": [("seite.html", b"<script>alert(1)</script><p>Hallo</p>", "text/html")],
}


@pytest.mark.parametrize("case", ODD)
def test_an_odd_file_is_accepted_kept_and_indexed_by_its_metadata(origin: Origin, case: str) -> None:
    check_accepted(origin, ODD[case])


@pytest.mark.timeout(300)
def test_a_deflate_bomb_is_accepted_and_does_not_stop_the_rest(origin: Origin) -> None:
    bomb = origin.accepted(an_antrag(), [a_bomb(1024**3)])
    check_accepted(origin, [a_pdf(a_word())])
    origin.wait_for(bomb["id"], "durchsuchbar", seconds=120)


def check_accepted(origin: Origin, files: Sequence[File]) -> None:
    accepted = origin.accepted(an_antrag(), files)
    antrag = origin.wait_for(accepted["id"], "durchsuchbar", "zugewiesen", seconds=90)
    dokumente = origin.items(OFFICIAL, f"vorgaenge/{antrag['vorgang_id']}/dokumente")
    kept = [origin.get(OFFICIAL, f"dokumente/{dokument['id']}/inhalt") for dokument in dokumente]
    for answer in kept:
        if "html" in answer.headers["content-type"]:
            assert answer.headers["content-disposition"].startswith("attachment")
    contents = sorted(answer.content for answer in kept if b"externe_referenz" not in answer.content)
    assert contents == sorted(content for _, content, _ in files)


def test_form_data_keep_every_byte(origin: Origin) -> None:
    raw = GOOD.replace(b'"beitrag": 12.5', b'"beitrag": 12.50, "unbekannt" : {"\\u00e4": 1E2}')
    antrag = origin.wait_for(origin.accepted(raw)["id"], "abgelegt")
    (dokument,) = origin.items(OFFICIAL, f"vorgaenge/{antrag['vorgang_id']}/dokumente")
    assert origin.get(OFFICIAL, f"dokumente/{dokument['id']}/inhalt").content == raw
    text = origin.get(OFFICIAL, f"dokumente/{dokument['id']}/lesefassung")
    assert text.headers["content-type"].startswith("text/plain")
    assert "12.50" in text.text


def test_an_unknown_region_and_an_unknown_leistung_are_accepted(origin: Origin) -> None:
    for changed in ({"region": "999999999999"}, {"leistung": {"schluessel": "99999999999999", "bezeichnung": "?"}}):
        assert origin.submit(an_antrag(**changed)).status_code == 201


def test_a_wrong_digest_of_the_whole_request_is_refused(origin: Origin) -> None:
    for header in ("Content-Digest", "Repr-Digest"):
        answer = send(origin, multipart(an_antrag(), [PDF]), **{header: "sha-256=:" + "A" * 43 + "=:"})
        assert answer.status_code in {400, 422}
        assert is_problem(answer)


def test_too_large_by_header_is_refused_before_it_is_sent(origin: Origin) -> None:
    limit = origin.http.get(f"{origin.url}/api/v1/info").json()
    assert "2000000000" in json.dumps(limit) or "2147483648" in json.dumps(limit), limit
    head = (
        f"POST /api/v1/antraege HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {origin.token(PORTAL)}\r\n"
        f"Idempotency-Key: {uuid.uuid4()}\r\nContent-Type: multipart/form-data; boundary=b\r\n"
        "Content-Length: 9000000000\r\n\r\n"
    )
    with _raw(origin, head.encode()) as connection:
        connection.settimeout(20)
        assert b" 413 " in connection.recv(4096).split(b"\r\n")[0]


def test_a_client_that_leaves_in_mid_upload_leaves_no_antrag(origin: Origin) -> None:
    reference = f"GONE-{uuid.uuid4()}"
    part = b"Content-Disposition: form-data; name=antrag\r\nContent-Type: application/json\r\n\r\n"
    body = b"--b\r\n" + part + json.dumps(an_antrag(externe_referenz=reference)).encode() + b"\r\n--b\r\n"
    body += b"Content-Disposition: form-data; name=anlage; filename=a.bin\r\n\r\n" + b"x" * 200_000
    head = (
        f"POST /api/v1/antraege HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {origin.token(PORTAL)}\r\n"
        f"Idempotency-Key: {uuid.uuid4()}\r\nContent-Type: multipart/form-data; boundary=b\r\n"
        f"Content-Length: {len(body) + 1_000_000}\r\n\r\n"
    )
    with _raw(origin, head.encode() + body):
        pass
    assert origin.items(PORTAL, "antraege", externe_referenz=reference) == []
    assert origin.http.get(f"{origin.url}/health/ready").status_code == 200


def _raw(origin: Origin, data: bytes) -> socket.socket:
    url = httpx.URL(origin.url)
    connection = socket.create_connection((url.host, url.port or 80), timeout=10)
    connection.sendall(data)
    return connection


@pytest.mark.parametrize(
    "header", [{}, {"Authorization": "Bearer x"}, {"Authorization": "Basic cDpw"}, {"Authorization": "Bearer a.b.c"}]
)
def test_without_a_valid_token_nothing_is_read(origin: Origin, header: dict[str, str]) -> None:
    answer = origin.http.post(f"{origin.url}/api/v1/antraege", files=multipart(an_antrag(), [PDF]), headers=header)
    assert answer.status_code == 401
    assert is_problem(answer)
    assert answer.headers["www-authenticate"].startswith("Bearer")


def test_nothing_is_left_in_the_store_after_the_reaper(server: Server, origin: Origin) -> None:
    """Runs last in this file: everything above is refused, accepted or broken off by now."""
    for case in ("wrong sha512", "file named but not sent", "101 files"):
        send(origin, REFUSED[case][0])
    installation = Installation(server)
    eventually(installation.is_at_rest, "rest", seconds=90)
    installation.reap()
    assert installation.orphans() == []
    assert installation.missing_objects() == []
