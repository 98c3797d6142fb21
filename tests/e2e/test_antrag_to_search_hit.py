"""One Antrag from POST to search hit to completed Aufgabe, over HTTP only."""

import email
import hashlib
import io
import json
import os
import re
import uuid
from collections import Counter
from email import policy
from typing import Any

import docx
import pytest

from tests.harness.client import PORTAL, STEPS, File, Origin, an_antrag, eventually
from tests.harness.files import DOCX_TYPE, SAMPLES, a_docx, a_pdf, a_word, an_eml
from tests.harness.hidden import assert_hidden
from tests.harness.quittung import verified_quittung

OFFICIAL, STRANGER = "sachbearbeitung-32", "sachbearbeitung-50"
_SAMPLES = ("forms-pdf/Antrag_Beratungshilfe.pdf", "office/word-de.docx", "mail/utf8-8bit.eml")
_TYPES = {"pdf": "application/pdf", "docx": DOCX_TYPE, "eml": "message/rfc822"}


def made_files() -> tuple[list[File], str, str]:
    wort = a_word()
    return [a_pdf(f"Gewerbeschein {a_word()}"), a_docx("Lebenslauf", f"Abschluss in {wort}"), an_eml()], wort, wort


def sample_files() -> tuple[list[File], str, str]:
    """Return real files, a word out of the DOCX, and a word that only this Antrag holds."""
    missing = [name for name in _SAMPLES if not (SAMPLES / name).is_file()]
    if missing and os.environ.get("CI") == "true":
        pytest.fail(f"CI needs the real files: {missing} are not in {SAMPLES}")
    if missing:
        pytest.skip(f"the folder of real files is not here: {SAMPLES}")
    files = [(f"{a_word()}-{name.rpartition('/')[2]}", (SAMPLES / name).read_bytes(), "") for name in _SAMPLES]
    typed = [(name, content, _TYPES[name.rpartition(".")[2]]) for name, content, _ in files]
    return typed, _longest_word(typed[1][1]), a_word()


def _longest_word(content: bytes) -> str:
    text = " ".join(paragraph.text for paragraph in docx.Document(io.BytesIO(content)).paragraphs)
    return max(re.findall(r"[A-Za-zÄÖÜäöüß]{6,20}", text), key=len)


@pytest.mark.parametrize("files_of", [made_files, sample_files])
def test_an_antrag_becomes_a_search_hit_and_a_completed_aufgabe(origin: Origin, files_of: Any) -> None:
    files, wort, hidden_word = files_of()
    sent = json.dumps(an_antrag(betreff=f"Anmeldung {hidden_word}"), ensure_ascii=False).replace("12.5", "12.50")
    answer = origin.accepted(sent.encode(), files)
    _check_answer(origin, answer, sent.encode(), files)

    antrag = origin.wait_for(answer["id"], "durchsuchbar", "zugewiesen")
    vorgang = origin.read(OFFICIAL, f"vorgaenge/{antrag['vorgang_id']}")
    _check_vorgang(vorgang, antrag, sent)
    dokumente = origin.items(OFFICIAL, f"vorgaenge/{vorgang['id']}/dokumente")
    _check_dokumente(origin, dokumente, [("antrag.json", sent.encode(), "application/json"), *files])

    _check_hit(origin, wort, vorgang, dokumente)
    aufgabe = _check_work(origin, vorgang)
    assert_hidden(origin, STRANGER, vorgang, dokumente=dokumente, aufgabe_id=aufgabe["id"], wort=hidden_word)

    done = origin.wait_for(answer["id"], "abgeschlossen")
    assert [entry["schritt"] for entry in done["verlauf"]] == list(STEPS)
    assert done["status"] == "abgeschlossen"
    assert origin.read(OFFICIAL, f"antraege/{answer['id']}")["aktenzeichen"] == vorgang["aktenzeichen"]


def _check_answer(origin: Origin, answer: dict[str, Any], sent: bytes, files: list[File]) -> None:
    assert re.fullmatch(r"E-\d{4}-\d{7}", answer["eingangsnummer"])
    assert answer["status"] == "eingegangen"
    wanted = Counter((name, len(content), _hashes(content)) for name, content, _ in files)
    given = Counter((a["dateiname"], a["groesse"], (a["sha256"], a["sha512"])) for a in answer["anlagen"])
    assert given == wanted
    claims = verified_quittung(origin.url, answer["quittung"])
    assert (claims["sub"], claims["eingangsnummer"]) == (answer["id"], answer["eingangsnummer"])
    assert (claims["mandant"], claims["eingegangen_am"]) == (origin.mandant, answer["eingegangen_am"])
    sha256, sha512 = _hashes(sent)
    assert claims["antrag"] == {"groesse": len(sent), "sha256": sha256, "sha512": sha512}
    fields = ("id", "dateiname", "groesse", "sha256", "sha512")
    assert claims["anlagen"] == [{field: anlage[field] for field in fields} for anlage in answer["anlagen"]]
    again = origin.get(PORTAL, f"antraege/{answer['id']}/quittung")
    assert answer["quittung"] in again.text


def _check_vorgang(vorgang: dict[str, Any], antrag: dict[str, Any], sent: str) -> None:
    assert re.fullmatch(r"32\.20#\d{5}#\d{4}", vorgang["aktenzeichen"])
    assert vorgang["aktenzeichen"] == antrag["aktenzeichen"]
    assert (vorgang["status"], vorgang["federfuehrende_oe"]) == ("offen", "32")
    assert vorgang["eingang"]["antrag_id"] == antrag["id"]
    assert vorgang["eingang"]["formulardaten"] == json.loads(sent)["formulardaten"]


def _check_dokumente(origin: Origin, dokumente: list[dict[str, Any]], files: list[File]) -> None:
    """Read every file back: byte for byte what was sent."""
    assert len(dokumente) == len(files)
    assert len({dokument["aktenzeichen"] for dokument in dokumente}) == len(files)
    by_name = {dokument["dateiname"]: dokument for dokument in dokumente}
    for name, content, media_type in files:
        dokument = by_name[name]
        assert (dokument["version"], dokument["groesse"], dokument["mime_type"]) == (1, len(content), media_type)
        for path in ("inhalt", "versionen/1/inhalt"):
            answer = origin.get(OFFICIAL, f"dokumente/{dokument['id']}/{path}")
            assert answer.content == content
            assert hashlib.sha256(answer.content).hexdigest() == dokument["sha256"]
            assert answer.headers["x-content-type-options"] == "nosniff"


def _check_hit(origin: Origin, wort: str, vorgang: dict[str, Any], dokumente: list[dict[str, Any]]) -> None:
    answer = origin.read(OFFICIAL, "suche", q=wort, typ="dokument")
    word_file = next(dokument for dokument in dokumente if dokument["dateiname"].endswith(".docx"))
    hit = next(item for item in answer["items"] if item["id"] == word_file["id"])
    assert (hit["typ"], hit["vorgang_id"], hit["federfuehrende_oe"]) == ("dokument", vorgang["id"], "32")
    assert "<em>" in hit["ausschnitt"]
    assert answer["anzahl"] >= 1
    assert answer["facetten"]["federfuehrende_oe"]["32"] >= 1


def _check_work(origin: Origin, vorgang: dict[str, Any]) -> dict[str, Any]:
    (aufgabe,) = origin.items(OFFICIAL, "aufgaben", vorgang_id=vorgang["id"])
    assert (aufgabe["status"], aufgabe["titel"], aufgabe["organisationseinheit"]) == ("offen", "Antrag prüfen", "32")
    path = f"aufgaben/{aufgabe['id']}"
    claimed = origin.post(OFFICIAL, f"{path}/claim", If_Match=aufgabe["etag"], Idempotency_Key=str(uuid.uuid4()))
    assert claimed.status_code == 200, claimed.text
    assert claimed.json()["bearbeiter"]["sub"] == origin.read(OFFICIAL, "ich")["sub"]
    body = {"ergebnis": "Gewerbe eingetragen", "bemerkung": "Unterlagen vollständig"}
    completed = origin.post(OFFICIAL, f"{path}/complete", body, If_Match=claimed.headers["etag"])
    assert completed.status_code == 200, completed.text
    assert origin.get(OFFICIAL, path).headers["etag"] == completed.headers["etag"] == completed.json()["etag"]
    return aufgabe


def _hashes(content: bytes) -> tuple[str, str]:
    return hashlib.sha256(content).hexdigest(), hashlib.sha512(content).hexdigest()


def test_a_vorgang_follows_its_aufgabe(origin: Origin) -> None:
    antrag = origin.wait_for(origin.accepted(an_antrag())["id"], "zugewiesen")
    (aufgabe,) = origin.items(OFFICIAL, "aufgaben", vorgang_id=antrag["vorgang_id"])
    path = f"aufgaben/{aufgabe['id']}"
    origin.post(OFFICIAL, f"{path}/claim", If_Match="*")
    _wait_for_status(origin, antrag["vorgang_id"], "in_bearbeitung")
    origin.post(OFFICIAL, f"{path}/release", If_Match="*")
    _wait_for_status(origin, antrag["vorgang_id"], "offen")


def _wait_for_status(origin: Origin, vorgang_id: str, status: str) -> None:
    eventually(lambda: origin.read(OFFICIAL, f"vorgaenge/{vorgang_id}")["status"] == status, f"Vorgang {status}")


def test_the_parts_of_a_mail_are_text_of_its_dokument(origin: Origin) -> None:
    wort = a_word()
    name, content, media_type = an_eml(f"Ich bitte um {wort}.")
    assert email.message_from_bytes(content, policy=policy.default).get_content().strip().endswith(f"{wort}.")
    answer = origin.accepted(an_antrag(), [(name, content, media_type)])
    origin.wait_for(answer["id"], "durchsuchbar")
    hits = origin.read(OFFICIAL, "suche", q=wort)["items"]
    assert [hit["titel"] for hit in hits if hit["typ"] == "dokument"]
