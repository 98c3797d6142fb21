"""How long an Akte is kept."""

from datetime import date

import pytest

from dms_records.domain.aufbewahrung import aufzubewahren_bis, zda_between


@pytest.mark.parametrize(
    ("zda_am", "jahre", "until"),
    [
        (date(2026, 1, 1), 5, date(2031, 12, 31)),
        (date(2026, 12, 31), 0, date(2026, 12, 31)),
        (date(9998, 6, 1), 999, date(9999, 12, 31)),
        (None, 5, None),
        (date(2026, 1, 1), None, None),
    ],
)
def test_years_count_from_the_end_of_the_closing_year(zda_am, jahre, until):
    assert aufzubewahren_bis(zda_am, jahre) == until


DAYS = [date.min, date(2024, 12, 31), date(2026, 1, 1), date(2026, 12, 30), date(2026, 12, 31), date(2031, 6, 1)]


@pytest.mark.parametrize("jahre", [0, 5, 3000])
@pytest.mark.parametrize("ab", [None, *DAYS, date.max])
@pytest.mark.parametrize("bis", [None, *DAYS, date.max])
def test_a_period_ends_between_two_days_if_the_akte_was_closed_between_two_others(jahre, ab, bis):
    first, last = zda_between(jahre, ab, bis)
    for zda_am in DAYS:
        until = aufzubewahren_bis(zda_am, jahre)
        assert (first <= zda_am <= last) == ((ab is None or until >= ab) and (bis is None or until <= bis)), zda_am
