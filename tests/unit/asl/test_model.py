"""Reading a definition, finished or not, and walking it."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sfn_notebook import asl
from sfn_notebook.errors import InvalidDefinition, InvalidJson

ORDERS = {
    "StartAt": "Each",
    "States": {
        "Each": {
            "Type": "Map",
            "ItemProcessor": {
                "QueryLanguage": "JSONata",
                "StartAt": "In/side",
                "States": {"In/side": {"Type": "Pass", "End": True}},
            },
            "Next": "Both",
        },
        "Both": {
            "Type": "Parallel",
            "Branches": [
                {"StartAt": "L", "States": {"L": {"Type": "Succeed"}}},
                {"StartAt": "R", "States": {"R": {"Type": "Task", "Resource": "x", "End": True}}},
            ],
            "Catch": [{"ErrorEquals": ["States.ALL"], "Next": "Big?"}],
            "Next": "Big?",
        },
        "Big?": {"Type": "Choice", "Choices": [{"Variable": "$.a", "IsNull": True, "Next": "Gone"}], "Default": "Both"},
    },
}


def test_walk_gives_nested_states_after_the_state_that_holds_them() -> None:
    assert [state.name for state in asl.read(ORDERS).walk()] == ["Each", "In/side", "Both", "L", "R", "Big?"]


def test_pointers_lead_to_the_state_in_the_definition() -> None:
    machine = asl.read(ORDERS)
    assert machine.find("In/side").pointer == "/States/Each/ItemProcessor/States/In~1side"
    assert machine.find("R").pointer == "/States/Both/Branches/1/States/R"


def test_query_language_is_inherited_from_the_machine_around() -> None:
    machine = asl.read(ORDERS)
    assert machine.find("Each").query_language == "JSONPath"
    assert machine.find("In/side").query_language == "JSONata"


def test_edges_keep_their_kind_order_and_place() -> None:
    machine = asl.read(ORDERS)
    both, big = machine.states["Both"], machine.states["Big?"]
    assert [(e.kind, e.target, e.pointer) for e in both.edges()] == [
        ("next", "Big?", "/States/Both/Next"),
        ("catch", "Big?", "/States/Both/Catch/0/Next"),
    ]
    assert [(e.kind, e.target, e.pointer) for e in big.edges()] == [
        ("choice", "Gone", "/States/Big?/Choices/0/Next"),
        ("default", "Both", "/States/Big?/Default"),
    ]


def test_a_definition_under_construction_is_a_value_too() -> None:
    machine = asl.read({"States": {"A": {"Type": "Pass", "Next": 3, "Unknown": [1]}}})
    assert machine.start_at is None
    assert list(machine.states["A"].edges()) == []
    assert machine.states["A"].fields["Unknown"] == [1]


@pytest.mark.parametrize("text", ["[]", "3", '"x"'])
def test_what_is_not_an_object_is_refused(text: str) -> None:
    with pytest.raises(InvalidDefinition, match="JSON object"):
        asl.read(text)


def test_text_that_is_not_json_says_where() -> None:
    with pytest.raises(InvalidJson, match="line 1, column 2"):
        asl.read("{nope}")


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=5),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(
                [
                    "States",
                    "StartAt",
                    "Type",
                    "Map",
                    "Parallel",
                    "Branches",
                    "Iterator",
                    "Choices",
                    "Catch",
                    "Next",
                    "A",
                ]
            ),
            inner | st.sampled_from(["Map", "Parallel", "Choice"]),
            max_size=4,
        )
    ),
    max_leaves=20,
)


@given(st.dictionaries(st.sampled_from(["States", "StartAt", "QueryLanguage"]), JSON))
def test_reading_never_fails_on_an_object(definition: dict[str, object]) -> None:
    for state in asl.read(definition).walk():
        list(state.edges())


def test_keyword_table_covers_every_field_once() -> None:
    fields = {field for table in asl.STATE_FIELDS.values() for field in table}
    assert fields <= set(asl.KEYWORDS.values())
    assert len(set(asl.KEYWORDS.values())) == len(asl.KEYWORDS)
