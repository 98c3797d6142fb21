"""The ten invariants of the architecture, checked on a server at rest; every fault test ends with them."""

import hashlib
import json
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from tests.harness.client import Origin, eventually
from tests.harness.installation import SERVICES, TOPICS, Installation
from tests.harness.quittung import verified_quittung

OFFICIAL = "sachbearbeitung-32"
# Outbox rows live as long as the inbox rows that recognise them, so that the bus itself need not be asked.
_FACTS = " UNION ALL ".join(f"SELECT aggregateid, topic, headers FROM {service}.outbox" for service in SERVICES)
_HEARD = f"""
SELECT fact.headers ->> 'ce_id' AS ce_id FROM ({_FACTS}) AS fact
WHERE fact.topic = ANY($1) AND fact.headers ->> 'dms-republish' IS NULL AND fact.headers ->> 'ce_type' = ANY($2)
"""
# What was begun by hand belongs to no Antrag, and ingest keeps nothing of it.
_BY_HAND = " UNION ALL ".join(
    f"SELECT id::text FROM {table} WHERE antrag_id IS NULL"
    for table in ("records.vorgang", "records.dokument", "workflow.aufgabe")
)
_CONCERNS = {"ingest": f" AND fact.aggregateid NOT IN ({_BY_HAND})"}
_MISSED = _HEARD + (" AND NOT EXISTS (SELECT FROM {schema}.inbox WHERE inbox.ce_id = fact.headers ->> 'ce_id')")
_FILED = """
SELECT antrag.id::text AS antrag_id, antrag.vorgang_id::text AS vorgang_id, array_agg(dokument.id::text) AS dokumente
FROM ingest.antrag JOIN records.dokument ON dokument.vorgang_id = antrag.vorgang_id AND dokument.art = 'anlage'
GROUP BY antrag.id, antrag.vorgang_id
"""
_CHECKERS = 4
_READ_TYPES = {
    "ingest": ("VorgangCreated", "DokumentIndexed", "AufgabeOpened", "AufgabeCompleted"),
    "records": ("AntragSubmitted", "AufgabeOpened", "AufgabeClaimed", "AufgabeReleased", "AufgabeCompleted"),
    "search": (
        "AkteCreated",
        "AkteChanged",
        "VorgangCreated",
        "DokumentAdded",
        "DokumentChanged",
        "OrganisationseinheitChanged",
        "ZustaendigkeitChanged",
    ),
    "workflow": ("VorgangCreated", "VorgangChanged", "OrganisationseinheitChanged", "ZustaendigkeitChanged"),
}


class Sent(Mapping[str, str]):
    """What one accepted Antrag held: file name → SHA-256."""

    def __init__(self, files: Iterable[tuple[str, bytes, str]], word: str) -> None:
        self._hashes = {name: hashlib.sha256(content).hexdigest() for name, content, _ in files}
        self.word = word

    def __getitem__(self, name: str) -> str:
        return self._hashes[name]

    def __iter__(self) -> Any:
        return iter(self._hashes)

    def __len__(self) -> int:
        return len(self._hashes)


def check_invariants(
    installation: Installation,
    origin: Origin,
    accepted: Mapping[str, tuple[dict[str, Any], Sent]],
    secrets: Sequence[str],
) -> None:
    """
    Check all ten; `accepted` maps each idempotency key to its 201 and what was sent, `secrets` are personal data.

    Reaps the store: nothing else may write at this time.
    """
    # Filing lags behind accepting by design: what many writers sent needs its time.
    eventually(installation.is_at_rest, "every fact sent and read", seconds=180 + len(accepted) / 4)
    _for_each(accepted, lambda answer, sent: _check_accepted(origin, answer, sent))
    _check_nothing_is_double(installation, accepted)
    assert installation.missing_objects() == [], "3: a row names a missing or wrong object"
    installation.reap()
    assert installation.orphans() == [], "4: an orphan outlived the reaper"
    assert installation.missing_objects() == [], "4: the reaper took what a row names"
    _check_effects(installation)
    _check_search(installation, origin, accepted)
    _check_protokoll(installation)
    _check_nothing_is_half_done(installation)
    _check_logs(installation, secrets)


def _check_accepted(origin: Origin, answer: Mapping[str, Any], sent: Sent) -> None:
    """1 and 9: what got a 201 exists with byte-identical Anlagen, and its receipt says so."""
    antrag = origin.wait_for(answer["id"], "durchsuchbar", "zugewiesen", seconds=180)
    assert antrag["eingangsnummer"] == answer["eingangsnummer"], "9: the Antrag is not what its 201 said"
    assert {a["dateiname"]: a["sha256"] for a in antrag["anlagen"]} == dict(sent), "1: Anlagen are missing or others"
    claims = verified_quittung(origin.url, antrag["quittung"])
    assert antrag["quittung"] == answer["quittung"], "2: a second receipt"
    assert {a["dateiname"]: a["sha256"] for a in claims["anlagen"]} == dict(sent), "1: the receipt names other Anlagen"
    dokumente = origin.items(OFFICIAL, f"vorgaenge/{antrag['vorgang_id']}/dokumente")
    assert {dokument["dateiname"] for dokument in dokumente} >= set(sent), "1: the Vorgang lacks an Anlage"
    for dokument in dokumente:
        if dokument["dateiname"] in sent:
            content = origin.get(OFFICIAL, f"dokumente/{dokument['id']}/inhalt").content
            assert hashlib.sha256(content).hexdigest() == sent[dokument["dateiname"]], "1: an Anlage has other bytes"


def _check_nothing_is_double(installation: Installation, accepted: Mapping[str, Any]) -> None:
    """2: one Antrag, one receipt, one Vorgang, one Aufgabe for each key."""
    ids = [answer["id"] for answer, _ in accepted.values()]
    assert len(ids) == len(set(ids)), "2: two keys share an Antrag"
    for what in ("eingangsnummer", "quittung", "vorgang_id"):
        shared = f"SELECT {what} FROM ingest.antrag GROUP BY mandant, {what} HAVING count(*) > 1"
        assert installation.sql(shared) == [], f"2: two Anträge share a {what}"
    for table in ("records.vorgang", "records.eingang", "workflow.aufgabe"):
        # What was begun by hand has no Antrag.
        of_antraege = f"SELECT antrag_id FROM {table} WHERE antrag_id IS NOT NULL"
        twice = f"{of_antraege} GROUP BY mandant, antrag_id HAVING count(*) > 1"
        assert installation.sql(twice) == [], f"2: {table} holds an Antrag twice"
    keys = installation.value("SELECT count(*) FROM ingest.idempotency_key WHERE lives_forever")
    assert installation.value("SELECT count(*) FROM ingest.antrag") == keys, "2: an Antrag without its key"


def _check_effects(installation: Installation) -> None:
    """5: every outbox row was sent and took effect in each consumer; nothing waits as a dead letter."""
    for service in SERVICES:
        unsent = installation.value(f"SELECT count(*) FROM {service}.outbox WHERE sent_at IS NULL")
        assert unsent == 0, f"5: the bus never got {unsent} facts of {service}"
        assert installation.value(f"SELECT count(*) FROM {service}.dead_letter") == 0, f"5: {service} has dead letters"
        topics = [f"dms.{topic}.v1" for topic in TOPICS[service]]
        types = [f"dms.{topic.split('.')[0]}.v1.{name}" for topic in TOPICS[service] for name in _READ_TYPES[service]]
        heard = installation.sql(_HEARD, topics, types)
        assert heard, f"5: {service} was told nothing: the check looks elsewhere"
        missed = installation.sql(_MISSED.format(schema=service) + _CONCERNS.get(service, ""), topics, types)
        assert missed == [], f"5: {service} did not apply {len(missed)} of {len(heard)} messages"


def _check_search(installation: Installation, origin: Origin, accepted: Mapping[str, tuple[Any, Sent]]) -> None:
    """6: search = database, for the counts of the whole index and for each accepted Antrag."""
    found = origin.read("leitung-32", "suche", q="Gewerbe", limit=1)
    assert found["indexiert_bis"], "6: search does not know how new its index is"
    indexed = installation.indexed()
    if indexed is not None:
        wanted_keys = installation.findable()
        assert wanted_keys - indexed == set(), "6: the index lacks what the database has"
        assert indexed - wanted_keys == set(), "6: the index holds what the database lacks"
    filed = {row["antrag_id"]: row for row in installation.sql(_FILED)}

    def check(answer: Mapping[str, Any], sent: Sent) -> None:
        hits = origin.read(OFFICIAL, "suche", q=sent.word, typ="dokument", limit=200)["items"]
        vorgang = filed[answer["id"]]
        assert set(vorgang["dokumente"]) <= {hit["id"] for hit in hits}, "6: a Dokument is not found"
        assert {hit["vorgang_id"] for hit in hits} == {vorgang["vorgang_id"]}, "6: a hit that the database lacks"

    _for_each(accepted, check)


def _for_each(accepted: Mapping[str, tuple[Any, Sent]], check: Callable[[Any, Sent], None]) -> None:
    with ThreadPoolExecutor(_CHECKERS) as checkers:
        for _ in checkers.map(lambda one: check(*one), accepted.values()):
            pass


def _check_protokoll(installation: Installation) -> None:
    """7: each act has its entry, each kept value its digest, and what is sealed stands."""
    for act, table in (
        ("ingest antrag.submitted", "ingest.antrag"),
        ("workflow aufgabe.opened", "workflow.aufgabe"),
    ):
        service, action = act.split(" ")
        entries = f"SELECT object_id FROM {service}.audit_entry WHERE action = $1"
        missing = installation.sql(f"SELECT id FROM {table} WHERE id NOT IN ({entries})", action)
        assert missing == [], f"7: {table} holds what nobody is said to have done"
        twice = installation.value(f"SELECT count(*) - count(DISTINCT object_id) FROM ({entries}) AS e", action)
        assert twice == 0, f"7: {twice} acts of {table} stand in the Protokoll twice"
    for service in SERVICES:
        kept = (
            f"SELECT salt, value, values_digest FROM {service}.audit_value JOIN {service}.audit_entry ON id = entry_id"
        )
        for row in installation.sql(kept):
            assert hashlib.sha256(row["salt"] + row["value"].encode()).digest() == row["values_digest"], "7: forged"
    code, said = installation.verified()
    assert code == 0, f"7: the sealed Protokoll does not verify:\n{said}"


def _check_nothing_is_half_done(installation: Installation) -> None:
    """8: a Vorgang has all its Dokumente, a Dokument its version, an Antrag its steps in order."""
    counts = (
        # Dokumente made by hand come later.
        "SELECT v.id FROM records.vorgang v"
        " LEFT JOIN records.dokument d ON d.vorgang_id = v.id AND d.antrag_id = v.antrag_id"
        " GROUP BY v.id, v.anzahl_dokumente HAVING count(d.id) <> v.anzahl_dokumente"
    )
    assert installation.sql(counts) == [], "8: a Vorgang without all its Dokumente"
    versions = (
        "SELECT id FROM records.dokument d WHERE NOT EXISTS"
        " (SELECT FROM records.dokumentversion v WHERE v.dokument_id = d.id AND v.nummer = d.aktuelle_version)"
    )
    assert installation.sql(versions) == [], "8: a Dokument without its version"
    gaps = (
        "SELECT d.id FROM records.dokument d JOIN records.dokumentversion v ON v.dokument_id = d.id"
        " GROUP BY d.id, d.aktuelle_version HAVING count(*) <> d.aktuelle_version OR max(v.nummer) <> count(*)"
    )
    assert installation.sql(gaps) == [], "8: a version is missing, or there twice"
    for name in ("akte", "vorgang", "dokument"):
        given = f"SELECT aktenzeichen FROM records.{name} WHERE aktenzeichen IS NOT NULL"
        twice = f"{given} GROUP BY mandant, aktenzeichen HAVING count(*) > 1"
        assert installation.sql(twice) == [], f"8: an Aktenzeichen of {name} was given twice"


def _check_logs(installation: Installation, secrets: Sequence[str]) -> None:
    """10: logs hold no personal data."""
    pattern = re.compile("|".join(re.escape(json.dumps(secret)[1:-1]) + "|" + re.escape(secret) for secret in secrets))
    for file in installation.logs():
        match = pattern.search(file.read_text(encoding="utf-8", errors="replace"))
        assert match is None, f"10: {file.name} holds {match and match[0]!r}"
