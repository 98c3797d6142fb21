from datetime import date
from uuid import uuid4

import pytest

from dms_records.domain.ablageregel import Ablageregel, choose_ablageregel
from dms_records.domain.aktenplaneinheit import SAMMELAKTE, Aktenplaneinheit, resolve_stelle
from dms_records.domain.errors import AblageRefusedError

TODAY = date(2026, 3, 2)
OFFICE, OTHER = uuid4(), uuid4()


def regel(leistung, region=""):
    return Ablageregel(mandant="m", id=uuid4(), leistung=leistung, region=region, aktenplaneinheit_id=uuid4())


def unit(schluessel, **facts):
    defaults = {"aussonderungsart": "V", "titel": "T", "uebergeordnet_id": None, "gueltig_von": date(2020, 1, 1)}
    return Aktenplaneinheit(mandant="m", id=uuid4(), schluessel=schluessel, **{**defaults, **facts})


def test_longest_leistung_wins_then_longest_region():
    short, long, local = regel("99"), regel("9905", "05"), regel("9905", "05358")
    rules = [short, long, local]
    assert choose_ablageregel(rules, "99050012", "053580008008") is local
    assert choose_ablageregel(rules, "99050012", "054000000000") is long
    assert choose_ablageregel(rules, "99050012", "091620000000") is short


@pytest.mark.parametrize(("leistung", "region"), [("88", "05"), ("99", "09")])
def test_without_a_fitting_rule_it_is_refused_with_the_reason(leistung, region):
    with pytest.raises(AblageRefusedError, match=leistung):
        choose_ablageregel([regel("99", "05")], leistung, region)


def test_what_a_unit_lacks_comes_from_above():
    above = unit("32", aufbewahrungsdauer=10, organisationseinheit_id=OFFICE, aktenbildung=SAMMELAKTE)
    stelle = resolve_stelle([unit("32.10", aktenzeichen_akte="{plan}/{akte}"), above], TODAY)
    assert (stelle.organisationseinheit_id, stelle.aktenbildung) == (OFFICE, SAMMELAKTE)
    assert stelle.vorlage.akte == "{plan}/{akte}"


def test_office_of_the_rule_goes_before_the_units_own():
    own = unit("32", aufbewahrungsdauer=10, organisationseinheit_id=OFFICE)
    assert resolve_stelle([own], TODAY, organisationseinheit_id=OTHER).organisationseinheit_id == OTHER


@pytest.mark.parametrize(
    "path",
    [
        [unit("1", aufbewahrungsdauer=1, organisationseinheit_id=OFFICE, stillgelegt=True)],
        [unit("1", organisationseinheit_id=OFFICE)],
        [unit("1", aufbewahrungsdauer=1)],
        [unit("1", aufbewahrungsdauer=1, organisationseinheit_id=OFFICE, aussonderungsart=None)],
        [unit("1", aufbewahrungsdauer=1, organisationseinheit_id=OFFICE, gueltig_bis=TODAY)],
        [unit("1.1"), unit("1", unbefristet=True, organisationseinheit_id=OFFICE, stillgelegt=True)],
    ],
    ids=["closed", "no retention", "no office", "no Aussonderungsart", "over", "closed above"],
)
def test_nothing_is_filed_where_the_plan_forbids_it(path):
    with pytest.raises(AblageRefusedError):
        resolve_stelle(path, TODAY)


def test_unlimited_retention_is_retention():
    assert (
        resolve_stelle([unit("1", unbefristet=True, organisationseinheit_id=OFFICE)], TODAY).einheit.schluessel == "1"
    )
