"""HTTP in, answer or problem out."""

import asyncio
from uuid import uuid4

import pytest


async def test_a_new_vorgang_is_an_open_aufgabe_of_its_office(api, records) -> None:
    vorgang = await records.create("32")
    aufgabe = await api.only("anna-32", status="offen")
    assert aufgabe["titel"] == "Antrag prüfen"
    assert (aufgabe["vorgang_id"], aufgabe["antrag_id"]) == (vorgang.id, vorgang.antrag_id)
    assert (aufgabe["organisationseinheit"], aufgabe["bearbeiter"], aufgabe["etag"]) == ("32", None, '"1"')
    assert (aufgabe["faellig_am"], aufgabe["erstellt_am"]) == ("2026-03-16", "2026-03-02T08:00:00Z")
    assert "bemerkung" not in aufgabe
    single = await api.get("anna-32", f"aufgaben/{aufgabe['id']}")
    assert single.json() == {**aufgabe, "bemerkung": None}
    assert single.headers["etag"] == '"1"'
    assert single.headers["cache-control"] == "private, no-store"


async def test_another_office_and_another_mandant_see_nothing(api, records) -> None:
    await records.found("nachbarstadt")
    await records.create("32")
    aufgabe = await api.only("anna-32")
    for stranger in ("dora-50", "anna-nachbarstadt"):
        assert (await api.get(stranger, "aufgaben")).json() == {"items": [], "next": None}
        unknown = await api.get(stranger, f"aufgaben/{uuid4()}")
        answers = [
            await api.get(stranger, f"aufgaben/{aufgabe['id']}"),
            await api.post(stranger, f"aufgaben/{aufgabe['id']}/claim", If_Match="*"),
            await api.post(stranger, f"aufgaben/{aufgabe['id']}/release"),
            await api.post(stranger, f"aufgaben/{aufgabe['id']}/complete", {"ergebnis": ""}),
        ]
        for answer in answers:
            assert answer.status_code == 404
            assert {**answer.json(), "instance": ""} == {**unknown.json(), "instance": ""}


async def test_more_confidential_than_the_role_reaches_is_not_visible(api, records) -> None:
    await records.create("32", rang=2)
    assert (await api.get("anna-32", "aufgaben")).json()["items"] == []
    assert (await api.only("chefin-32"))["status"] == "offen"


async def test_shielded_is_visible_to_nobody(api, records) -> None:
    await records.create("32", abgeschirmt=True)
    assert (await api.get("chefin-32", "aufgaben")).json()["items"] == []


@pytest.mark.parametrize("who", ["betrieb"])
async def test_who_holds_no_right_is_refused_before_anything_is_loaded(api, who) -> None:
    assert (await api.get(who, "aufgaben")).status_code == 403
    assert (await api.post(who, f"aufgaben/{uuid4()}/claim")).status_code == 403


async def test_without_token_nothing_is_answered(api) -> None:
    answer = await api.client.get("/api/v1/aufgaben")
    assert answer.status_code == 401
    assert answer.headers["www-authenticate"] == "Bearer"


async def test_registratur_reads_but_does_not_work(api, records) -> None:
    await records.create("32")
    aufgabe = await api.only("register-32")
    assert (await api.post("register-32", f"aufgaben/{aufgabe['id']}/claim", If_Match="*")).status_code == 403
    # A right to work elsewhere is no right to work here.
    assert (await api.post("both", f"aufgaben/{aufgabe['id']}/claim", If_Match="*")).status_code == 403


async def test_claim_release_claim_complete(api, records) -> None:
    await records.create("32")
    aufgabe = await api.only("anna-32")
    path = f"aufgaben/{aufgabe['id']}"
    claimed = await api.post("anna-32", f"{path}/claim", If_Match=aufgabe["etag"])
    assert claimed.status_code == 200
    assert claimed.json()["status"] == "uebernommen"
    assert claimed.json()["bearbeiter"] == {"sub": "sub-anna", "name": "Anna"}
    assert claimed.headers["etag"] == claimed.json()["etag"] == '"2"'
    released = await api.post("anna-32", f"{path}/release", If_Match='"2"')
    assert (released.json()["status"], released.json()["bearbeiter"]) == ("offen", None)
    await api.post("bernd-32", f"{path}/claim", If_Match='"3"')
    body = {"ergebnis": "genehmigt", "bemerkung": "vollständig"}
    completed = await api.post("bernd-32", f"{path}/complete", body, If_Match='"4"')
    assert completed.status_code == 200
    assert completed.json() == {**completed.json(), "status": "erledigt", **body}
    assert (await api.only("anna-32", status="erledigt"))["ergebnis"] == "genehmigt"
    assert (await api.get("anna-32", "aufgaben", status="offen")).json()["items"] == []


async def test_if_match_is_required_and_compared(api, records) -> None:
    await records.create("32")
    path = f"aufgaben/{(await api.only('anna-32'))['id']}"
    for act, body in (("claim", None), ("release", None), ("complete", {"ergebnis": ""})):
        assert (await api.post("anna-32", f"{path}/{act}", body)).status_code == 428
        assert (await api.post("anna-32", f"{path}/{act}", body, If_Match='"7"')).status_code == 412
    assert (await api.post("anna-32", f"{path}/complete", {"ergebnis": ""}, If_Match="*")).status_code == 422
    unclaimed = await api.post("anna-32", f"{path}/complete", {"ergebnis": "x"}, If_Match="*")
    assert (unclaimed.status_code, unclaimed.json()["type"]) == (409, "/problems/aufgabe-nicht-uebernommen")


async def test_the_winner_may_claim_and_complete_again(api, records) -> None:
    await records.create("32")
    path = f"aufgaben/{(await api.only('anna-32'))['id']}"
    first = await api.post("anna-32", f"{path}/claim", If_Match='"1"')
    for etag in ('"1"', '"2"', "*"):
        again = await api.post("anna-32", f"{path}/claim", If_Match=etag)
        assert (again.status_code, again.json()) == (200, first.json())
    assert (await api.post("anna-32", f"{path}/claim")).status_code == 428
    done = await api.post("anna-32", f"{path}/complete", {"ergebnis": "ja"}, If_Match='"2"')
    again = await api.post("anna-32", f"{path}/complete", {"ergebnis": "ja"}, If_Match='"2"')
    assert (again.status_code, again.json()) == (200, done.json())
    other = await api.post("anna-32", f"{path}/complete", {"ergebnis": "nein"}, If_Match="*")
    assert (other.status_code, other.json()["type"]) == (409, "/problems/aufgabe-erledigt")


async def test_only_the_bearbeiter_goes_on_and_the_leitung_may_release(api, records) -> None:
    await records.create("32")
    path = f"aufgaben/{(await api.only('anna-32'))['id']}"
    await api.post("anna-32", f"{path}/claim", If_Match="*")
    for act, body in (("release", None), ("complete", {"ergebnis": "x"})):
        answer = await api.post("bernd-32", f"{path}/{act}", body, If_Match="*")
        assert (answer.status_code, answer.json()["type"]) == (409, "/problems/aufgabe-anderer-bearbeiter")
    assert (await api.post("chefin-32", f"{path}/release", If_Match="*")).status_code == 200


async def test_one_of_many_wins(api, records, rows) -> None:
    await records.create("32")
    path = f"aufgaben/{(await api.only('anna-32'))['id']}/claim"
    people = ["anna-32", "bernd-32", "chefin-32"] * 8
    tags = ['"1"', "*"] * 12
    answers = await asyncio.gather(*(api.post(who, path, If_Match=tag) for who, tag in zip(people, tags, strict=True)))
    winners = {who for who, answer in zip(people, answers, strict=True) if answer.status_code == 200}
    assert len(winners) == 1
    losers = {answer.status_code for answer in answers} - {200}
    assert losers <= {409, 412}
    assert len(await rows("SELECT id FROM workflow.outbox WHERE type LIKE '%Claimed'")) == 1


async def test_a_repeated_key_gets_the_first_answer_again(api, records) -> None:
    await records.create("32")
    path = f"aufgaben/{(await api.only('anna-32'))['id']}"
    first = await api.post("anna-32", f"{path}/claim", If_Match='"1"', Idempotency_Key="k1")
    released = await api.post("anna-32", f"{path}/release", If_Match='"2"', Idempotency_Key="k1")
    again = await api.post("anna-32", f"{path}/claim", If_Match='"1"', Idempotency_Key="k1")
    assert (again.status_code, again.content) == (200, first.content)
    assert (again.headers["idempotency-replayed"], again.headers["etag"]) == ("true", '"2"')
    again = await api.post("anna-32", f"{path}/release", If_Match='"2"', Idempotency_Key="k1")
    assert (again.status_code, again.content) == (200, released.content)
    # Another person's request is another request, even of the same client.
    stranger = await api.post("bernd-32", f"{path}/claim", If_Match="*", Idempotency_Key="k1")
    assert stranger.status_code == 422


async def test_pages_follow_each_other_without_gap_or_repetition(api, records) -> None:
    for _ in range(7):
        await records.create("32")
    seen, cursor = [], None
    while True:
        page = (await api.get("anna-32", "aufgaben", limit=3, **({"cursor": cursor} if cursor else {}))).json()
        seen += [item["id"] for item in page["items"]]
        cursor = page["next"]
        await records.create("32")
        if len(seen) >= 7 or cursor is None:
            break
    assert seen == sorted(set(seen))
    backwards = (await api.get("anna-32", "aufgaben", sort="-faellig_am", limit=200)).json()["items"]
    assert [item["id"] for item in backwards] == sorted((item["id"] for item in backwards), reverse=True)


async def test_filters_narrow_the_list(api, records) -> None:
    first, second = await records.create("32"), await records.create("50")
    assert (await api.only("anna-32", vorgang_id=first.id))["vorgang_id"] == first.id
    assert (await api.get("anna-32", "aufgaben", vorgang_id=second.id)).json()["items"] == []
    assert (await api.only("anna-32", organisationseinheit="32"))["organisationseinheit"] == "32"
    for nowhere in ("50", "gibt es nicht"):
        assert (await api.get("anna-32", "aufgaben", organisationseinheit=nowhere)).json()["items"] == []


@pytest.mark.parametrize(
    "params", [{"status": "fertig"}, {"vorgang_id": "x"}, {"limit": 0}, {"cursor": "!"}, {"sort": "titel"}]
)
async def test_a_wrong_parameter_is_pointed_at(api, params) -> None:
    answer = await api.get("anna-32", "aufgaben", **params)
    assert answer.status_code == 422
    assert answer.json()["errors"][0]["pointer"] == f"/query/{next(iter(params))}"


async def test_a_broken_body_is_refused(api, records) -> None:
    await records.create("32")
    path = f"/api/v1/aufgaben/{(await api.only('anna-32'))['id']}/complete"
    headers = {"Authorization": "Bearer anna-32", "If-Match": "*", "Content-Type": "application/json"}
    for body in (b"{", b'{"ergebnis": "a", "ergebnis": "b"}', b'{"ergebnis": NaN}', b'{"ergebnis": "\\u0000"}'):
        assert (await api.client.post(path, content=body, headers=headers)).status_code == 400
    for body in (b"{}", b'{"ergebnis": 1}', b"[]"):
        assert (await api.client.post(path, content=body, headers=headers)).status_code == 422


async def test_betrieb_sees_no_dead_letters_when_there_are_none(api) -> None:
    answer = await api.get("betrieb", "betrieb/workflow/dead-letters")
    assert answer.json() == {"items": [], "next": None}
    assert (await api.get("anna-32", "betrieb/workflow/dead-letters")).status_code == 403
