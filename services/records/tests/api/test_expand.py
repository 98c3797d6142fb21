"""Reads that bring along what lies below, in a constant number of queries and within the reader's rights."""

from contextlib import contextmanager

import pytest
from sqlalchemy import event

pytestmark = pytest.mark.usefixtures("demo")
FILES = [(f"{number:02}.txt", "text/plain", b"x") for number in range(49)]


@contextmanager
def statements(container):
    """Collect what is sent to the database as the app role, but for what opens a transaction."""
    seen = []

    def note(_connection, _cursor, statement, *_rest):
        if "set_config" not in statement:
            seen.append(statement)

    event.listen(container.engine.sync_engine, "before_cursor_execute", note)
    try:
        yield seen
    finally:
        event.remove(container.engine.sync_engine, "before_cursor_execute", note)


@pytest.fixture
async def vorgang(client, ingest):
    """A Vorgang with 50 Dokumente: 49 files and the form data."""
    await ingest.submit(files=FILES)
    [vorgang] = (await client.get("vorgaenge")).json()["items"]
    return vorgang


async def test_vorgang_comes_with_its_dokumente(client, vorgang):
    answer = await client.get(f"vorgaenge/{vorgang['id']}", params={"expand": "dokumente"})
    listed = (await client.get(f"vorgaenge/{vorgang['id']}/dokumente")).json()
    assert answer.json()["dokumente"] == listed
    assert len(listed["items"]) == 50
    assert '"beitrag": 12.50' in answer.text
    assert "dokumente" not in (await client.get(f"vorgaenge/{vorgang['id']}")).json()


async def test_vorgang_with_fifty_dokumente_takes_as_many_queries_as_with_one(client, ingest, container, vorgang):
    await ingest.submit()
    counts = []
    for one in (await client.get("vorgaenge")).json()["items"]:
        with statements(container) as seen:
            answer = await client.get(f"vorgaenge/{one['id']}", params={"expand": "dokumente"})
        counts.append((len(answer.json()["dokumente"]["items"]), len(seen)))
    assert [number for number, _ in counts] == [1, 50]
    assert counts[0][1] == counts[1][1] <= 4, counts


async def test_akte_comes_with_teilakten_vorgaenge_and_their_dokumente(client, vorgang):
    path = f"akten/{vorgang['akte_id']}"
    await client.post("akten", {"titel": "Teil", "aktenplaneinheit": "32.20", "uebergeordnet_id": vorgang["akte_id"]})
    plain = (await client.get(path)).json()
    assert {"teilakten", "vorgaenge"}.isdisjoint(plain)
    akte = (await client.get(path, params={"expand": "teilakten,dokumente"})).json()
    assert [teilakte["titel"] for teilakte in akte["teilakten"]["items"]] == ["Teil"]
    [inside] = akte["vorgaenge"]["items"]
    dokumente = inside.pop("dokumente")
    assert inside == vorgang
    assert (len(dokumente["items"]), dokumente["next"]) == (50, None)
    without = (await client.get(path, params={"expand": "vorgaenge"})).json()
    assert without["vorgaenge"] == {"items": [vorgang], "next": None}
    assert {name: akte[name] for name in plain} == plain


async def test_akte_with_many_vorgaenge_takes_as_many_queries_as_with_one(client, ingest, container):
    counts = []
    for _ in range(3):
        await ingest.submit(leistung="99102013000000", files=FILES[:2])
        [vorgang, *_] = (await client.get("vorgaenge")).json()["items"]
        with statements(container) as seen:
            expanded = await client.get(f"akten/{vorgang['akte_id']}", params={"expand": "vorgaenge,dokumente"})
        inside = expanded.json()["vorgaenge"]["items"]
        counts.append((len(inside), sum(len(one["dokumente"]["items"]) for one in inside), len(seen)))
    assert [count[:2] for count in counts] == [(1, 3), (2, 6), (3, 9)]
    assert len({count[2] for count in counts}) == 1, counts
    assert counts[0][2] <= 5


async def test_more_dokumente_than_come_along_are_read_on_in_their_list(client, ingest):
    await ingest.submit(files=[*FILES, ("zuletzt.txt", "text/plain", b"x")])
    [vorgang] = (await client.get("vorgaenge")).json()["items"]
    akte = (await client.get(f"akten/{vorgang['akte_id']}", params={"expand": "dokumente"})).json()
    dokumente = akte["vorgaenge"]["items"][0]["dokumente"]
    assert len(dokumente["items"]) == 50
    rest = (await client.get(f"vorgaenge/{vorgang['id']}/dokumente", params={"cursor": dokumente["next"]})).json()
    assert [dokument["dateiname"] for dokument in rest["items"]] == ["zuletzt.txt"]


async def test_what_the_reader_may_not_see_does_not_come_along(client, vorgang, container):
    async with container.system_engine.begin() as connection:
        await connection.exec_driver_sql("UPDATE records.dokument SET rang = 2 WHERE nummer <= 10")
        await connection.exec_driver_sql("UPDATE records.dokument SET abgeschirmt = true WHERE nummer = 11")
    strict = {"titel": "Streng", "aktenplaneinheit": "32.20", "uebergeordnet_id": vorgang["akte_id"]}
    await client.post("akten", {**strict, "vertraulichkeit": "vertraulich"}, "leitung-32")
    seen = {}
    for who in ("anna-32", "leitung-32"):
        params = {"expand": "teilakten,dokumente"}
        akte = (await client.get(f"akten/{vorgang['akte_id']}", who, params=params)).json()
        alone = (await client.get(f"vorgaenge/{vorgang['id']}", who, params={"expand": "dokumente"})).json()
        assert akte["vorgaenge"]["items"][0]["dokumente"] == alone["dokumente"]
        seen[who] = (len(akte["teilakten"]["items"]), len(alone["dokumente"]["items"]))
    assert seen == {"anna-32": (0, 39), "leitung-32": (1, 49)}
    assert (await client.get(f"akten/{vorgang['akte_id']}", "dora-50", params=params)).status_code == 404


@pytest.mark.parametrize(
    "query", ["akten/{akte_id}?expand=alles", "vorgaenge/{id}?expand=akte", "akten/{akte_id}?expand="]
)
async def test_unknown_relations_are_422(client, vorgang, query):
    assert (await client.get(query.format(**vorgang))).status_code == 422
