"""The rules of a reorganisation, on an organisation in memory."""

from datetime import date, timedelta
from uuid import UUID, uuid4

import pytest

from dms_kit.core.errors import DmsError
from dms_records.domain.ablageregel import Ablageregel
from dms_records.domain.aktenplaneinheit import Aktenplaneinheit
from dms_records.domain.organisationseinheit import Organisationseinheit
from dms_records.domain.reorganisation import (
    ReorganisationClose,
    ReorganisationCreate,
    ReorganisationMerge,
    ReorganisationMove,
    ReorganisationRename,
    ReorganisationSplit,
    ReorganisationTeil,
    check_named_once,
)
from dms_records.domain.reorganisation_stand import ReorganisationStand
from dms_records.domain.zustaendigkeit import Zustaendigkeit

DAY = date(2026, 3, 2)
BEFORE = DAY - timedelta(days=400)
OFFICES = {"00": None, "32": "00", "50": "00", "50a": "50", "66": "00"}
# Key of the unit, the one above, and the office that it names itself.
PLAN = {
    "32": (None, "32"),
    "32.10": ("32", None),
    "50": (None, "50"),
    "50.10": ("50", None),
    "50.20": ("50", None),
    "50.21": ("50.20", None),
    "66": (None, "66"),
    "66.10": ("66", "50"),
}


def merge(*von, nach):
    return ReorganisationMerge(von=von, nach=nach)


def split(von, *teile, rest=None, bleibt=False):
    parts = [ReorganisationTeil(nach=nach, aktenplaneinheiten=units) for nach, *units in teile]
    return ReorganisationSplit(von=von, teile=parts, rest=rest, bleibt=bleibt)


def create(schluessel, uebergeordnet="00"):
    return ReorganisationCreate(schluessel=schluessel, name="Neues Amt", uebergeordnet=uebergeordnet)


def move(schluessel, uebergeordnet):
    return ReorganisationMove(organisationseinheit=schluessel, uebergeordnet=uebergeordnet)


def close(schluessel):
    return ReorganisationClose(organisationseinheit=schluessel)


class Town:
    """A small organisation; what is said of it afterwards is said in keys."""

    def __init__(self, extra=()):
        self.ids = {key: uuid4() for key in OFFICES}
        self.units = {key: uuid4() for key in PLAN}
        offices = [
            Organisationseinheit(
                mandant="m",
                id=self.ids[key],
                schluessel=key,
                name=f"Amt {key}",
                uebergeordnet_id=self.ids[above] if above else None,
                gueltig_von=BEFORE,
            )
            for key, above in OFFICES.items()
        ]
        plan = [
            Aktenplaneinheit(
                mandant="m",
                id=self.units[key],
                schluessel=key,
                titel=key,
                uebergeordnet_id=self.units[above] if above else None,
                gueltig_von=BEFORE,
                organisationseinheit_id=self.ids[office] if office else None,
            )
            for key, (above, office) in PLAN.items()
        ]
        pairs = [(key, self._default(key)) for key in PLAN] + list(extra)
        self.rows = [self._row(*pair) for pair in pairs]
        self.regeln = [self._regel("99050", "50.10", "50"), self._regel("99107", "50.20", None)]
        self.stand = ReorganisationStand(
            mandant="m",
            reorganisation_id=uuid4(),
            wirksam_ab=DAY,
            organisationseinheiten=offices,
            aktenplan=plan,
            regeln=self.regeln,
            zustaendigkeiten=self.rows,
        )
        self.plan = {unit.schluessel: unit for unit in plan}

    def _default(self, key):
        above, office = PLAN[key]
        return office or self._default(above)

    def _row(self, unit, office):
        return Zustaendigkeit(
            mandant="m",
            id=uuid4(),
            aktenplaneinheit_id=self.units[unit],
            organisationseinheit_id=self.ids[office],
            gueltig_von=BEFORE,
        )

    def _regel(self, leistung, unit, office):
        return Ablageregel(
            mandant="m",
            id=uuid4(),
            leistung=leistung,
            region="",
            aktenplaneinheit_id=self.units[unit],
            organisationseinheit_id=self.ids[office] if office else None,
        )

    def after(self, *schritte):
        check_named_once(schritte)
        for schritt in schritte:
            self.stand.carry_out(schritt)
        self.stand.check()
        return self

    def key_of(self, office_id: UUID | None):
        return next((office.schluessel for office in self._all() if office.id == office_id), None)

    def _all(self):
        return [*self.stand.organisationseinheiten, *self.stand.touched()]

    def office(self, key):
        return next(office for office in self._all() if office.schluessel == key)

    def responsible(self):
        keys = {unit_id: key for key, unit_id in self.units.items()}
        return sorted((keys[row.aktenplaneinheit_id], self.key_of(row.organisationseinheit_id)) for row in self.rows)

    def default(self, key):
        return self.key_of(self.plan[key].organisationseinheit_id)


def test_merged_offices_give_everything_and_end():
    town = Town().after(create("57"), merge("50", nach="57"))
    assert {office for _, office in town.responsible()} == {"32", "57", "66"}
    assert [town.default(key) for key in ("50", "50.10", "66.10", "66")] == ["57", None, "57", "66"]
    assert [town.key_of(regel.organisationseinheit_id) for regel in town.regeln] == ["57", None]
    assert (town.office("50").gueltig_bis, town.office("50").name) == (DAY, "Amt 50")
    assert town.key_of(town.office("50a").uebergeordnet_id) == "57"
    assert town.stand.aktionen == {"57": ["created"], "50a": ["moved"], "50": ["closed"]}


def test_every_row_keeps_its_identity_and_leaves_a_dated_state():
    town = Town()
    ids = {row.id for row in town.rows}
    town.after(merge("50", nach="32"))
    assert {row.id for row in town.rows} == ids
    changed = town.stand.changed_zustaendigkeiten()
    ended = {row.zustaendigkeit_id: row for row in town.stand.historie if hasattr(row, "zustaendigkeit_id")}
    assert set(ended) == {row.id for row in changed}
    for row in changed:
        state = ended[row.id]
        assert (state.organisationseinheit_id, state.gueltig_von) == (town.ids["50"], BEFORE)
        assert state.gueltig_bis == row.gueltig_von == DAY
        assert state.reorganisation_id == town.stand.reorganisation_id


def test_of_two_rows_of_a_pair_the_one_that_was_there_takes_new_files():
    town = Town(extra=[("50.10", "32")]).after(merge("50", nach="32"))
    [moved, there] = [row for row in town.rows if row.aktenplaneinheit_id == town.units["50.10"]]
    assert (moved.aufnehmend, there.aufnehmend) == (False, True)


def test_the_row_that_takes_files_still_does_when_both_move_on():
    town = Town(extra=[("50.10", "32")]).after(merge("50", nach="32"))
    second = ReorganisationStand(
        mandant="m",
        reorganisation_id=uuid4(),
        wirksam_ab=DAY,
        organisationseinheiten=town.stand.organisationseinheiten,
        aktenplan=town.stand.aktenplan,
        regeln=town.regeln,
        zustaendigkeiten=town.rows,
    )
    second.carry_out(merge("32", nach="66"))
    pair = [row for row in town.rows if row.aktenplaneinheit_id == town.units["50.10"]]
    assert [row.aufnehmend for row in pair] == [False, True]


def test_split_gives_each_unit_with_all_below_the_nearer_name_counts():
    town = Town().after(move("50a", "00"), split("50", ("32", "50"), ("66", "50.20", "66.10")))
    responsible = dict(town.responsible())
    assert {key: responsible[key] for key in ("50", "50.10", "50.20", "50.21", "66.10")} == {
        "50": "32",
        "50.10": "32",
        "50.20": "66",
        "50.21": "66",
        "66.10": "66",
    }
    assert [town.default(key) for key in ("50", "50.10", "50.20", "50.21")] == ["32", None, "66", None]
    assert town.key_of(town.regeln[0].organisationseinheit_id) == "32"
    assert town.office("50").gueltig_bis == DAY


def test_office_that_stays_keeps_what_no_part_names():
    town = Town().after(split("50", ("32", "50.20"), bleibt=True))
    responsible = dict(town.responsible())
    assert (responsible["50.21"], responsible["50.10"], responsible["66.10"]) == ("32", "50", "50")
    assert town.office("50").gueltig_bis is None


def test_rest_goes_to_the_office_that_is_named_for_it():
    town = Town().after(move("50a", "00"), split("50", ("32", "50.20"), rest="66"))
    responsible = dict(town.responsible())
    assert (responsible["50.20"], responsible["50.10"], responsible["66.10"]) == ("32", "66", "66")


def test_office_that_takes_over_the_one_above_takes_its_place():
    town = Town().after(merge("50", nach="50a"))
    assert town.key_of(town.office("50a").uebergeordnet_id) == "00"


def test_office_takes_the_place_of_all_that_end_above_it():
    town = Town()
    town.office("66").uebergeordnet_id = town.ids["50a"]
    town.after(merge("50", "50a", nach="66"))
    assert town.key_of(town.office("66").uebergeordnet_id) == "00"


@pytest.mark.parametrize("order", [1, -1])
def test_office_gives_away_what_it_had_before_all_steps(order):
    steps = [split("32", ("50", "32.10"), bleibt=True), split("50", ("66", "50"), bleibt=True)][::order]
    town = Town().after(*steps)
    rows = dict(town.responsible())
    assert (rows["32.10"], rows["50.10"], rows["66.10"], rows["32"]) == ("50", "66", "50", "32")
    assert len({row.id for row in town.stand.changed_zustaendigkeiten()}) == len(town.stand.changed_zustaendigkeiten())


@pytest.mark.parametrize("order", [1, -1])
def test_what_an_office_is_given_by_one_step_it_does_not_give_away_by_another(order):
    steps = [split("32", ("50", "32.10"), bleibt=True), split("50", ("66", "32.10"), bleibt=True)][::order]
    with pytest.raises(DmsError) as refused:
        Town().after(*steps)
    assert refused.value.code == "reorganisation-fremde-aktenplaneinheit"


@pytest.mark.parametrize("order", [1, -1])
def test_row_that_comes_to_a_pair_which_another_leaves_takes_new_files(order):
    town = Town(extra=[("32.10", "50")])
    mine, other = (row for row in town.rows if row.aktenplaneinheit_id == town.units["32.10"])
    town.after(*[split("32", ("50", "32.10"), bleibt=True), split("50", ("66", "32.10"), bleibt=True)][::order])
    assert (town.key_of(mine.organisationseinheit_id), town.key_of(other.organisationseinheit_id)) == ("50", "66")
    assert mine.aufnehmend
    assert other.aufnehmend


@pytest.mark.parametrize("order", [1, -1])
def test_office_that_is_renamed_and_moved_by_a_merger_leaves_one_state(order):
    rename = ReorganisationRename(organisationseinheit="50a", name="Anders")
    town = Town().after(*[rename, merge("50", nach="66")][::order])
    [ended] = [row for row in town.stand.historie if getattr(row, "organisationseinheit_id", None) == town.ids["50a"]]
    assert (ended.name, ended.uebergeordnet_id) == ("Amt 50a", town.ids["50"])
    assert (town.office("50a").name, town.key_of(town.office("50a").uebergeordnet_id)) == ("Anders", "66")


def test_rename_and_move_keep_what_was():
    town = Town().after(ReorganisationRename(organisationseinheit="66", name="Tiefbau"), move("50a", "66"))
    names = {row.organisationseinheit_id: (row.name, row.gueltig_bis) for row in town.stand.historie}
    assert names == {town.ids["66"]: ("Amt 66", DAY), town.ids["50a"]: ("Amt 50a", DAY)}


@pytest.mark.parametrize(
    ("schritte", "code"),
    [
        ([merge("32", "32", nach="50")], "reorganisation-mehrdeutig"),
        ([merge("32", nach="32")], "reorganisation-mehrdeutig"),
        ([merge("32", nach="50"), merge("50", nach="66")], "reorganisation-mehrdeutig"),
        ([merge("32", nach="50"), close("32")], "reorganisation-mehrdeutig"),
        ([move("32", "50"), move("32", "66")], "reorganisation-mehrdeutig"),
        ([create("57"), create("57")], "reorganisation-mehrdeutig"),
        ([split("50", ("32", "50.10", "50.10"), rest="66")], "reorganisation-mehrdeutig"),
        ([split("50", ("32", "50.10"), ("66", "50.10"))], "reorganisation-mehrdeutig"),
        ([split("50", ("32", "50.10"), ("32", "50.20"), rest="66")], "reorganisation-mehrdeutig"),
        ([split("50", ("50", "50.10"), bleibt=True)], "reorganisation-mehrdeutig"),
        ([split("50", ("32", "50.10"), rest="66", bleibt=True)], "reorganisation-mehrdeutig"),
        ([merge("99", nach="50")], "organisationseinheit-unbekannt"),
        ([merge("32", nach="99")], "organisationseinheit-unbekannt"),
        ([move("66", "57"), create("57")], "organisationseinheit-unbekannt"),
        ([create("32")], "organisationseinheit-vorhanden"),
        ([split("50", ("32", "99.99"), rest="66")], "aktenplaneinheit-unbekannt"),
        ([split("50", ("32", "50.10"))], "reorganisation-unvollstaendig"),
        ([split("50", ("66", "32.10"), rest="32")], "reorganisation-fremde-aktenplaneinheit"),
        ([move("00", "50a")], "organisationseinheit-kreis"),
        ([close("50")], "organisationseinheit-belegt"),
        ([split("50", ("32", "50"), rest="66")], "organisationseinheit-belegt"),
        ([close("50a"), close("00")], "organisationseinheit-belegt"),
    ],
)
def test_what_contradicts_itself_is_refused(schritte, code):
    with pytest.raises(DmsError) as refused:
        Town().after(*schritte)
    assert refused.value.code == code


def test_nothing_is_dated_before_the_state_that_it_ends():
    town = Town()
    town.stand.wirksam_ab = BEFORE - timedelta(days=1)
    with pytest.raises(DmsError) as refused:
        town.after(merge("50", nach="32"))
    assert refused.value.code == "organisationseinheit-geschlossen"
    town = Town()
    town.rows[2].gueltig_von = DAY + timedelta(days=1)
    with pytest.raises(DmsError) as refused:
        town.after(merge("50", nach="32"))
    assert refused.value.code == "zeitraum-ueberschneidet"
