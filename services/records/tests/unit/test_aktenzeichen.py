import pytest

from dms_records.domain.aktenzeichen import AktenzeichenVorlage
from dms_records.domain.errors import AktenzeichenInvalidError


def test_default_gives_the_federal_form():
    vorlage = AktenzeichenVorlage()
    akte = vorlage.for_akte(plan="32.20", nummer=7, jahr=2026)
    vorgang = vorlage.for_vorgang(akte, nummer=1, jahr=2026)
    assert (akte, vorgang) == ("32.20#00007", "32.20#00007#0001")
    assert vorlage.for_dokument(vorgang, nummer=2, jahr=2026) == "32.20#00007#0001#0002"


def test_number_wider_than_its_place_stays_whole():
    assert AktenzeichenVorlage().for_akte(plan="1", nummer=123_456, jahr=2026) == "1#123456"


def test_numbers_start_anew_each_year_only_when_the_year_is_part():
    assert AktenzeichenVorlage(akte="{plan}-{akte}/{jahr}").number_year(2026) == 2026
    assert AktenzeichenVorlage().number_year(2026) == 0


@pytest.mark.parametrize(
    "akte",
    ["{plan}", "{akte}", "{plan}#{akte}{x}", "{plan}#{akte:>9}", "{plan:05}#{akte}", "{plan}#{akte", "{plan}{akte!r}"],
)
def test_template_that_would_not_be_unique_or_readable_is_refused(akte):
    with pytest.raises(AktenzeichenInvalidError):
        AktenzeichenVorlage(akte=akte)
