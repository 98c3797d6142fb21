"""Units of the plan over HTTP: created, changed, closed, refused, and never without their history."""

import asyncio

import pytest

pytestmark = pytest.mark.usefixtures("demo")
TODAY = "2026-03-02"
NEW = {"schluessel": "32.25", "titel": "Reisegewerbe", "uebergeordnet": "32"}


@pytest.fixture
def plan(client):
    return Plan(client)


class Plan:
    """The plan as its editor changes it."""

    def __init__(self, client):
        self.client = client

    async def create(self, who="aktenplan", headers=None, **facts):
        return await self.client.request("POST", "aktenplan", who, json=facts, headers=headers or {})

    async def created(self, **facts):
        answer = await self.create(**{"titel": "T", **facts})
        assert answer.status_code == 201, answer.text
        return answer.json()

    async def change(self, einheit, *, who="aktenplan", if_match=None, **facts):
        headers = {"If-Match": einheit["etag"] if if_match is None else if_match}
        return await self.client.request("PATCH", f"aktenplan/{einheit['id']}", who, json=facts, headers=headers)

    async def close(self, einheit, *, if_match="*", **facts):
        path = f"aktenplan/{einheit['id']}/close"
        return await self.client.request("POST", path, "aktenplan", json=facts, headers={"If-Match": if_match})

    async def tree(self, **query):
        return (await self.client.get("aktenplan", params=query)).json()["items"]

    async def find(self, schluessel, **query):
        waiting = list(await self.tree(**query))
        for einheit in waiting:
            if einheit["schluessel"] == schluessel:
                return einheit
            waiting += einheit["untergeordnet"]
        return None

    async def history(self, einheit, **query):
        return (await self.client.get(f"aktenplan/{einheit['id']}/historie", params=query)).json()


def problem(answer):
    faults = [fault["pointer"] for fault in answer.json().get("errors", [])]
    return answer.status_code, answer.json()["type"].removeprefix("/problems/"), faults


async def test_created_unit_stands_in_the_tree_and_is_read_alone(client, plan):
    answer = await plan.create(**NEW, aufbewahrungsdauer=3, produktnummer="12.2.01")
    created = answer.json()
    assert answer.status_code == 201
    assert answer.headers["location"] == f"/api/v1/aktenplan/{created['id']}"
    read = await client.get(f"aktenplan/{created['id']}")
    assert read.json() == created
    assert read.headers["etag"] == answer.headers["etag"] == created["etag"] == '"1"'
    assert (created["gueltig_von"], created["produktnummer"], created["uebergeordnet"]) == (TODAY, "12.2.01", "32")
    in_tree = await plan.find("32.25")
    assert in_tree.pop("untergeordnet") == []
    assert in_tree == created


async def test_unit_that_names_none_above_stands_at_the_top(plan):
    created = await plan.created(schluessel="70", organisationseinheit="66")
    assert created["uebergeordnet"] is None
    assert created["id"] in [einheit["id"] for einheit in await plan.tree()]


async def test_what_a_unit_does_not_say_it_inherits(plan):
    created = await plan.created(schluessel="61.11", uebergeordnet="61.10")
    assert (created["aussonderungsart"], created["aufbewahrungsdauer"], created["unbefristet"]) == (None, None, None)
    assert created["gilt"] == {
        "aussonderungsart": "A",
        "aufbewahrungsdauer": None,
        "unbefristet": True,
        "organisationseinheit": "61",
        "aktenbildung": "fallakte",
        "stillgelegt": False,
    }
    answer = await plan.change(created, aufbewahrungsdauer=7)
    assert (answer.json()["gilt"]["aufbewahrungsdauer"], answer.json()["gilt"]["unbefristet"]) == (7, False)


async def test_plan_may_have_any_depth_that_a_reader_can_read(plan):
    above = "10"
    for level in range(2, 49):
        above = (await plan.created(schluessel=f"10-{level}", uebergeordnet=above))["schluessel"]
    answer = await plan.create(schluessel="10-49", titel="T", uebergeordnet=above)
    assert problem(answer) == (409, "aktenplan-zu-tief", ["/uebergeordnet"])
    assert (await plan.client.get("aktenplan")).status_code == 200


@pytest.mark.parametrize("who", ["anna-32", "chefin-00", "poststelle", "betrieb"])
async def test_only_the_role_aktenplan_changes_the_plan(plan, who):
    known = await plan.find("32.20")
    assert (await plan.create(who, **NEW)).status_code == 403
    assert (await plan.change(known, who=who, titel="X")).status_code == 403


async def test_another_mandant_has_no_such_unit(client, plan):
    known = await plan.find("32.20")
    assert (await plan.change(known, who="aktenplan-nachbarstadt", titel="X")).status_code == 404
    assert (await client.get(f"aktenplan/{known['id']}", "aktenplan-nachbarstadt")).status_code == 404
    assert (await client.get(f"aktenplan/{known['id']}/historie", "aktenplan-nachbarstadt")).status_code == 404


async def test_change_needs_the_current_etag(client, plan):
    known = await plan.find("32.20")
    path = f"aktenplan/{known['id']}"
    assert (await client.request("PATCH", path, "aktenplan", json={"titel": "X"})).status_code == 428
    assert (await client.request("POST", f"{path}/close", "aktenplan", json={})).status_code == 428
    assert (await plan.change(known, titel="Gewerbe")).status_code == 200
    assert (await plan.change(known, titel="Gewerbe anders")).status_code == 412
    assert (await plan.close(known, if_match=known["etag"])).status_code == 412


async def test_change_of_nothing_is_no_new_stand(plan):
    known = await plan.find("32.20")
    assert (await plan.change(known, titel=known["titel"])).json()["etag"] == known["etag"]
    assert len((await plan.history(known))["items"]) == 1


async def test_every_stand_stays_in_the_history(plan, clock):
    created = await plan.created(**NEW, grund="Neu im Geschäftsverteilungsplan")
    clock.advance(3 * 86_400)
    changed = (await plan.change(created, titel="Reise- und Marktgewerbe", uebergeordnet="32.20")).json()
    closed = (await plan.close(changed)).json()
    page = await plan.history(created, limit=2)
    rest = await plan.history(created, cursor=page["next"])
    staende = page["items"] + rest["items"]
    assert [(row["version"], row["anlass"], row["wirksam_ab"]) for row in staende] == [
        (3, "geschlossen", "2026-03-05"),
        (2, "geaendert", "2026-03-05"),
        (1, "angelegt", TODAY),
    ]
    assert [row["angaben"]["uebergeordnet"] for row in staende] == ["32.20", "32.20", "32"]
    assert [row["angaben"]["titel"] for row in staende[1:]] == ["Reise- und Marktgewerbe", "Reisegewerbe"]
    assert (staende[0]["angaben"]["gueltig_bis"], closed["gueltig_bis"]) == ("2026-03-05", "2026-03-05")
    assert (staende[2]["grund"], staende[2]["geaendert_von"]) == ("Neu im Geschäftsverteilungsplan", "sub-aktenplan")
    assert staende[0]["geaendert_am"].startswith("2026-03-05T")


async def test_plan_is_read_as_it_held_on_a_day(plan, clock):
    created = await plan.created(**NEW)
    clock.advance(3 * 86_400)
    await plan.close((await plan.change(created, titel="Marktgewerbe")).json())
    assert (await plan.find("32.25", stichtag=TODAY))["titel"] == "Reisegewerbe"
    assert await plan.find("32.25", stichtag="2026-03-05") is None
    assert await plan.find("32.25", stichtag="2026-03-01") is None
    assert (await plan.find("32.25"))["gueltig_bis"] == "2026-03-05"


async def test_protokoll_names_every_act(plan, rows):
    created = await plan.created(**NEW)
    await plan.close((await plan.change(created, titel="X")).json())
    found = await rows(
        "SELECT action, actor FROM records.audit_entry WHERE object_id = :id ORDER BY id", id=created["id"]
    )
    assert [row.action for row in found] == [f"aktenplaneinheit.{act}" for act in ("created", "changed", "changed")]
    assert {row.actor for row in found} == {"sub-aktenplan"}


async def test_repeated_key_gets_the_first_answer_again(plan):
    first = await plan.create(**NEW, headers={"Idempotency-Key": "k-1"})
    again = await plan.create(**NEW, headers={"Idempotency-Key": "k-1"})
    assert (again.status_code, again.json()) == (201, first.json())
    assert again.headers["idempotency-replayed"] == "true"
    assert again.headers["location"] == first.headers["location"]
    other = await plan.create(**{**NEW, "titel": "Anders"}, headers={"Idempotency-Key": "k-1"})
    assert other.status_code == 422


@pytest.mark.parametrize(
    ("facts", "expected"),
    [
        ({**NEW, "schluessel": "32.20"}, (409, "aktenplaneinheit-vorhanden", ["/schluessel"])),
        ({**NEW, "uebergeordnet": "99"}, (409, "uebergeordnete-einheit-unzulaessig", ["/uebergeordnet"])),
        ({**NEW, "uebergeordnet": "32.90"}, (409, "uebergeordnete-einheit-unzulaessig", ["/uebergeordnet"])),
        ({**NEW, "uebergeordnet": "32.25"}, (409, "uebergeordnete-einheit-unzulaessig", ["/uebergeordnet"])),
        ({**NEW, "organisationseinheit": "99"}, (409, "organisationseinheit-unbekannt", ["/organisationseinheit"])),
        ({**NEW, "gueltig_von": "2020-01-01"}, (409, "gueltigkeit-unvereinbar", ["/gueltig_von"])),
        ({**NEW, "gueltig_bis": "2026-01-01"}, (409, "gueltigkeit-unvereinbar", ["/gueltig_bis"])),
        (
            {**NEW, "aktenzeichen_akte": "{plan}#{akte}#{amt}"},
            (422, "aktenzeichen-vorlage-ungueltig", ["/aktenzeichen_akte"]),
        ),
        (
            {**NEW, "aktenzeichen_vorgang": "{vorgang}"},
            (422, "aktenzeichen-vorlage-ungueltig", ["/aktenzeichen_vorgang"]),
        ),
        (
            {**NEW, "aktenzeichen_akte": "{plan}#{produktnummer}#{akte}"},
            (422, "aktenzeichen-vorlage-ungueltig", ["/aktenzeichen_akte"]),
        ),
        ({**NEW, "schluessel": "3 2"}, (422, "eingabe-ungueltig", ["/schluessel"])),
        ({**NEW, "titel": " "}, (422, "eingabe-ungueltig", ["/titel"])),
        ({**NEW, "aussonderungsart": "X"}, (422, "eingabe-ungueltig", ["/aussonderungsart"])),
        ({**NEW, "aufbewahrungsdauer": -1}, (422, "eingabe-ungueltig", ["/aufbewahrungsdauer"])),
        ({**NEW, "aufbewahrungsdauer": 5, "unbefristet": True}, (422, "eingabe-ungueltig", ["/aufbewahrungsdauer"])),
        ({**NEW, "gueltig_von": 20_000}, (422, "eingabe-ungueltig", ["/gueltig_von"])),
        ({**NEW, "gueltig_von": "2026-W02-1"}, (422, "eingabe-ungueltig", ["/gueltig_von"])),
        ({**NEW, "gueltig_von": "2026-02-30"}, (422, "eingabe-ungueltig", ["/gueltig_von"])),
        ({**NEW, "farbe": "rot"}, (422, "eingabe-ungueltig", ["/farbe"])),
        ({"schluessel": "32.25"}, (422, "eingabe-ungueltig", ["/titel"])),
    ],
    ids=str,
)
async def test_bad_unit_is_refused_and_nothing_is_kept(plan, facts, expected):
    before = await plan.tree()
    assert problem(await plan.create(**facts)) == expected
    assert await plan.tree() == before


async def test_unit_is_moved_but_never_below_itself(plan):
    above = await plan.created(schluessel="32.25", uebergeordnet="32")
    await plan.created(schluessel="32.25.1", uebergeordnet="32.25")
    for target in ("32.25", "32.25.1"):
        answer = await plan.change(above, uebergeordnet=target)
        assert problem(answer) == (409, "aktenplan-zirkel", ["/uebergeordnet"])
    assert (await plan.change(above, uebergeordnet=None)).json()["uebergeordnet"] is None
    top = [einheit["schluessel"] for einheit in await plan.tree()]
    assert top == ["10", "32", "32.25", "50", "56", "61", "66"]


async def test_two_moves_at_once_make_no_circle(plan):
    first = await plan.created(schluessel="a", uebergeordnet="32")
    second = await plan.created(schluessel="b", uebergeordnet="32")
    answers = await asyncio.gather(plan.change(first, uebergeordnet="b"), plan.change(second, uebergeordnet="a"))
    assert sorted(answer.status_code for answer in answers) == [200, 409]


async def test_key_never_changes(plan):
    known = await plan.find("32.20")
    assert problem(await plan.change(known, schluessel="32.21")) == (422, "eingabe-ungueltig", ["/schluessel"])


async def test_unit_with_open_ones_below_is_not_closed(plan):
    above = await plan.created(schluessel="32.25", uebergeordnet="32")
    below = await plan.created(schluessel="32.25.1", uebergeordnet="32.25")
    assert problem(await plan.close(above)) == (409, "untergeordnete-einheiten-offen", ["/gueltig_bis"])
    assert (await plan.close(below)).status_code == 200
    assert (await plan.close(above)).status_code == 200


async def test_what_is_closed_is_closed_for_ever(plan):
    closed = (await plan.close(await plan.created(**NEW))).json()
    assert problem(await plan.change(closed, titel="X")) == (409, "aktenplaneinheit-geschlossen", [])
    assert problem(await plan.close(closed)) == (409, "aktenplaneinheit-geschlossen", [])
    answer = await plan.create(schluessel="32.25.1", titel="T", uebergeordnet="32.25")
    assert problem(answer) == (409, "uebergeordnete-einheit-unzulaessig", ["/uebergeordnet"])


async def test_stand_may_not_begin_before_the_one_it_follows(plan, clock):
    created = await plan.created(**NEW)
    clock.advance(5 * 86_400)
    changed = (await plan.change(created, titel="B", wirksam_ab="2026-03-05")).json()
    for day in ("2026-03-04", "2026-03-08"):
        answer = await plan.change(changed, titel="C", wirksam_ab=day)
        assert problem(answer) == (409, "gueltigkeit-unvereinbar", ["/wirksam_ab"])
    assert (await plan.find("32.25", stichtag="2026-03-05"))["titel"] == "B"
    assert (await plan.find("32.25", stichtag="2026-03-04"))["titel"] == "Reisegewerbe"


async def test_validity_may_not_leave_out_what_is_filed(plan, ingest, clock):
    known = await plan.find("32.20")
    clock.advance(5 * 86_400)
    await ingest.submit()
    answer = await plan.close(known, gueltig_bis="2026-03-05")
    assert problem(answer) == (409, "gueltigkeit-unvereinbar", ["/gueltig_bis"])
    answer = await plan.change(known, gueltig_von="2026-03-09")
    assert problem(answer) == (409, "gueltigkeit-unvereinbar", ["/gueltig_von"])
    assert (await plan.close(known)).status_code == 200


async def test_attribute_that_a_template_below_names_cannot_be_taken_away(plan):
    above = await plan.created(schluessel="32.25", uebergeordnet="32", produktnummer="12.2")
    template = "{plan}/{produktnummer}/{akte}"
    await plan.created(schluessel="32.25.1", uebergeordnet="32.25", aktenzeichen_akte=template)
    answer = await plan.change(above, produktnummer=None)
    assert problem(answer) == (422, "aktenzeichen-vorlage-ungueltig", ["/aktenzeichen_akte"])
