"""Each format gives its text; no bad file stops or slows the rest."""

import asyncio
import email.message
import importlib.util
import os
import shutil
import signal
import time
from pathlib import Path

import psutil
import pytest

from dms_search.adapters.extraction_pool import ExtractionLimits, ExtractionPool
from dms_search.domain.volltext import VolltextGrund

_SPEC = importlib.util.spec_from_file_location("extraction_files", Path(__file__).with_name("conftest.py"))
assert _SPEC is not None
made = importlib.util.module_from_spec(_SPEC)
_SPEC.loader.exec_module(made)

DOCX, ODT = made.DOCX, made.ODT


def a_mail() -> bytes:
    mail = email.message.EmailMessage()
    mail["Subject"] = "Anfrage zur Hundesteuer"
    mail["From"] = "Zoë Łukasiewicz <zoe@example.org>"
    mail.set_content("Guten Tag")
    mail.add_alternative("<p>Guten <b>Morgen</b></p><script>nein()</script>", subtype="html")
    mail.add_attachment(made.a_docx("Im Anhang steht Bernstein"), maintype="application", subtype=DOCX[12:])
    mail.add_attachment(made.a_pdf("Im PDF steht Basalt"), maintype="application", subtype="pdf", filename="a.pdf")
    return mail.as_bytes()


@pytest.mark.parametrize(
    ("data", "mime_type", "wanted"),
    [
        (made.a_pdf("Kleiner Fluss"), "application/pdf", ["Kleiner Fluss"]),
        (made.a_pdf("Kleiner Fluss"), "application/octet-stream", ["Kleiner Fluss"]),
        (made.a_docx("Erster Absatz", "Zweiter"), DOCX, ["Erster Absatz\nZweiter"]),
        (made.a_docx("Erster Absatz"), "application/zip", ["Erster Absatz"]),
        (made.an_odt("Erster Absatz", "Zweiter"), ODT, ["Erster Absatz\nZweiter"]),
        (a_mail(), "message/rfc822", ["Hundesteuer", "Zoë Łukasiewicz", "Guten Tag", "Morgen", "Bernstein", "Basalt"]),
        ("<title>T</title><p>Größe<br>neu".encode(), "text/html", ["T\n", "Größe\nneu"]),
        ('<meta charset="iso-8859-15"><p>Größe'.encode("iso-8859-15"), "text/html; charset=x", ["Größe"]),
        ("Größe".encode("utf-16"), "text/plain", ["Größe"]),
        ("Größe €".encode("cp1252"), "text/csv", ["Größe €"]),
        (b"<a><b>eins</b>zwei<c d='drei'/></a>", "application/xml", ["eins\nzwei"]),
        (
            b'{"vorname": "Zo\xc3\xab", "betrag": 12.50, "kinder": [{"x": "drei"}]}',
            "application/json",
            ["Zoë", "12.5", "drei"],
        ),
        (b"{kaputt", "application/json", ["kaputt"]),
    ],
)
async def test_a_format_gives_its_text(reading, data, mime_type, wanted) -> None:
    volltext = await reading.read(data, mime_type)
    assert volltext.grund == ""
    for part in wanted:
        assert part in volltext.text
    assert "nein()" not in volltext.text
    assert "vorname" not in volltext.text


_XXE = b'<?xml version="1.0"?><!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/passwd">]><a>&x;</a>'
_LAUGHS = (
    b'<?xml version="1.0"?><!DOCTYPE a [<!ENTITY a0 "lol">'
    + b"".join(b'<!ENTITY a%d "%s">' % (number, b"&a%d;" % (number - 1) * 10) for number in range(1, 12))
    + b"]><a>&a11;</a>"
)


@pytest.mark.parametrize(
    ("make", "mime_type", "grund"),
    [
        (lambda: made.a_bomb("word/document.xml", 2**30), DOCX, VolltextGrund.ZU_GROSS),
        (lambda: made.a_lying_bomb(2**26), DOCX, VolltextGrund.BESCHAEDIGT),
        (lambda: made.a_bomb("content.xml", 2**30, mimetype=ODT), ODT, VolltextGrund.ZU_GROSS),
        (lambda: made.a_docx("Wort")[:-200], DOCX, VolltextGrund.BESCHAEDIGT),
        (lambda: b"PK\x03\x04" + os.urandom(5000), DOCX, VolltextGrund.BESCHAEDIGT),
        (lambda: b"%PDF-1.7\n" + os.urandom(20000), "application/pdf", VolltextGrund.BESCHAEDIGT),
        (made.an_encrypted_pdf, "application/pdf", VolltextGrund.VERSCHLUESSELT),
        (
            lambda: b"\xd0\xcf\x11\xe0" + b"\0" * 600 + "EncryptedPackage".encode("utf-16-le"),
            DOCX,
            VolltextGrund.VERSCHLUESSELT,
        ),
        (lambda: b"\xd0\xcf\x11\xe0" + b"\0" * 600, "application/msword", VolltextGrund.FORMAT),
        (lambda: b"", "application/pdf", VolltextGrund.BESCHAEDIGT),
        (lambda: b"", "text/plain", VolltextGrund.OHNE_TEXT),
        (lambda: b"\x89PNG" + os.urandom(100), "image/png", VolltextGrund.FORMAT),
        (lambda: _XXE, "application/xml", VolltextGrund.OHNE_TEXT),
        (lambda: _LAUGHS, "application/xml", None),
        (lambda: b"<a>" * 300_000, "application/xml", None),
        (lambda: b"<div>" * 300_000, "text/html", None),
        (lambda: b"[" * 300_000, "application/json", None),
        (lambda: made.a_nested_mail(5000), "message/rfc822", None),
    ],
)
async def test_a_bad_file_is_a_reason_and_quickly(reading, make, mime_type, grund) -> None:
    data = make()
    await reading.pool.warm()
    started = time.monotonic()
    volltext = await reading.read(data, mime_type)
    assert time.monotonic() - started < 3
    assert len(volltext.text) < 1000
    assert "root:" not in volltext.text
    if grund is not None:
        assert volltext.grund == grund
    assert (await reading.read(b"danach", "text/plain")).text == "danach"


async def test_a_pdf_with_a_broken_xref_is_still_read(reading) -> None:
    data = made.a_pdf("Trotzdem lesbar").replace(b"startxref\n", b"startxref\n9")
    assert "Trotzdem lesbar" in (await reading.read(data, "application/pdf")).text


async def test_a_mail_with_fifty_nested_parts_is_read(reading) -> None:
    volltext = await reading.read(made.a_nested_mail(50), "message/rfc822")
    assert "ganz innen" in volltext.text
    assert "Ebene 49" in volltext.text
    parts = b"".join(b"--x\nContent-Type: text/plain\n\nTeil %d\n" % number for number in range(50))
    mail = b'Content-Type: multipart/mixed; boundary="x"\n\n' + parts + b"--x--\n"
    assert "Teil 49" in (await reading.read(mail, "message/rfc822")).text


async def test_a_long_text_is_cut_and_endless_words_are_left_out(reading) -> None:
    volltext = await reading.read(b"Wort " * 2_000_000, "text/plain")
    assert 1_900_000 < len(volltext.text) <= 2_000_000
    assert (await reading.read(b"davor " + b"x" * 5000 + b" danach", "text/plain")).text == "davor danach"


async def test_content_that_does_not_fit_its_hash_is_not_read(reading) -> None:
    key, _ = reading.store.put(b"untergeschoben")
    volltext = await reading.pool.extract(key, sha256_hex="0" * 64, mime_type="text/plain")
    assert (volltext.text, volltext.grund) == ("", VolltextGrund.PRUEFSUMME)


async def test_content_that_is_gone_is_a_reason(reading) -> None:
    volltext = await reading.pool.extract("dueren/records/nichts", sha256_hex="0" * 64, mime_type="text/plain")
    assert volltext.grund == VolltextGrund.FEHLT


def processes_of(pool) -> list[int]:
    """Return the readers themselves: behind bubblewrap they are the children of its children."""
    started = [psutil.Process(worker._process.pid) for worker in pool._alive]
    return [[process, *process.children(recursive=True)][-1].pid for process in started]


def what_the_kernel_says_of(pid: int) -> tuple[str, bytes]:
    return Path(f"/proc/{pid}/limits").read_text(), Path(f"/proc/{pid}/environ").read_bytes()


async def test_a_hanging_file_is_killed_and_others_go_on_meanwhile(tmp_path) -> None:
    store = made.BytesStore()
    pool = ExtractionPool(store, tmp_path, workers=2, limits=ExtractionLimits(wall_seconds=1.0))
    try:
        await pool.warm()
        reading = made.Reading(pool, store)
        await reading.read(b"warm", "text/plain")
        (victim, *_) = processes_of(pool)
        os.kill(victim, signal.SIGSTOP)
        results = await asyncio.gather(*(reading.read(b"Wort", "text/plain") for _ in range(20)))
        assert [volltext.grund for volltext in results if volltext.grund] == [VolltextGrund.ZEIT]
        assert len([volltext for volltext in results if volltext.text == "Wort"]) == 19
    finally:
        await pool.close()


async def test_a_file_that_breaks_its_worker_is_a_reason(reading, tmp_path) -> None:
    tight = ExtractionLimits(memory_bytes=400 * 1024 * 1024, cpu_seconds=1, wall_seconds=8, soft_seconds=60)
    pool = ExtractionPool(reading.store, tmp_path, workers=1, limits=tight)
    try:
        greedy = made.Reading(pool, reading.store)
        volltext = await greedy.read(b"[" + b"[1]," * 3_000_000 + b"1]", "application/json")
        assert volltext.text or volltext.grund in {VolltextGrund.SPEICHER, VolltextGrund.ABBRUCH, VolltextGrund.ZEIT}
        assert (await greedy.read(b"danach", "text/plain")).text == "danach"
    finally:
        await pool.close()


async def test_a_worker_is_replaced_after_its_share_of_files(tmp_path) -> None:
    store = made.BytesStore()
    pool = ExtractionPool(store, tmp_path, workers=1, limits=ExtractionLimits(files_per_worker=2))
    try:
        reading = made.Reading(pool, store)
        seen = set()
        for _ in range(5):
            await reading.read(b"Wort", "text/plain")
            seen |= set(processes_of(pool))
        assert len(seen) == 3
    finally:
        await pool.close()


async def test_a_worker_whose_folder_was_removed_is_replaced(reading) -> None:
    assert (await reading.read(b"davor", "text/plain")).text == "davor"
    shutil.rmtree(reading.pool._folder)
    assert (await reading.read(b"danach", "text/plain")).text == "danach"


async def test_closing_leaves_no_process_and_no_file(reading) -> None:
    await reading.read(b"Wort", "text/plain")
    pids, folder = processes_of(reading.pool), reading.pool._folder
    await reading.pool.close()
    assert not folder.exists()
    # The kernel ends what is inside a sandbox a moment after the sandbox.
    deadline = time.monotonic() + 30
    while any(psutil.pid_exists(pid) for pid in pids) and time.monotonic() < deadline:
        await asyncio.sleep(0.02)
    assert [pid for pid in pids if psutil.pid_exists(pid)] == []


async def test_a_worker_can_write_no_file_and_knows_no_secret(reading, monkeypatch) -> None:
    monkeypatch.setenv("DMS_SEARCH_DATABASE_URL", "postgresql://geheim")
    await reading.read(b"Wort", "text/plain")
    (pid, *_) = processes_of(reading.pool)
    limits, environment = what_the_kernel_says_of(pid)
    assert "Max file size             0" in limits
    assert "Max core file size        0" in limits
    assert b"geheim" not in environment


REAL = [
    ("letters-pdf/letter-de.pdf", "application/pdf", "Nebendorf"),
    ("forms-pdf/Antrag_Beratungshilfe.pdf", "application/pdf", "Amtsgericht"),
    ("zugferd/EN16931_Miete.pdf", "application/pdf", "FeRD"),
    ("office/word-de.docx", DOCX, "Word-Dokument"),
    ("office/antrag-vorlage-de.odt", ODT, "ANTRAGSGRUEN"),
    ("mail/zb-m2012.eml", "message/rfc822", "Frösche"),
    ("mail/latin1-8bit.eml", "message/rfc822", "Rechnung"),
    ("mail/wk-four_nested_emails.eml", "message/rfc822", "third-subject"),
    ("xrechnung/01.01a-INVOICE_ubl.xml", "application/xml", "xrechnung"),
    ("fim/S00000121_1.0.sample-data.json", "application/json", "Łukasiewicz-Öztürk"),
]


@pytest.mark.parametrize(("name", "mime_type", "word"), REAL)
async def test_a_real_file_is_read(reading, samples, name, mime_type, word) -> None:
    volltext = await reading.read((samples / name).read_bytes(), mime_type)
    assert (volltext.grund, word in volltext.text) == ("", True)


@pytest.mark.parametrize(
    "name", ["scans/letter-de_scan-schief.pdf", "zugferd/corruptedV2PDF.pdf", "mail/outlook-sample.msg"]
)
async def test_a_real_file_without_text_has_a_reason(reading, samples, name) -> None:
    volltext = await reading.read((samples / name).read_bytes(), "application/octet-stream")
    assert volltext.grund
