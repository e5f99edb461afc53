"""Which offers of the demo network meet which of its needs, as people of the field judged them.

`PAIRS`: a need and the enterprises that could meet it. `UNMET`: needs that no offer of the network meets.
"""

PAIRS: dict[str, frozenset[str]] = {
    "E06-N1": frozenset({"E01"}),
    "E06-N2": frozenset({"E01"}),
    "E04-N1": frozenset({"E01"}),
    "E01-N1": frozenset({"E12"}),
    "E01-N2": frozenset({"E07"}),
    "E07-N1": frozenset({"E01"}),
    "E01-N3": frozenset({"E06"}),
    "E02-N1": frozenset({"E08"}),
    "E02-N2": frozenset({"E12"}),
    "E02-N3": frozenset({"E10"}),
    "E03-N1": frozenset({"E02"}),
    "E04-N2": frozenset({"E12"}),
    "E05-N1": frozenset({"E06"}),
    "E05-N2": frozenset({"E07"}),
    "E05-N3": frozenset({"E03"}),
    "E07-N2": frozenset({"E12"}),
    "E08-N2": frozenset({"E06"}),
    "E09-N1": frozenset({"E08"}),
    "E09-N2": frozenset({"E08"}),
    "E09-N3": frozenset({"E04"}),
    "E09-N4": frozenset({"E08"}),
    "E10-N1": frozenset({"E02", "E09", "E11"}),
    "E10-N2": frozenset({"E02", "E04"}),
    "E10-N3": frozenset({"E01"}),
    "E11-N1": frozenset({"E12"}),
    "E11-N3": frozenset({"E10"}),
    "E11-N2": frozenset({"E02"}),
}

UNMET = frozenset({"E03-N2", "E03-N3", "E07-N3", "E08-N1", "E08-N3", "E12-N1", "E12-N2"})
