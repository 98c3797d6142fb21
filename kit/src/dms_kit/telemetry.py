"""
Logs and metrics of the whole product: one JSON line an event, one catalogue of metric names.

Neither may hold personal data: an event is a dotted name with ids, codes, counts and durations, a label a word of ours.
"""

import logging
import sys
import traceback
from collections.abc import Callable, MutableMapping
from threading import Thread
from typing import Any, BinaryIO
from wsgiref.simple_server import WSGIServer

import orjson
import structlog
from prometheus_client import Counter, Gauge, Histogram, start_http_server

from dms_kit.core.trace import current_request_id, current_traceparent

_SECONDS = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60)

HTTP_REQUESTS = Counter("dms_http_requests", "Answered HTTP requests.", ["service", "method", "route", "status"])
HTTP_SECONDS = Histogram(
    "dms_http_request_seconds", "Time to the end of an answer.", ["service", "method", "route"], buckets=_SECONDS
)
OUTBOX_BACKLOG = Gauge("dms_outbox_backlog", "Facts in the outbox that are not sent yet.", ["service"])
OUTBOX_LAG_SECONDS = Gauge("dms_outbox_lag_seconds", "Age of the oldest fact that is not sent yet.", ["service"])
OUTBOX_SENT = Counter("dms_outbox_sent", "Facts sent to the bus.", ["service", "topic"])
OUTBOX_FAILURES = Counter("dms_outbox_failures", "Failed attempts to send.", ["service"])
CONSUMER_BACKLOG = Gauge("dms_consumer_backlog", "Messages that a group has not committed yet.", ["group"])
CONSUMER_LAG_SECONDS = Gauge("dms_consumer_lag_seconds", "Age of a group's oldest uncommitted message.", ["group"])
CONSUMER_JOINED = Gauge("dms_consumer_joined", "1 while this process is a member of the group.", ["group"])
CONSUMER_MESSAGES = Counter(
    "dms_consumer_messages", "Consumed messages by outcome (applied, known, skipped, dead).", ["group", "outcome"]
)
CONSUMER_RETRIES = Counter("dms_consumer_retries", "Repeated attempts to apply a message.", ["group", "reason"])
CONSUMER_SECONDS = Histogram("dms_consumer_seconds", "Time to apply a message.", ["group", "type"], buckets=_SECONDS)
DEAD_LETTERS = Gauge("dms_dead_letters", "Messages that wait as dead letters.", ["group"])
PARKED_KEYS = Gauge("dms_parked_keys", "Keys whose later messages queue behind a dead letter.", ["group"])
EXTRACTION_SECONDS = Histogram(
    "dms_extraction_seconds", "Time to extract text from a file.", ["format"], buckets=_SECONDS
)
EXTRACTION_OUTCOMES = Counter("dms_extraction_outcomes", "Extractions by outcome.", ["format", "outcome"])
INDEX_COMMIT_SECONDS = Histogram("dms_index_commit_seconds", "Time to commit a batch to the index.", buckets=_SECONDS)
INDEX_DOCUMENTS = Counter("dms_index_documents", "Documents written to the index.", ["typ"])
STORE_PUTS = Counter("dms_store_puts", "Objects written by outcome (stored, too_large, broken, failed).", ["outcome"])
STORE_PUT_BYTES = Counter("dms_store_put_bytes", "Bytes of the objects written.")
STORE_PUT_SECONDS = Histogram("dms_store_put_seconds", "Time from first byte to durable object.", buckets=_SECONDS)
OBJECTS_DAMAGED = Counter("dms_objects_damaged", "Objects found damaged.", ["service", "damage", "found_by"])
OBJECTS_QUARANTINED = Gauge("dms_objects_quarantined", "Damaged objects of which nothing is served.", ["service"])
SCRUB_OBJECTS = Counter("dms_scrub_objects", "Objects read by the scrubber, by outcome.", ["service", "outcome"])
SCRUB_BYTES = Counter("dms_scrub_bytes", "Bytes read by the scrubber.", ["service"])
SCRUB_PROGRESS = Gauge("dms_scrub_progress", "Share done of the open scrub runs, 1 without one.", ["service", "kind"])
SCRUB_FINISHED = Gauge("dms_scrub_finished_seconds", "When the last scrub run ended (Unix time).", ["service", "kind"])
STORE_REAPED = Counter("dms_store_reaped", "Objects deleted because no row names them.", ["service"])
AUDIT_SEALED = Counter("dms_audit_sealed", "Audit entries that got a number and a leaf.", ["service"])
AUDIT_WAITING = Gauge(
    "dms_audit_waiting", "Audit entries that are not sealed yet (counted up to 100,000).", ["service"]
)
AUDIT_WAITING_SECONDS = Gauge("dms_audit_waiting_seconds", "Age of the oldest entry not sealed yet.", ["service"])
AUDIT_ALARMS = Gauge("dms_audit_alarms", "Entries below the boundary of the sealer that it never saw.", ["service"])
AUDIT_CHECKPOINTS = Counter("dms_audit_checkpoints", "Checkpoints written to the object store.", ["service"])
AUDIT_UNEXPORTED_SECONDS = Gauge(
    "dms_audit_unexported_seconds", "Age of the oldest seal that no checkpoint covers.", ["service"]
)
TOKENS = Counter("dms_tokens", "Verified tokens by outcome (accepted, cached, refused, unavailable).", ["outcome"])
KEY_FETCHES = Counter("dms_key_fetches", "Fetches of an issuer's keys by outcome.", ["outcome"])
VIRUS_SCANS = Counter("dms_virus_scans", "Scans by outcome (clean, infected, impossible, broken).", ["outcome"])
VIRUS_WAITING = Gauge("dms_virus_waiting", "Files that wait for the virus scan.")
VIRUS_FOUND = Gauge("dms_virus_found", "Files in which a virus was found.")
DEPENDENCY_UP = Gauge("dms_dependency_up", "1 when the last check of a dependency passed.", ["service", "dependency"])

# Names of fields that would carry personal data or secrets; their values never reach a log line.
_REDACTED = frozenset(
    {
        "authorization",
        "token",
        "password",
        "secret",
        "cookie",
        "payload",
        "body",
        "formulardaten",
        "antragsteller",
        "name",
        "vorname",
        "nachname",
        "email",
        "betreff",
        "titel",
        "dateiname",
        "anschrift",
        "text",
        "query",
        "q",
        "sub",
    }
)
_MAX_FRAMES = 12


def frames_of(error: BaseException) -> list[str]:
    """Return where an exception came from, innermost last, without its text: that may hold personal data."""
    frames = traceback.extract_tb(error.__traceback__)[-_MAX_FRAMES:]
    return [f"{frame.filename.rsplit('/', 1)[-1]}:{frame.lineno} {frame.name}" for frame in frames]


def configure_logging(service: str, *, level: int | str = logging.INFO, stream: BinaryIO | None = None) -> None:
    """Send structlog and the standard library's records as JSON lines that name the service; by default to stdout."""
    structlog.configure(
        processors=[
            structlog.contextvars.merge_contextvars,
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            _adder(service),
            _exceptions_without_text,
            _redact,
            structlog.processors.JSONRenderer(serializer=_to_json),
        ],
        wrapper_class=structlog.make_filtering_bound_logger(level),
        logger_factory=structlog.BytesLoggerFactory(file=stream or sys.stdout.buffer),
        cache_logger_on_first_use=False,
    )
    root = logging.getLogger()
    root.handlers = [_StandardLibraryHandler()]
    root.setLevel(logging.WARNING)


def serve_metrics(port: int) -> Callable[[], None]:
    """Serve /metrics on the loopback interface in a thread; returns what ends it."""
    server: WSGIServer
    thread: Thread
    server, thread = start_http_server(port, addr="127.0.0.1")

    def close() -> None:
        server.shutdown()
        server.server_close()
        thread.join()

    return close


Event = MutableMapping[str, Any]


def _adder(service: str) -> Callable[[Any, str, Event], Event]:
    def add(_logger: Any, _method: str, event: Event) -> Event:
        event.setdefault("service", service)
        if request_id := current_request_id():
            event.setdefault("request_id", request_id)
        if traceparent := current_traceparent():
            event.setdefault("trace_id", traceparent[3:35])
        return event

    return add


def _exceptions_without_text(_logger: Any, _method: str, event: Event) -> Event:
    given = event.pop("exc_info", None)
    error = given[1] if isinstance(given, tuple) else sys.exc_info()[1] if given is True else given
    if isinstance(error, BaseException):
        event["error"] = type(error).__name__
        event["frames"] = frames_of(error)
    return event


def _redact(_logger: Any, _method: str, event: Event) -> Event:
    for key in event.keys() & _REDACTED:
        event[key] = "[redacted]"
    return event


def _to_json(event: Event, **_options: Any) -> bytes:
    return orjson.dumps(event, default=lambda value: type(value).__name__, option=orjson.OPT_NON_STR_KEYS)


class _StandardLibraryHandler(logging.Handler):
    """Turns a library's record into an event; arguments stay out, they may hold personal data."""

    def emit(self, record: logging.LogRecord) -> None:
        log = structlog.get_logger()
        method = {"WARNING": log.warning, "INFO": log.info, "DEBUG": log.debug}.get(record.levelname, log.error)
        message = record.msg if isinstance(record.msg, str) and record.args else type(record.msg).__name__
        method(f"library.{record.name}", template=message[:200], exc_info=record.exc_info)
