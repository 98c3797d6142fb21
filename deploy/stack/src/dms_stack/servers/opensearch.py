"""One node of OpenSearch with ICU, phonetic and German decompounding."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import httpx

from dms_stack.fetch.maven import maven_closure
from dms_stack.fetch.pypi import wheel
from dms_stack.folder import write_private
from dms_stack.java import find_java
from dms_stack.processes import BEHIND_ACCEPTING, Launch
from dms_stack.servers.base import NotReadyError, Server
from dms_stack.servers.hyphenation import hyphenation_xml

_VERSION = "3.8.0"
_PYPHEN = "0.18.1"
_PYPHEN_BYTES = 6_400_000
_PLUGINS = (
    "org.opensearch.plugin.analysis.icu.AnalysisICUPlugin",
    "org.opensearch.plugin.analysis.AnalysisPhoneticPlugin",
)
_CONFIGURATION = """\
# Written at each start; changes get lost.
# Durability needs no line here: index.translog.durability is `request` unless an index says otherwise, so that each
# write is on the disk before its answer.
cluster.name: registratur
network.host: 127.0.0.1
http.port: {port}
transport.port: {transport_port}
# An index that nobody declared is a mistake.
action.auto_create_index: false
# A nearly full disk shall not make a developer's indexes read-only.
cluster.routing.allocation.disk.threshold_enabled: false
"""
_ANALYSIS: Mapping[str, Any] = {
    "tokenizer": "icu_tokenizer",
    "filter": [
        "icu_folding",
        {
            "type": "hyphenation_decompounder",
            "hyphenation_patterns_path": "analysis/de_DE.xml",
            "word_list": ["abwasser", "gebühren", "bescheid", "gebuhren"],
            "only_longest_match": True,
        },
    ],
    "text": "Abwassergebührenbescheid",
}
_PARTS = {"abwasser", "gebuhren", "bescheid"}


class OpenSearchServer(Server):
    """The node; its transport listens 99 ports above."""

    name = "opensearch"
    further_ports = (99,)

    @property
    def version(self) -> str:
        """Return the pinned version."""
        return _VERSION

    def install(self) -> None:
        """Fetch the node's jars and the patterns."""
        self._java()
        self._jars()
        self._dictionary()

    def prepare(self) -> Launch:
        """Write configuration and patterns to where the node looks for them."""
        node = self.folder / "node_1/config"
        text = _CONFIGURATION.format(port=self.port, transport_port=self.port + self.further_ports[0])
        write_private(node / "opensearch.yml", text)
        write_private(node / "analysis/de_DE.xml", hyphenation_xml(self._dictionary()))
        command = (
            str(self._java()),
            "-Xms1g",
            "-Xmx1g",
            "-XX:ActiveProcessorCount=2",
            "--enable-native-access=ALL-UNNAMED",
            "--add-modules=jdk.incubator.vector",
            "-Dfile.encoding=UTF-8",
            "-Dlog4j2.disable.jmx=true",
            "-cp",
            f"{self._jars()}/*",
            "org.codelibs.opensearch.runner.OpenSearchRunner",
            *("-basePath", str(self.folder), "-clusterName", "registratur", "-numOfNode", "1"),
            # The first node takes the port after this one.
            *("-baseHttpPort", str(self.port - 1)),
            *("-pluginTypes", ",".join(_PLUGINS)),
        )
        return Launch(command=command, cwd=self.folder, niceness=BEHIND_ACCEPTING)

    def check(self) -> None:
        """Ask for the health, then have a compound split: a filter that splits nothing says so to nobody."""
        try:
            with httpx.Client(base_url=self.endpoint()["url"], timeout=15.0, trust_env=False) as client:
                health = client.get("/_cluster/health").raise_for_status().json()["status"]
                if health not in {"yellow", "green"}:
                    raise NotReadyError(f"health is {health}")
                answer = client.post("/_analyze", json=_ANALYSIS).raise_for_status().json()
        except httpx.HTTPError as error:
            raise NotReadyError(repr(error)) from error
        parts = {token["token"] for token in answer["tokens"]}
        if not parts >= _PARTS:
            raise NotReadyError(f"the analyser gives {sorted(parts)}")

    def endpoint(self) -> Mapping[str, str]:
        """Return its URL and the file of patterns as an index names it."""
        return {"url": f"http://{self.address}", "hyphenation_patterns_path": "analysis/de_DE.xml"}

    def _java(self) -> Path:
        return find_java(21, self.context.options.java_home, who="OpenSearch")

    def _jars(self) -> Path:
        return maven_closure(self.context.cache, self.name, _VERSION)

    def _dictionary(self) -> Path:
        folder = wheel(self.context.cache, "pyphen", _PYPHEN, size=_PYPHEN_BYTES)
        return folder / "pyphen/dictionaries/hyph_de_DE.dic"
