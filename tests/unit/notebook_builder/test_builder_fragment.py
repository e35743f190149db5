"""Fragments: written once, used many times; and the names the old SDK's users know."""

import json

import pytest

import sfn_notebook as sfn
from sfn_notebook import StateMachine, fragment, q
from sfn_notebook.errors import InvalidArgument


@fragment
def checked(piece, limit=3):
    first = piece.choice("Big?").when(q(f"$states.input.n > {limit}"), "Refuse").otherwise("Take")
    piece.fail("Refuse", error="TooBig")
    return first, piece.pass_("Take", output=q("$states.input"))


def test_used_twice_with_edges_inside_and_out():
    sm = StateMachine("m")
    chain = sm.pass_("In") >> checked(sm, prefix="a ") >> checked(sm, limit=9, prefix="b ") >> sm.succeed("Out")
    for _ in range(2):
        states = sm.definition["States"]
        assert sorted(states) == ["In", "Out", "a Big?", "a Refuse", "a Take", "b Big?", "b Refuse", "b Take"]
        assert (states["In"]["Next"], states["a Take"]["Next"], states["b Take"]["Next"]) == ("a Big?", "b Big?", "Out")
        assert states["a Big?"]["Choices"][0]["Next"] == "a Refuse"
        assert sm.lint().ok
        checked(sm, limit=5, prefix="a ")  # the cell runs again, edited: replaced, and the edges stay
        assert [one["Condition"] for one in sm.definition["States"]["a Big?"]["Choices"]] == [
            "{% $states.input.n > 5 %}"
        ]
    assert chain.ends == ("In", "Out")


def test_nested_in_branches_and_with_the_names_around():
    @fragment
    def outer(piece, last):
        inner = checked(piece, prefix="in/")
        piece.map("Each", items=[1], processor=piece.branch("one"))
        piece.branch("one").pass_("P")
        tried = piece.lambda_invoke("Try", "f").catch("E", "Late")
        return inner >> tried >> piece["Each"] >> piece.pass_(last)

    sm = StateMachine("m")
    left = sm.branch("left")
    sm.fail("Late")
    outer(left, "Z", prefix="x ")
    sm.parallel("Both", branches=[left])
    made = sm.definition["States"]["Both"]["Branches"][0]
    assert made["StartAt"] == "x in/Big?"
    assert sorted(made["States"]) == ["Late", "x Each", "x Try", "x Z", "x in/Big?", "x in/Refuse", "x in/Take"]
    assert made["States"]["x Each"]["ItemProcessor"]["StartAt"] == "x P"
    assert made["States"]["x Try"]["Catch"][0]["Next"] == "Late"
    before = json.dumps(sm.definition)
    outer(left, "Y", prefix="x ")  # what is no longer in the piece goes
    assert "x Z" not in json.dumps(sm.definition)
    assert json.dumps(sm.undo().definition) == before


def test_in_another_machine_in_its_language():
    @fragment
    def any_language(piece):
        return piece.wait("W", seconds=1) >> piece.pass_("P")

    for language in ("JSONPath", "JSONata"):
        sm = StateMachine("m", query_language=language)
        any_language(sm, prefix="1")
        assert sm.lint().ok
        assert list(sm) == ["1W", "1P"]


@pytest.mark.parametrize(
    ("attempt", "said"),
    [
        (lambda sm: checked(sm, prefix=""), "prefix="),
        (lambda sm: checked("m", prefix="a"), "into a machine"),
        (lambda sm: fragment(lambda piece: piece.pass_("A") and None)(sm, prefix="a"), "return first, last"),
        (lambda sm: fragment(lambda piece: sm.pass_("A"))(StateMachine("other"), prefix="a"), "return first, last"),
    ],
)
def test_refused(attempt, said):
    with pytest.raises(InvalidArgument, match=said):
        attempt(StateMachine("m"))


def test_names_of_the_old_sdk():
    with sfn.local(clock="instant") as session:
        sm = session.state_machine("m")
        sm.pass_("A")
        execution = sm.execute(inputs={"n": 1}).wait()
        assert execution.output == {"n": 1}
        assert sm.render_graph().dot == sm.graph().dot
        assert execution.render_progress().dot == execution.graph().dot
        assert [one["id"] for one in execution.list_events(html=True)] == [one["id"] for one in execution.events()]
        assert [one["id"] for one in execution.list_events(max_items=1, reverse_order=True)] == [
            len(execution.events())
        ]
        assert session.attach(execution.arn).output == {"n": 1}
