import re
from datetime import date

import pytest

from dms_records.domain.aktenzeichen import AktenzeichenStelle, AktenzeichenVorlage, template_pattern
from dms_records.domain.errors import AktenzeichenInvalidError

DAY = date(2026, 3, 2)
STELLE = AktenzeichenStelle(plan="32.20", tag=DAY, attribute={"oe": "32", "produktnummer": "12.2"})


def test_default_gives_the_federal_form():
    vorlage = AktenzeichenVorlage()
    akte = vorlage.for_akte(STELLE, nummer=7)
    vorgang = vorlage.for_vorgang(akte, nummer=1, tag=DAY)
    assert (akte, vorgang) == ("32.20#00007", "32.20#00007#0001")
    assert vorlage.for_dokument(vorgang, nummer=2, tag=DAY) == "32.20#00007#0001#0002"


def test_number_wider_than_its_place_stays_whole():
    assert AktenzeichenVorlage().for_akte(STELLE, nummer=123_456) == "32.20#123456"


def test_numbers_start_anew_each_year_only_when_the_year_is_part():
    assert AktenzeichenVorlage(akte="{plan}-{akte}/{jahr}").number_year(2026) == 2026
    assert AktenzeichenVorlage().number_year(2026) == 0


GOOD = [
    "{plan}#{akte:05}",
    "{plan}-{akte}/{jahr}",
    "{akte}-{plan}",
    "Az. {oe}/{plan}.{akte}, {tag}.{monat}.{jahr}",
    "{plan}/{produktnummer}/{akte:03}",
]
BAD = [
    "{plan}",
    "{akte}",
    "{plan}#{akte}{x}",
    "{plan}#{akte:>9}",
    "{plan:05}#{akte}",
    "{plan}#{akte",
    "{plan}{akte!r}",
    "{plan}#{akte.real}",
    "{plan}#{akte}\t",
    "{plan}#{{{akte}}}",
    "{plan}{akte}",
    "{plan}#1{akte}",
]


@pytest.mark.parametrize("akte", BAD)
def test_template_that_would_not_be_unique_or_readable_is_refused(akte):
    with pytest.raises(AktenzeichenInvalidError) as refusal:
        AktenzeichenVorlage(akte=akte)
    assert [fault.pointer for fault in refusal.value.errors] == ["/aktenzeichen_akte"]
    assert not re.search(template_pattern("akte"), akte)


@pytest.mark.parametrize("akte", GOOD)
def test_template_may_name_day_and_attributes(akte):
    assert AktenzeichenVorlage(akte=akte).for_akte(STELLE, nummer=7)
    assert re.search(template_pattern("akte"), akte) or akte.startswith("{akte}")


def test_placeholders_are_filled():
    vorlage = AktenzeichenVorlage(akte="{oe}/{plan}.{akte:03}, {tag}.{monat}.{jahr} ({produktnummer})")
    assert vorlage.for_akte(STELLE, nummer=7) == "32/32.20.007, 02.03.2026 (12.2)"


@pytest.mark.parametrize("vorgang", ["{vorgang}", "{vorgang:04}", "1{vorgang}", "#{akte}", "#{oe}{vorgang}"])
def test_number_of_a_vorgang_is_told_from_what_is_before_it(vorgang):
    with pytest.raises(AktenzeichenInvalidError):
        AktenzeichenVorlage(vorgang=vorgang)


def test_attribute_without_a_value_is_refused():
    vorlage = AktenzeichenVorlage(akte="{oe}#{plan}#{akte}")
    with pytest.raises(AktenzeichenInvalidError, match="oe"):
        vorlage.check_attributes({"oe": False, "produktnummer": True})
    with pytest.raises(AktenzeichenInvalidError, match="oe"):
        vorlage.for_akte(AktenzeichenStelle(plan="1", tag=DAY), nummer=1)
