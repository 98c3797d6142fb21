"""The lease of a check-out."""

from datetime import UTC, datetime, timedelta
from uuid import uuid4

import pytest

from dms_kit.core.actor import Actor
from dms_records.domain.bearbeitungssperre import Bearbeitungssperre, check_free, check_held
from dms_records.domain.dokument_errors import (
    BearbeitungssperreEndedError,
    DokumentCheckedOutError,
    DokumentNotCheckedOutError,
)

MOMENT = datetime(2026, 3, 2, 8, tzinfo=UTC)
HOUR = timedelta(hours=1)
LEASE = Bearbeitungssperre.of(Actor(mandant="m", sub="a", name="Anna"), uuid4(), moment=MOMENT, dauer=HOUR)
LATER = MOMENT + HOUR


@pytest.mark.parametrize(
    ("sperre", "moment", "sub", "refusal"),
    [
        (None, MOMENT, "a", None),
        (LEASE, MOMENT, "a", None),
        (LEASE, MOMENT, "b", DokumentCheckedOutError),
        (LEASE, MOMENT, None, DokumentCheckedOutError),
        (LEASE, LATER - timedelta(microseconds=1), "b", DokumentCheckedOutError),
        (LEASE, LATER, "b", None),
        (LEASE, LATER, None, None),
    ],
)
def test_lease_holds_others_back_until_its_end(sperre, moment, sub, refusal):
    if refusal is None:
        check_free(sperre, moment, sub=sub)
    else:
        with pytest.raises(refusal) as raised:
            check_free(sperre, moment, sub=sub)
        assert raised.value.members == {"inhaber": {"sub": "a", "name": "Anna"}, "bis": "2026-03-02T09:00:00Z"}


@pytest.mark.parametrize(
    ("sperre", "moment", "sub", "refusal"),
    [
        (LEASE, MOMENT, "a", None),
        (None, MOMENT, "a", DokumentNotCheckedOutError),
        (LEASE, MOMENT, "b", DokumentCheckedOutError),
        (LEASE, LATER, "b", DokumentNotCheckedOutError),
        (LEASE, LATER, "a", BearbeitungssperreEndedError),
    ],
)
def test_only_the_holder_of_a_running_lease_may_go_on(sperre, moment, sub, refusal):
    if refusal is None:
        assert check_held(sperre, moment, sub=sub) is LEASE
    else:
        with pytest.raises(refusal):
            check_held(sperre, moment, sub=sub)
