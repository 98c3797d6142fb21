"""The keys by which the database sorts, whatever its locale."""

import random

from sqlalchemy import literal, select

from dms_kit.core.text import sort_key
from dms_records.adapters.postgres.ordering import folded, natural

IN_ORDER = [
    "",
    "32.2#00001",
    "32.2#0002",
    "32.2#10",
    "32.2.1#1",
    "32.9#1",
    "32.10#1",
    "32.10#999999",
    "32.10#1000000",
    "32.10#20261130",
    "32.10#20261130000001",
    "32.10#99999999999999999999",
    "O/1",
    "ö/2",
    "Ö/10",
    "P/1",
    "straße 1",
    "STRASSE 2",
]


async def keys(container, make, texts):
    async with container.engine.connect() as connection:
        return [(await connection.execute(select(make(literal(text))))).scalar_one() for text in texts]


async def test_numbers_count_as_numbers_and_letters_without_case_and_accents(container):
    mixed = random.Random(1).sample(IN_ORDER, len(IN_ORDER))
    pairs = zip(await keys(container, natural, mixed), mixed, strict=True)
    assert [text for _, text in sorted(pairs, key=lambda pair: pair[0].encode())] == IN_ORDER


async def test_leading_zeros_do_not_count(container):
    assert len(set(await keys(container, natural, ["1/7", "1/007", "01/0000000007"]))) == 1


async def test_folded_text_is_as_python_folds_it(container):
    texts = ["Ämter", "ÖFFENTLICHE Straße", "Ça va", "Žižka", "E\u0301"]
    assert await keys(container, folded, texts) == [sort_key(text) for text in texts]
