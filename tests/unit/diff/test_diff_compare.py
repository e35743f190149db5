"""Two definitions compared."""

from __future__ import annotations

import copy
import re
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

import sfn_notebook as sfn
from sfn_notebook.diff import compare

BASE: dict[str, Any] = {
    "StartAt": "A",
    "States": {
        "A": {"Type": "Pass", "Next": "B"},
        "B": {"Type": "Choice", "Choices": [{"Condition": "{% true %}", "Next": "C"}], "Default": "D"},
        "C": {
            "Type": "Parallel",
            "Branches": [{"StartAt": "In", "States": {"In": {"Type": "Wait", "Seconds": 1, "End": True}}}],
            "Next": "D",
        },
        "D": {"Type": "Succeed"},
    },
}


def changed(edit: Any) -> list[tuple[str, str | None, list[str]]]:
    new = copy.deepcopy(BASE)
    edit(new)
    return [(one.kind, one.state, [f.pointer for f in one.fields]) for one in compare(BASE, new).changes]


def test_an_added_and_a_removed_state() -> None:
    assert changed(lambda new: new["States"].update(E={"Type": "Fail"})) == [("added", "E", [])]
    assert changed(lambda new: new["States"].pop("D")) == [("removed", "D", [])]


def test_what_leads_elsewhere_is_rewired() -> None:
    def edit(new: Any) -> None:
        new["States"]["A"]["Next"] = "D"
        new["States"]["B"]["Choices"][0]["Next"] = "D"

    assert changed(edit) == [("rewired", "A", ["/States/A/Next"]), ("rewired", "B", ["/States/B/Choices/0/Next"])]


def test_what_holds_other_values_is_changed_and_nested_scopes_are_compared() -> None:
    def edit(new: Any) -> None:
        new["States"]["C"]["Branches"][0]["States"]["In"]["Seconds"] = 2

    assert changed(edit) == [("changed", "In", ["/States/C/Branches/0/States/In/Seconds"])]


def test_a_state_that_is_the_same_but_for_its_name_was_renamed() -> None:
    def edit(new: Any) -> None:
        new["States"]["Start here"] = new["States"].pop("A")
        new["StartAt"] = "Start here"

    assert changed(edit) == [("changed", None, ["/StartAt"]), ("renamed", "Start here", [])]


def test_true_is_not_one_and_order_is_no_difference() -> None:
    assert changed(lambda new: new["States"]["A"].update(Output=1)) == [("changed", "A", ["/States/A/Output"])]
    turned = {"States": dict(reversed(BASE["States"].items())), "StartAt": "A"}
    assert not compare(BASE, turned)
    one, true = ({"States": {"A": {"Type": "Pass", "Output": value}}} for value in (1, True))
    assert compare(one, true)


JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-9, 9) | st.text("aB/~", max_size=3),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from("ABC"), inner, max_size=3),
    max_leaves=8,
)
TYPES = st.sampled_from(["Pass", "Choice", "Map", "Parallel", "Task", "Fail", ""])
STATES = st.builds(
    lambda kind, fields: {"Type": kind, **fields},
    TYPES,
    st.dictionaries(
        st.sampled_from(["Next", "End", "Choices", "Branches", "ItemProcessor", "Catch", "Output"]), JSON, max_size=4
    ),
)
MACHINES = st.builds(
    lambda states, start: {"StartAt": start, "States": states},
    st.dictionaries(st.text("ABC/~", min_size=1, max_size=2), STATES, max_size=4),
    st.sampled_from("ABC"),
)


@given(MACHINES, MACHINES)
def test_a_machine_is_equal_to_itself_and_what_differs_tells_of_something(one: Any, other: Any) -> None:
    assert not compare(one, copy.deepcopy(one))
    assert bool(compare(one, other)) == bool(compare(other, one))
    kinds = [change.kind for change in compare(one, other).changes if change.state is not None]
    turned = [change.kind for change in compare(other, one).changes if change.state is not None]
    assert kinds.count("added") == turned.count("removed")


def test_as_text_rows_and_one_graph() -> None:
    new = copy.deepcopy(BASE)
    new["States"].update(E={"Type": "Fail"}, A={"Type": "Pass", "Next": "D"})
    del new["States"]["C"]
    found = sfn.load(new).diff(BASE)
    assert (found.added, found.removed, found.rewired) == (["E"], ["C"], ["A"])
    assert '~ A: rewired\n    /States/A/Next: "B" → "D"' in repr(found)
    drawn = found.graph()
    for words in ("+ E", "ADDED", "− C", "REMOVED", "± A", "rewired"):
        assert words in drawn.text, drawn.text
    assert drawn.dot == found.graph().dot
    assert "/States/A/Next" in found._repr_mimebundle_()["text/html"]


def test_against_what_is_deployed_and_what_an_execution_runs() -> None:
    with sfn.local(clock="instant") as session:
        sm = session.state_machine("orders")
        sm.pass_("A")
        with pytest.raises(sfn.NotAvailable, match="no state machine 'orders' is deployed"):
            sm.diff()
        ran = sm.run()
        assert not sm.diff()
        assert not sm.diff(ran)
        sm.wait("A", seconds=5)
        assert sm.diff().changed == sm.diff("deployed").changed == sm.diff(ran).changed == ["A"]
    with pytest.raises(sfn.NotAvailable, match=re.escape("has no session")):
        sfn.load(BASE).diff()
