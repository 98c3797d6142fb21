"""What the state machine of the organisation draws: offices, units, days, and steps of a reorganisation."""

from hypothesis import strategies as st

UNITS = ["10", "32", "32.20", "32.30", "50", "50.10", "50.20", "56", "56.20", "61.10", "66"]
OFFICE = st.sampled_from(["00", "10", "32", "32", "50", "50", "56", "57", "57", "58", "61", "66", "99"])
ABOVE = st.sampled_from(["00", "00", "10", "32", "50", "57", "99", None])
UNIT = st.sampled_from(UNITS)
NAME = st.sampled_from(["Amt für Neues", "Amt für Anderes"])
# Mostly today; a day to come is always refused.
DAYS = st.sampled_from([0] * 8 + [-1, -40, 1])
MATCH = st.sampled_from(["*"] * 4 + ["current"] * 3 + ["old", "none"])
TEIL = st.fixed_dictionaries({"nach": OFFICE, "aktenplaneinheiten": st.lists(UNIT, min_size=1, max_size=2)})
FITTING = st.tuples(st.sampled_from(["merge", "part", "part", "split", "move", "rename"]), *[st.integers(0, 9)] * 3)
STEP = st.one_of(
    st.fixed_dictionaries({"art": st.just("create"), "schluessel": OFFICE, "name": NAME, "uebergeordnet": ABOVE}),
    *[
        st.fixed_dictionaries(
            {"art": st.just("merge"), "von": st.lists(OFFICE, min_size=1, max_size=2), "nach": OFFICE}
        ),
        st.fixed_dictionaries(
            {
                "art": st.just("split"),
                "von": OFFICE,
                "teile": st.lists(TEIL, min_size=1, max_size=2),
                "rest": st.none() | OFFICE,
                "bleibt": st.just(False),
            }
        ),
        st.fixed_dictionaries(
            {
                "art": st.just("split"),
                "von": OFFICE,
                "teile": st.lists(TEIL, min_size=1, max_size=2),
                "rest": st.none(),
                "bleibt": st.just(True),
            }
        ),
    ]
    * 2,
    st.fixed_dictionaries({"art": st.just("move"), "organisationseinheit": OFFICE, "uebergeordnet": ABOVE}),
    st.fixed_dictionaries({"art": st.just("rename"), "organisationseinheit": OFFICE, "name": NAME}),
    st.fixed_dictionaries({"art": st.just("close"), "organisationseinheit": OFFICE}),
)
