"""What is in a drawing, before any layout."""

from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from sfn_notebook import asl
from sfn_notebook.draw import scene
from sfn_notebook.draw.scene import Arrow, Box, Group, Scope

NESTED = {
    "StartAt": "Each",
    "States": {
        "Each": {
            "Type": "Map",
            "ItemProcessor": {"StartAt": "In", "States": {"In": {"Type": "Pass", "End": True}}},
            "Catch": [{"ErrorEquals": ["States.ALL"], "Next": "No"}],
            "Next": "Big?",
        },
        "Big?": {
            "Type": "Choice",
            "Choices": [
                {"Condition": "{% $x %}", "Next": "Gone"},
                {"Condition": "{% $y %}", "Next": "Gone"},
                {"Condition": "{% $z %}", "Next": "Big?"},
            ],
            "Default": "Yes",
        },
        "Yes": {"Type": "Succeed"},
        "No": {"Type": "Fail"},
        "Open": {"Type": "Pass"},
    },
}


def build(definition: Any, statuses: Any = None, marks: Any = None) -> Scope:
    return scene.build(asl.read(definition), statuses or {}, marks or {})


def shown(arrows: tuple[Arrow, ...], boxes: dict[str, str]) -> list[tuple[str, str, str, str]]:
    return [(boxes.get(a.tail, a.tail), boxes.get(a.head, a.head), a.kind, a.label) for a in arrows]


def test_ids_count_states_and_edges_in_the_order_of_the_walk() -> None:
    scope = build(NESTED)
    states = [(box.id, box.name) for box in scope.boxes() if box.kind == "state"]
    assert states == [("c-0", "Each"), ("n-1", "In"), ("n-2", "Big?"), ("n-3", "Yes"), ("n-4", "No"), ("n-5", "Open")]
    edges = [a.id for a in scope.arrows if a.kind in ("next", "choice", "default", "catch")]
    assert edges == ["e-0", "e-1", "e-2", "e-3", "e-4", "e-5"]


def test_every_transition_is_an_arrow() -> None:
    scope = build(NESTED)
    names = {box.id: box.name for box in scope.boxes()}
    assert shown(scope.arrows, names) == [
        ("start", "Each", "flow", ""),
        ("Each", "Big?", "next", ""),
        ("Each", "No", "catch", "catch States.ALL"),
        ("Big?", "Gone", "choice", "$x"),
        ("Big?", "Gone", "choice", "$y"),
        ("Big?", "Big?", "choice", "$z"),
        ("Big?", "Yes", "default", "default"),
        ("Yes", "end", "flow", ""),
        ("Open", "?", "open", ""),
    ]


def test_a_name_that_no_state_has_is_one_placeholder_in_its_scope() -> None:
    missing = [box for box in build(NESTED).boxes() if box.kind == "missing"]
    assert [(box.name, box.captions) for box in missing] == [("Gone", ("not there yet",))]


def test_a_branch_runs_from_the_fork_to_the_join_of_its_group() -> None:
    group = build(NESTED).items[0]
    assert isinstance(group, Group)
    assert shown(group.scopes[0].arrows, {}) == [("c-0-in", "n-1", "flow", ""), ("n-1", "c-0-out", "join", "")]


def test_what_cannot_be_reached_is_drawn_and_says_so() -> None:
    unreached = [box for box in build(NESTED).boxes() if not box.reachable]
    assert [(box.name, box.captions) for box in unreached] == [("Open", ("Pass", "not reachable"))]


def test_nothing_is_called_unreachable_before_there_is_a_start() -> None:
    assert all(box.reachable for box in build({"States": NESTED["States"]}).boxes())


def test_a_start_that_is_not_there_is_a_placeholder() -> None:
    scope = build({"StartAt": "A", "States": {}})
    assert [(box.name, box.kind) for box in scope.boxes()] == [("A", "missing")]


def test_a_machine_without_states_says_so() -> None:
    assert [item.name for item in build({}).items if isinstance(item, Box)] == ["no states yet"]


def test_an_end_is_drawn_only_when_something_leads_there() -> None:
    assert build({"StartAt": "A", "States": {"A": {"Type": "Fail"}}}).exit is None
    assert build({"StartAt": "A", "States": {"A": {"Type": "Succeed"}}}).exit is not None


def test_statuses_and_marks_stand_on_their_states_at_any_depth() -> None:
    scope = build(NESTED, {"In": "WAITING", "Nobody": "FAILED"}, {"In": ["no token"]})
    assert [(box.name, box.status, box.marks) for box in scope.boxes() if box.status or box.marks] == [
        ("In", "WAITING", ("no token",))
    ]


NAMES = st.sampled_from(["A", "B", "C"])
STATES = st.fixed_dictionaries(
    {},
    optional={
        "Type": st.sampled_from(["Pass", "Task", "Choice", "Wait", "Succeed", "Fail", "Parallel", "Map", "Odd"]),
        "Next": NAMES | st.none() | st.integers(),
        "End": st.booleans(),
        "Choices": st.lists(st.fixed_dictionaries({"Next": NAMES}), max_size=2) | st.text(max_size=2),
        "Default": NAMES,
        "Catch": st.lists(st.fixed_dictionaries({"Next": NAMES}), max_size=2),
        "Retry": st.lists(st.dictionaries(st.just("MaxAttempts"), st.integers() | st.text(max_size=2)), max_size=2),
        "Resource": st.text(max_size=5),
        "Branches": st.lists(st.just({"StartAt": "X", "States": {"X": {"Type": "Pass", "End": True}}}), max_size=2),
        "Seconds": st.integers() | st.floats(allow_nan=True) | st.text(max_size=3) | st.none() | st.booleans(),
        "MaxConcurrency": st.integers() | st.text(max_size=3),
    },
)
DEFINITIONS = st.fixed_dictionaries({}, optional={"StartAt": NAMES, "States": st.dictionaries(NAMES, STATES)})


@given(DEFINITIONS)
def test_any_definition_has_a_scene_whose_arrows_lead_somewhere(definition: dict[str, Any]) -> None:
    scope = build(definition)
    ends = {box.id for box in scope.boxes()} | {scope.entry.id, "end"}
    assert {end for arrow in scope.arrows for end in (arrow.tail, arrow.head)} <= ends
    edges = sum(1 for state in asl.read(definition).states.values() for _ in state.edges())
    assert sum(arrow.id.startswith("e-") for arrow in scope.arrows) == edges
