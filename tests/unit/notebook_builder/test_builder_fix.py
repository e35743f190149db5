"""sm.fix(): what lint can mend without a guess, as one edit."""

import sfn_notebook as sfn

UNMENDED = {
    "StartAt": "Charge",
    "States": {
        "Charge": {
            "Type": "Task",
            "Resource": "arn:aws:states:::lambda:invoke",
            "Parameters": {"FunctionName": "charge", "Payload.$": "$"},
            "Catch": [
                {"ErrorEquals": ["States.ALL"], "Next": "Late"},
                {"ErrorEquals": ["Busy"], "Next": "Late"},
            ],
            "End": True,
        },
        "Late": {"Type": "Succeed"},
    },
}


def catchers(sm: sfn.StateMachine) -> list[str]:
    return [entry["ErrorEquals"][0] for entry in sm.definition["States"]["Charge"]["Catch"]]


def test_it_mends_says_what_and_leaves_the_rest() -> None:
    sm = sfn.load(UNMENDED)
    assert not sm.lint().ok
    fixed = sm.fix()
    assert sm.lint().ok
    assert catchers(sm) == ["Busy", "States.ALL"]
    assert len(fixed.edits) == 1
    want = sfn.load(UNMENDED).definition
    want["States"]["Charge"]["Catch"].reverse()
    assert sm.definition == want


def test_it_can_be_taken_back_and_made_again() -> None:
    sm = sfn.load(UNMENDED)
    handle, before = sm["Charge"], sm.definition
    sm.fix()
    sm.undo()
    assert sm.definition == before
    sm.redo()
    assert catchers(sm) == ["Busy", "States.ALL"]
    handle.retry("Busy", max_attempts=1)  # a handle from before it still means the state
    assert sm.definition["States"]["Charge"]["Retry"] == [{"ErrorEquals": ["Busy"], "MaxAttempts": 1}]


def test_where_there_is_nothing_to_mend_nothing_happens() -> None:
    sm = sfn.StateMachine("m")
    sm.pass_("A")
    before = sm.definition
    assert not sm.fix().edits
    assert sm.definition == before
    sm.undo()
    assert sm.definition["States"] == {}
