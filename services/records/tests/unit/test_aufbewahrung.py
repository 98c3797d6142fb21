"""How long an Akte is kept."""

from datetime import date

import pytest

from dms_records.domain.aufbewahrung import aufzubewahren_bis


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
