"""
The process that reads foreign files: `python -m dms_search.adapters.extraction_worker`.

Frames on stdin and stdout: four bytes of length (big-endian), then JSON. One request, one answer, until stdin ends.
"""

import contextlib
import ctypes
import json
import os
import resource
import signal
import struct
from pathlib import Path
from typing import Any, BinaryIO

from dms_kit.process import yield_processor

MAX_REQUEST_BYTES = 64 * 1024
_LENGTH = struct.Struct(">I")
_PR_SET_PDEATHSIG = 1
_OPEN_FILES = 64


def main() -> None:
    """Serve requests under the limits of the first one, which names them."""
    requests, answers = _claim_streams()
    _die_with_parent()
    yield_processor()
    limits = _receive(requests)
    if limits is None:
        return
    _limit_process(limits)
    # Imported under the limits already, and before the first file, so that no file pays for it.
    from dms_search.adapters.formats import read_file  # noqa: PLC0415

    _send(answers, {"ready": True})
    while (request := _receive(requests)) is not None:
        _limit_cpu(limits["cpu_seconds"])
        _send(answers, _answer(request, limits, read_file))


def _answer(request: dict[str, Any], limits: dict[str, Any], read_file: Any) -> dict[str, str]:
    from dms_search.adapters.formats.sink import TextSink, UnreadableError  # noqa: PLC0415
    from dms_search.domain.volltext import VolltextGrund  # noqa: PLC0415

    sink = TextSink(limits["characters"], limits["soft_seconds"])
    kind, grund = "other", ""
    try:
        with Path(request["path"]).open("rb") as file:
            kind = read_file(file, sink, mime_type=request["mime_type"])
    except UnreadableError as error:
        grund = error.grund
    except MemoryError:
        grund = VolltextGrund.SPEICHER
    except Exception:  # noqa: BLE001 - whatever a parser raises on a foreign file, the file is at fault
        grund = VolltextGrund.BESCHAEDIGT
    text = sink.text()
    if text:
        return {"format": kind, "text": text, "grund": ""}
    return {"format": kind, "text": "", "grund": grund or VolltextGrund.OHNE_TEXT}


def _claim_streams() -> tuple[BinaryIO, BinaryIO]:
    # A library that prints must not write into the protocol.
    requests = os.fdopen(os.dup(0), "rb")
    answers = os.fdopen(os.dup(1), "wb")
    nothing = os.open(os.devnull, os.O_RDWR)
    os.dup2(nothing, 0)
    os.dup2(nothing, 1)
    os.close(nothing)
    return requests, answers


def _die_with_parent() -> None:
    with contextlib.suppress(OSError, AttributeError):
        ctypes.CDLL(None, use_errno=True).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)


def _limit_process(limits: dict[str, Any]) -> None:
    memory = limits["memory_bytes"]
    resource.setrlimit(resource.RLIMIT_AS, (memory, memory))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    resource.setrlimit(resource.RLIMIT_NOFILE, (_OPEN_FILES, _OPEN_FILES))
    os.nice(5)


def _limit_cpu(seconds: int) -> None:
    used = resource.getrusage(resource.RUSAGE_SELF)
    limit = int(used.ru_utime + used.ru_stime) + 1 + seconds
    resource.setrlimit(resource.RLIMIT_CPU, (limit, resource.RLIM_INFINITY))


def _receive(stream: BinaryIO) -> dict[str, Any] | None:
    header = stream.read(_LENGTH.size)
    if len(header) < _LENGTH.size:
        return None
    (length,) = _LENGTH.unpack(header)
    if length > MAX_REQUEST_BYTES:
        return None
    body = stream.read(length)
    request: dict[str, Any] | None = json.loads(body) if len(body) == length else None
    return request


def _send(stream: BinaryIO, answer: dict[str, Any]) -> None:
    body = json.dumps(answer).encode()
    stream.write(_LENGTH.pack(len(body)) + body)
    stream.flush()


if __name__ == "__main__":
    main()
