"""What any clamd has to say, our stand-in for it and a real one alike; and how it is taken when it fails."""

import asyncio
import io
import os
import struct
import zipfile

import pytest

from dms_kit.core.errors import UnavailableError
from dms_kit.testing.real import real_server
from dms_records.adapters.clamd import ClamdScanner
from dms_records.domain.virenpruefung import Virenpruefung, VirenpruefungGrund
from dms_records.use_cases.ports import ScanBrokenError

MIB = 1024 * 1024
# The file by which scanners are tested (EICAR), in two parts: no file of ours may be one that scanners report.
EICAR = b"X5O!P%@AP[4\\PZX54(P^)7CC)7}" + b"$EICAR-STANDARD-ANTIVIRUS-TEST-FILE!$H+H*"
CLEAN = Virenpruefung("sauber")


def scanner_at(address, *, max_bytes=600 * MIB, seconds=120.0):
    return ClamdScanner(address, max_bytes=max_bytes, seconds=seconds)


async def pieces(*content):
    for piece in content:
        yield piece


async def scan(scanner, *content):
    return await scanner.scan(pieces(*content), groesse=sum(map(len, content)))


@pytest.fixture(params=["stand_in", pytest.param("real", marks=pytest.mark.real)])
def known(request):
    """Give a scanner, and bytes that it knows as infected."""
    if request.param == "real":
        return scanner_at(real_server("clamd")), EICAR
    clamd = request.getfixturevalue("clamd")
    return scanner_at(clamd.address), clamd.MARKER


async def test_it_answers_a_ping(known):
    await known[0].ping()


@pytest.mark.parametrize("content", [[], [b"Guten Tag"], [b"Guten", b"", b" Tag"], [os.urandom(MIB)] * 5])
async def test_clean_file_is_sauber(known, content):
    assert await scan(known[0], *content) == CLEAN


async def test_infected_file_is_befallen_and_says_what_was_found(known):
    scanner, infected = known
    result = await scan(scanner, infected)
    assert result.pruefstatus == "befallen"
    assert result.befund.endswith(".UNOFFICIAL") or "eicar" in result.befund.lower()


async def test_infection_across_pieces_is_found_also_behind_an_empty_one(known):
    scanner, infected = known
    assert (await scan(scanner, infected[:10], b"", infected[10:])).pruefstatus == "befallen"


async def test_many_at_once_get_their_own_results(known):
    scanner, infected = known
    contents = [infected if number % 3 == 0 else b"clean %d" % number for number in range(30)]
    results = await asyncio.gather(*(scan(scanner, content) for content in contents))
    assert [result.pruefstatus == "befallen" for result in results] == [number % 3 == 0 for number in range(30)]


async def test_larger_file_than_configured_is_not_sent(known):
    scanner, infected = known
    scanner._max_bytes = len(infected) - 1
    assert await scan(scanner, infected) == Virenpruefung("nicht_geprueft", VirenpruefungGrund.ZU_GROSS)


@pytest.fixture
def real():
    return scanner_at(real_server("clamd"))


def archive(content, *, name="a.txt"):
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as file:
        file.writestr(name, content)
    return buffer.getvalue()


@pytest.mark.real
async def test_infection_in_an_archive_is_found(real):
    assert (await scan(real, archive(EICAR))).pruefstatus == "befallen"


@pytest.mark.real
async def test_archive_nested_deeper_than_is_looked_into_is_not_sauber(real):
    content = EICAR
    for _ in range(40):
        content = archive(content, name="a.zip")
    assert await scan(real, content) == Virenpruefung("nicht_geprueft", VirenpruefungGrund.GRENZE)


@pytest.mark.real
async def test_encrypted_archive_is_not_sauber(real):
    content = bytearray(archive(b"Guten Tag"))
    # The flag "encrypted" of its only entry, in the local header and in the directory.
    content[6] |= 1
    content[content.index(b"PK\x01\x02") + 8] |= 1
    assert await scan(real, bytes(content)) == Virenpruefung("nicht_geprueft", VirenpruefungGrund.VERSCHLUESSELT)


@pytest.mark.real
async def test_file_as_large_as_the_product_accepts_is_looked_into(real):
    async def large():
        for _ in range(499):
            yield bytes(MIB)
        yield archive(EICAR).ljust(MIB, b"\0")

    assert (await real.scan(large(), groesse=500 * MIB)).pruefstatus == "befallen"


async def test_longer_stream_than_clamd_takes_is_not_sauber(clamd):
    clamd.stream_max = 2 * MIB
    scanner = scanner_at(clamd.address)
    for _ in range(10):
        result = await scan(scanner, *[bytes(MIB)] * 20)
        assert result == Virenpruefung("nicht_geprueft", VirenpruefungGrund.ZU_GROSS)


async def test_scanner_that_is_not_there_is_unavailable(clamd):
    await clamd.stop()
    for act in (scanner_at(clamd.address).ping(), scan(scanner_at(clamd.address), b"a")):
        with pytest.raises(UnavailableError):
            await act


@pytest.mark.parametrize("address", ["/nowhere/clamd.ctl", "127.0.0.1:no-port", "nonsense"])
async def test_address_at_which_nothing_can_be_is_unavailable(address):
    with pytest.raises(UnavailableError):
        await scanner_at(address).ping()


@pytest.mark.parametrize("behaviour", ["hang_up", "be_silent", "fail"])
async def test_scan_that_broke_off_has_no_result(clamd, behaviour):
    clamd.behaviour = behaviour
    with pytest.raises(ScanBrokenError):
        await scan(scanner_at(clamd.address, seconds=0.3), *[bytes(MIB)] * 8)


async def test_error_of_the_file_is_passed_on(clamd):
    async def broken():
        yield b"a"
        raise UnavailableError("store")

    with pytest.raises(UnavailableError, match="store"):
        await scanner_at(clamd.address).scan(broken(), groesse=2)
    assert clamd.scanned == []


async def test_socket_of_the_same_machine_is_an_address(clamd, tmp_path):
    path = tmp_path / "clamd.ctl"
    server = await asyncio.start_unix_server(clamd._serve, path)
    assert await scan(scanner_at(str(path)), b"a") == CLEAN
    server.close()
    await server.wait_closed()


@pytest.mark.parametrize(
    ("said", "expected"),
    [
        ("stream: Heuristics.Limits.Exceeded.MaxFileSize FOUND", ("nicht_geprueft", VirenpruefungGrund.GRENZE)),
        ("stream: Heuristics.Encrypted.PDF FOUND", ("nicht_geprueft", VirenpruefungGrund.VERSCHLUESSELT)),
        ("stream: Win.Test.EICAR_HDB-1 FOUND", ("befallen", "Win.Test.EICAR_HDB-1")),
        ("stream: A\nB FOUND", ("befallen", "A?B")),
        ("stream: " + "A" * 500 + " FOUND", ("befallen", "A" * 200)),
    ],
)
async def test_what_clamd_says_is_judged(said, expected):
    async def say(reader, writer):
        await reader.readuntil(b"\0")
        while length := struct.unpack(">I", await reader.readexactly(4))[0]:
            await reader.readexactly(length)
        writer.write(said.encode() + b"\0")
        await writer.drain()
        writer.close()

    server = await asyncio.start_server(say, "127.0.0.1", 0)
    port = server.sockets[0].getsockname()[1]
    assert await scan(scanner_at(f"127.0.0.1:{port}"), b"a") == Virenpruefung(*expected)
    server.close()
    await server.wait_closed()
