"""One /metrics for all processes: the figures of each, told apart by the label `process`."""

import re
import urllib.error
import urllib.request
from collections.abc import Callable, Iterable, Mapping, Sequence
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread

from prometheus_client import CONTENT_TYPE_LATEST, REGISTRY, generate_latest

from dms_standalone.child import Child

_SAMPLE = re.compile(r"(?P<name>[a-zA-Z_:][a-zA-Z0-9_:]*)(?:\{(?P<labels>.*)\})?(?P<value> .*)", re.ASCII)
_SECONDS = 2.0


def merge(texts: Mapping[str, str]) -> str:
    """Join the expositions of several processes; each family stays in one piece."""
    heads: dict[str, list[str]] = {}
    samples: dict[str, list[str]] = {}
    for process, text in texts.items():
        family, known = "", set(heads)
        for line in text.splitlines():
            if line.startswith("#"):
                family = line.split(" ", 3)[2]
                if family not in known:
                    heads.setdefault(family, []).append(line)
            elif match := _SAMPLE.fullmatch(line):
                labels = f'process="{process}"' + (f",{match['labels']}" if match["labels"] else "")
                samples.setdefault(family, []).append(f"{match['name']}{{{labels}}}{match['value']}")
    return "\n".join(_lines(heads, samples)) + "\n"


def _lines(heads: Mapping[str, list[str]], samples: Mapping[str, list[str]]) -> Iterable[str]:
    for family, head in heads.items():
        yield from head
        yield from samples.get(family, ())


def serve_merged(port: int, children: Sequence[Child]) -> Callable[[], None]:
    """Serve /metrics on the loopback interface in a thread; returns what ends it."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            if self.path.partition("?")[0] != "/metrics":
                self.send_error(404)
                return
            texts = {child.name: metrics_of(child) for child in children}
            body = merge({"api": generate_latest(REGISTRY).decode(), **texts}).encode()
            self.send_response(200)
            self.send_header("Content-Type", CONTENT_TYPE_LATEST)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_arguments: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", port), Handler)
    server.daemon_threads = True
    thread = Thread(target=server.serve_forever, daemon=True)
    thread.start()

    def close() -> None:
        server.shutdown()
        server.server_close()
        thread.join()

    return close


def metrics_of(child: Child) -> str:
    """Return the exposition of a child, empty when it does not answer."""
    if child.metrics_port is None:
        return ""
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{child.metrics_port}/metrics", timeout=_SECONDS) as answer:
            text: str = answer.read().decode()
            return text
    except (OSError, urllib.error.URLError):
        return ""
