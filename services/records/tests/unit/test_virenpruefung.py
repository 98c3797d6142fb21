"""What follows from a virus scan, for every state of a file and every choice of an installation."""

from datetime import UTC, datetime
from types import SimpleNamespace

import pytest

from dms_records.domain.errors import DokumentInfectedError, DokumentUnscannedError
from dms_records.domain.virenpruefung import Virenpruefung, VirenpruefungGrund, VirenpruefungRegel

MOMENT = datetime(2026, 3, 2, tzinfo=UTC)
OFF = VirenpruefungRegel()
WITHHOLDS = VirenpruefungRegel(is_on=True)
SERVES = VirenpruefungRegel(is_on=True, withholds_unscanned=False)
WAITING, CLEAN, INFECTED = ("nicht_geprueft", None), ("sauber", None), ("befallen", "Virus")
IMPOSSIBLE = ("nicht_geprueft", VirenpruefungGrund.ZU_GROSS.value)
RESULTS = [Virenpruefung.clean(), Virenpruefung.infected("Virus"), Virenpruefung.impossible(VirenpruefungGrund.FEHLT)]


@pytest.mark.parametrize(
    ("regel", "datei", "refusal"),
    [
        (OFF, WAITING, None),
        (OFF, CLEAN, None),
        (OFF, IMPOSSIBLE, None),
        (OFF, INFECTED, DokumentInfectedError),
        (WITHHOLDS, WAITING, DokumentUnscannedError),
        (WITHHOLDS, CLEAN, None),
        (WITHHOLDS, IMPOSSIBLE, DokumentUnscannedError),
        (WITHHOLDS, INFECTED, DokumentInfectedError),
        (SERVES, WAITING, None),
        (SERVES, CLEAN, None),
        (SERVES, IMPOSSIBLE, None),
        (SERVES, INFECTED, DokumentInfectedError),
    ],
)
def test_what_is_served(regel, datei, refusal):
    assert regel.is_withheld(datei[0]) is (refusal is not None)
    if refusal is None:
        regel.check_served(*datei)
        return
    with pytest.raises(refusal) as raised:
        regel.check_served(*datei)
    # Only for what waits it is worth asking again.
    assert (raised.value.retry_after is not None) is (datei == WAITING)


@pytest.mark.parametrize("regel", [OFF, WITHHOLDS, SERVES])
@pytest.mark.parametrize("datei", [WAITING, CLEAN, INFECTED, IMPOSSIBLE])
def test_scan_is_open_for_what_waits_where_there_is_a_scanner(regel, datei):
    assert regel.is_open(*datei) is (regel.is_on and datei == WAITING)


@pytest.mark.parametrize("result", RESULTS)
@pytest.mark.parametrize("datei", [CLEAN, INFECTED, IMPOSSIBLE])
def test_result_is_never_replaced(result, datei):
    row = SimpleNamespace(pruefstatus=datei[0], befund=datei[1], geprueft_am=None)
    assert result.record_on(row, MOMENT) is False
    assert (row.pruefstatus, row.befund, row.geprueft_am) == (*datei, None)


@pytest.mark.parametrize("result", RESULTS)
def test_result_is_given_to_what_waits(result):
    row = SimpleNamespace(pruefstatus="nicht_geprueft", befund=None, geprueft_am=None)
    assert result.record_on(row, MOMENT) is True
    assert (row.pruefstatus, row.befund, row.geprueft_am) == (result.pruefstatus, result.befund, MOMENT)
