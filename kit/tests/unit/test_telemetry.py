import io
import json
import logging
import urllib.request

import pytest
import structlog
from prometheus_client import REGISTRY

from dms_kit import telemetry
from dms_kit.core.trace import traced


@pytest.fixture
def logged():
    stream = io.BytesIO()
    telemetry.configure_logging("probe", stream=stream)
    yield lambda: [json.loads(line) for line in stream.getvalue().splitlines()]
    structlog.reset_defaults()
    logging.getLogger().handlers = []


def fail() -> None:
    raise ValueError("Änne Müller, geboren 1970")


def test_event_is_a_json_line_with_its_trace(logged):
    with traced(None, "7a0e7f0e-0000-7000-8000-000000000000") as handed_on:
        structlog.get_logger().info("vorgang.closed", vorgang_id="1")
    (line,) = logged()
    assert (line["event"], line["service"], line["level"]) == ("vorgang.closed", "probe", "info")
    assert line["request_id"] == "7a0e7f0e-0000-7000-8000-000000000000"
    assert line["trace_id"] == handed_on[3:35]


def test_personal_fields_are_redacted(logged):
    structlog.get_logger().info("x.y", name="Änne", betreff="geheim", token="abc", anzahl=3)
    (line,) = logged()
    assert (line["name"], line["betreff"], line["token"]) == ("[redacted]",) * 3
    assert line["anzahl"] == 3


def test_text_of_an_exception_stays_out(logged):
    try:
        fail()
    except ValueError:
        structlog.get_logger().exception("x.failed")
    (line,) = logged()
    assert line["error"] == "ValueError"
    assert line["frames"][-1].endswith(" fail")
    assert "test_text" in line["frames"][-2]
    assert "Müller" not in json.dumps(line, ensure_ascii=False)


def test_library_records_lose_their_arguments(logged):
    logging.getLogger("some.library").warning("could not mail %s", "anne@example.org")
    (line,) = logged()
    assert (line["event"], line["template"]) == ("library.some.library", "could not mail %s")
    assert "anne" not in json.dumps(line)


def test_metrics_are_served_on_the_loopback_interface(unused_tcp_port):
    close = telemetry.serve_metrics(unused_tcp_port)
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{unused_tcp_port}/metrics") as answer:
            assert b"dms_http_requests_total" in answer.read()
    finally:
        close()


def test_every_metric_has_our_prefix_and_a_description():
    ours = [metric for metric in REGISTRY.collect() if metric.name.startswith("dms_")]
    assert len(ours) > 20
    assert all(metric.documentation.endswith(".") for metric in ours)
