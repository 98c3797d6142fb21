"""What somebody who may not see a Vorgang is answered everywhere: as if it did not exist."""

from collections.abc import Sequence
from typing import Any

from tests.harness.client import Origin


def assert_hidden(
    origin: Origin,
    who: str,
    vorgang: dict[str, Any],
    *,
    dokumente: Sequence[dict[str, Any]],
    aufgabe_id: str,
    wort: str,
) -> None:
    """Check every operation that could tell of the Vorgang: 404, no entry, no hit, no count, no facet."""
    vorgang_id, aktenzeichen = vorgang["id"], vorgang["aktenzeichen"]
    antrag_path = f"antraege/{vorgang['eingang']['antrag_id']}"
    paths = [antrag_path, f"{antrag_path}/quittung", f"akten/{vorgang['akte_id']}", f"vorgaenge/{vorgang_id}"]
    paths += [f"vorgaenge/{vorgang_id}/dokumente", f"aufgaben/{aufgabe_id}"]
    for dokument in dokumente:
        path = f"dokumente/{dokument['id']}"
        paths += [path, f"{path}/inhalt", f"{path}/versionen/1/inhalt", f"{path}/lesefassung"]
    for path in paths:
        answer = origin.get(who, path)
        assert answer.status_code == 404, f"{who} {path}: {answer.status_code}"
        assert aktenzeichen not in answer.text
    for action in ("claim", "release", "complete"):
        body = {"ergebnis": "x"} if action == "complete" else None
        assert origin.post(who, f"aufgaben/{aufgabe_id}/{action}", body, If_Match="*").status_code == 404
    assert_not_listed(origin, who, vorgang)
    assert_not_found(origin, who, wort)


def assert_not_listed(origin: Origin, who: str, vorgang: dict[str, Any]) -> None:
    """Check the lists (ids only: a second Mandant may well give the same Aktenzeichen)."""
    for path, params in (
        ("vorgaenge", {}),
        ("vorgaenge", {"aktenzeichen": vorgang["aktenzeichen"]}),
        ("vorgaenge", {"akte_id": vorgang["akte_id"]}),
        ("akten", {}),
        ("aufgaben", {}),
        ("aufgaben", {"vorgang_id": vorgang["id"]}),
    ):
        listed = str(origin.items(who, path, limit=200, **params))
        assert vorgang["id"] not in listed
        assert vorgang["akte_id"] not in listed


def assert_not_found(origin: Origin, who: str, wort: str) -> None:
    """Check the search."""
    answer = origin.read(who, "suche", q=wort)
    assert (answer["items"], answer["next"], answer["anzahl"]) == ([], None, 0)
    assert all(not any(counts.values()) for counts in answer["facetten"].values()), answer["facetten"]
    assert wort not in str(answer)


def assert_nothing_crosses(origin: Origin, who: Sequence[str], there: Origin, antrag_id: str, wort: str) -> None:
    """Check that a Vorgang which its own office finds is hidden from others at another origin (or at the same one)."""
    owner = "sachbearbeitung-32"
    antrag = origin.wait_for(antrag_id, "durchsuchbar", "zugewiesen")
    vorgang = origin.read(owner, f"vorgaenge/{antrag['vorgang_id']}")
    assert origin.read(owner, "suche", q=wort)["anzahl"] >= 1
    dokumente = origin.items(owner, f"vorgaenge/{vorgang['id']}/dokumente")
    (aufgabe,) = origin.items(owner, "aufgaben", vorgang_id=vorgang["id"])
    for stranger in who:
        assert_hidden(there, stranger, vorgang, dokumente=dokumente, aufgabe_id=aufgabe["id"], wort=wort)
