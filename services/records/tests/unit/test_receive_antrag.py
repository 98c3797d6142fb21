import hashlib
from datetime import UTC, datetime
from uuid import uuid4

import pytest

from dms_kit.ports.object_store import BLOCK_SIZE
from dms_kit.testing.fakes import MemoryStore
from dms_records.domain.errors import AnlageMismatchError, DokumentDamagedError
from dms_records.use_cases.queries import InhaltRow
from dms_records.use_cases.receive_antrag import receive_antrag
from dms_records.use_cases.submitted_antrag import SubmittedAntrag, SubmittedDatei
from dms_records.use_cases.verified_chunks import verified_chunks


@pytest.fixture
def store():
    return MemoryStore()


async def submitted(store, content, *, sha256=None):
    async def chunks():
        yield content

    stored = await store.put("dueren", "ingest", chunks())
    return SubmittedDatei(
        id=uuid4(),
        dateiname="a",
        mime_type="text/plain",
        key=stored.key,
        groesse=stored.size,
        sha256=sha256 or stored.sha256,
        sha512=stored.sha512,
    )


def antrag(formular, *anlagen):
    return SubmittedAntrag(
        mandant="dueren",
        antrag_id=uuid4(),
        eingangsnummer="E-2026-0000001",
        eingegangen_am=datetime(2026, 3, 2, tzinfo=UTC),
        leistung_schluessel="99",
        leistung_bezeichnung="",
        region="05",
        betreff="B",
        formular=formular,
        anlagen=anlagen,
    )


@pytest.mark.parametrize("size", [0, 1, BLOCK_SIZE, BLOCK_SIZE + 1, 3 * BLOCK_SIZE])
async def test_every_file_becomes_a_verified_copy_with_its_block_digests(store, size):
    content = bytes(range(256)) * (size // 256) + b"x" * (size % 256)
    datei = await submitted(store, content)
    received = await receive_antrag(antrag(await submitted(store, b'{"formulardaten": 1.0}'), datei), store=store)
    anlage = received.anlagen[1]
    blocks = [content[start : start + BLOCK_SIZE] for start in range(0, size, BLOCK_SIZE)]
    assert anlage.blocks == b"".join(hashlib.sha256(block).digest() for block in blocks)
    assert anlage.objekt_key.startswith("dueren/records/")
    assert store.objects[anlage.objekt_key] == content
    assert received.eingang.formulardaten == "1.0"
    assert [row.art for row in received.anlagen] == ["formular", "anlage"]


async def test_wrong_hash_is_refused(store):
    with pytest.raises(AnlageMismatchError):
        await receive_antrag(
            antrag(await submitted(store, b"{}"), await submitted(store, b"a", sha256="0")), store=store
        )


@pytest.mark.parametrize("start", [0, 1, BLOCK_SIZE - 1, BLOCK_SIZE, 2 * BLOCK_SIZE + 4])
async def test_any_part_is_read_through_its_blocks(store, start):
    content = bytes(range(251)) * 9000
    row = await served(store, content)
    for length in (0, 1, BLOCK_SIZE, len(content) - start):
        wanted = min(length, len(content) - start)
        chunks = [chunk async for chunk in verified_chunks(store, row, start=start, length=wanted)]
        assert b"".join(chunks) == content[start : start + wanted]


@pytest.mark.parametrize("damage", [lambda content: content[:-1], lambda content: b"x" + content[1:], lambda _: None])
async def test_damaged_or_lost_object_is_never_served(store, damage):
    row = await served(store, b"content")
    changed = damage(store.objects.pop(row.objekt_key))
    if changed is not None:
        store.objects[row.objekt_key] = changed
    with pytest.raises(DokumentDamagedError):
        _ = [chunk async for chunk in verified_chunks(store, row, start=0, length=7)]


async def served(store, content):
    received = await receive_antrag(antrag(await submitted(store, content)), store=store)
    anlage = received.anlagen[0]
    return InhaltRow(
        objekt_id=anlage.id,
        dokument_id=uuid4(),
        art=anlage.art,
        dateiname="a",
        mime_type="text/plain",
        groesse=anlage.groesse,
        sha256=anlage.sha256,
        blocks=anlage.blocks,
        objekt_key=anlage.objekt_key,
        pruefstatus=anlage.pruefstatus,
    )
