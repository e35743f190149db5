import json
import random
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sfn_notebook.asl import BOTH, KEYWORDS, STATE_FIELDS
from sfn_notebook.asl.fields import snake_case
from sfn_notebook.errors import InvalidArgument, InvalidDefinition, InvalidJson, UnknownKeyword, UnknownName
from sfn_notebook.notebook import keywords
from sfn_notebook.notebook.machine import StateMachine
from sfn_notebook.notebook.values import path, q, token

SHARED = Path(__file__).parents[4] / "shared" / "conformance" / "execution.jsonl"  # recorded runs, where they lie


def machine(**options):
    return StateMachine("orders", **options)


def order_cells():
    """The cells of a notebook; each wires by name or through `sm`, so that any may come first."""
    return [
        lambda sm: sm.pass_("Prepare", output={"total": 5}),
        lambda sm: sm.chain("Prepare", "Big?"),
        lambda sm: sm.choice("Big?").when(q("$states.input.total > 100"), "Ask").otherwise("Charge"),
        lambda sm: sm.lambda_invoke("Charge", "charge").retry(ValueError, max_attempts=2).catch("States.ALL", "Late"),
        lambda sm: sm.sqs_send("Ask", queue_url="u", body={"t": token}, wait="callback", timeout_seconds=9) >> "Charge",
        lambda sm: sm.branch("left").pass_("L") >> sm.branch("left").wait("LW", seconds=1),
        lambda sm: sm.pass_("R"),
        lambda sm: sm.parallel("Both", branches=[sm.branch("left"), "R"]) >> "Done",
        lambda sm: sm.chain("Charge", "Both"),
        lambda sm: sm.succeed("Done"),
        lambda sm: sm.fail("Late", error="Late", cause="too late"),
        lambda sm: sm.start_at("Prepare"),
    ]


def built(cells):
    sm = machine()
    for cell in cells:
        cell(sm)
    return sm.definition


EXPECTED = built(order_cells())


def test_the_order_workflow_is_sound():
    assert machine(definition=EXPECTED).lint().ok


@given(st.randoms(use_true_random=False))
def test_cells_in_any_order_make_the_same_machine(shuffler):
    cells = order_cells()
    shuffler.shuffle(cells)
    assert built(cells) == EXPECTED


@given(st.lists(st.sampled_from(range(len(order_cells()))), max_size=20), st.randoms(use_true_random=False))
def test_running_any_cells_again_changes_nothing(again, shuffler):
    cells = order_cells()
    shuffler.shuffle(cells)
    assert built([*cells, *(cells[index] for index in again)]) == EXPECTED


def test_twice_and_reversed():
    cells = order_cells()
    assert built(cells + cells) == EXPECTED
    assert built([*cells, *reversed(cells)]) == EXPECTED


def test_the_default_start_is_the_first_added_and_stays_when_cells_run_again():
    sm = machine()
    sm.pass_("A")
    sm.pass_("B") >> "A"
    assert sm.definition["StartAt"] == "A"
    sm.pass_("B")
    sm.pass_("A", output=1)
    assert sm.definition["StartAt"] == "A"
    sm.remove("A")
    assert sm.definition["StartAt"] == "B"


def test_the_default_start_is_not_inside_a_branch():
    sm = machine()
    sm.pass_("L") >> sm.pass_("L2")
    sm.parallel("Both", branches=["L"])
    made = sm.definition
    assert made["StartAt"] == "Both"
    assert list(made["States"]) == ["Both"]
    assert list(made["States"]["Both"]["Branches"][0]["States"]) == ["L", "L2"]


def test_replacing_a_state_keeps_its_edges_in_and_out():
    sm = machine()
    sm.pass_("A") >> sm.pass_("B") >> "C"
    sm["B"].name
    sm.lambda_invoke("B", "f").catch("E", "Late")
    sm.wait("B", seconds=1)
    sm.lambda_invoke("B", "g")
    states = sm.definition["States"]
    assert states["A"]["Next"] == "B"
    assert states["B"]["Next"] == "C"
    assert states["B"]["Catch"] == [{"ErrorEquals": ["E"], "Next": "Late"}]
    assert "Seconds" not in states["B"]
    sm["B"] >> "D"
    assert sm.definition["States"]["B"]["Next"] == "D"


def test_no_edge_out_is_the_end():
    sm = machine()
    a = sm.pass_("A") >> "B"
    assert sm.definition["States"]["A"] == {"Type": "Pass", "Next": "B"}
    assert repr(a) == "A >> B"
    sm["A"].end()
    assert sm.definition["States"]["A"] == {"Type": "Pass", "End": True}
    sm.pass_("A", next="B")
    sm.pass_("A", end=True)
    assert sm.definition["States"]["A"]["End"] is True


def test_chains_join_names_states_and_chains():
    sm = machine()
    chain = "S" >> (sm.pass_("A") >> sm.pass_("B")) >> (sm.pass_("C") >> "D")
    sm.pass_("S")
    assert {name: state.get("Next") for name, state in sm.definition["States"].items()} == {
        "A": "B", "B": "C", "C": "D", "S": "A",
    }  # fmt: skip
    assert repr(chain) == "S >> A >> B >> C >> D"
    assert sm["A"].then("X").then("Y").ends == ("A", "Y")
    assert chain.machine is sm


# edits: the same cell, changed, run again


def test_an_edited_rule_replaces_the_old_one():
    sm = machine()
    sm.choice("C").when(q("$a"), "X").when(q("$b"), "Y")
    sm.choice("C")
    assert len(sm.definition["States"]["C"]["Choices"]) == 2  # edges stay until they are wired anew
    sm.choice("C").when(q("$c"), "X").when(q("$b"), "Z").otherwise("D")
    assert sm.definition["States"]["C"] == {
        "Type": "Choice",
        "Choices": [{"Condition": "{% $c %}", "Next": "X"}, {"Condition": "{% $b %}", "Next": "Z"}],
        "Default": "D",
    }


def test_an_edited_retrier_replaces_the_old_one_and_the_same_is_said_once():
    sm = machine()
    for errors, attempts in (("E", 1), ("E", 2), (["F", "E"], 3)):
        sm.lambda_invoke("T", "f").retry(errors, max_attempts=attempts)
    assert sm.definition["States"]["T"]["Retry"] == [{"ErrorEquals": ["F", "E"], "MaxAttempts": 3}]
    sm["T"].retry("G").retry("G", jitter="FULL").retry(["E", "F"], max_attempts=0)
    assert sm.definition["States"]["T"]["Retry"] == [
        {"ErrorEquals": ["E", "F"], "MaxAttempts": 0},
        {"ErrorEquals": ["G"], "JitterStrategy": "FULL"},
    ]


def test_what_another_cell_said_outlives_a_rerun_of_the_declaring_cell():
    sm = machine()
    for _ in range(2):
        sm.lambda_invoke("T", "f").catch("A", "X")
        sm["T"].catch("B", "Y")
    sm.lambda_invoke("T", "f").catch("A", "X")
    assert [entry["ErrorEquals"] for entry in sm.definition["States"]["T"]["Catch"]] == [["A"], ["B"]]


def test_states_all_comes_last_in_whatever_order_it_was_said():
    sm = machine()
    state = sm.lambda_invoke("T", "f").retry("States.ALL").retry("E").catch("States.ALL", "X").catch("E", "Y")
    made = sm.definition["States"]["T"]
    assert [entry["ErrorEquals"] for entry in made["Retry"]] == [["E"], ["States.ALL"]]
    assert [entry["Next"] for entry in made["Catch"]] == ["Y", "X"]
    assert repr(state) == "Task 'T' → 'Y', 'X'"


def test_retry_and_catch_keywords_replace_all():
    sm = machine()
    sm.lambda_invoke("T", "f").retry("E").catch("E", "X")
    sm.lambda_invoke("T", "f", retry=[{"error_equals": "F", "max_attempts": 1}], catch=[])
    made = sm.definition["States"]["T"]
    assert made["Retry"] == [{"ErrorEquals": ["F"], "MaxAttempts": 1}]
    assert "Catch" not in made


# refusals: where they are typed, before anything changes


@pytest.mark.parametrize(
    ("attempt", "error", "said"),
    [
        (lambda sm: sm.wait("W", second=5), UnknownKeyword, "Did you mean 'seconds'"),
        (lambda sm: sm.wait("W", Seconds=5), UnknownKeyword, "snake_case here: seconds="),
        (lambda sm: sm.pass_("P", parameters={}), UnknownKeyword, "belongs to JSONPath, and Pass state 'P' is JSONata"),
        (lambda sm: sm.pass_("P", result_path="$.a"), UnknownKeyword, "query_language='JSONPath'"),
        (lambda sm: sm.pass_("P", output=path("$.a")), UnknownKeyword, "query_language='JSONPath'"),
        (lambda sm: sm.succeed("S", next="X"), UnknownKeyword, "succeed\\(\\) has no keyword 'next'"),
        (lambda sm: sm.pass_("P", type="Task"), UnknownKeyword, "has no keyword 'type'"),
        (lambda sm: sm.pass_(""), InvalidArgument, "a state's name is a text"),
        (lambda sm: sm.pass_(5), InvalidArgument, "given was 5"),
        (lambda sm: sm["Chrge"], UnknownName, "Did you mean 'Charge'"),
        (lambda sm: sm.remove("Chrge"), UnknownName, "Did you mean 'Charge'"),
        (lambda sm: sm.rename("Chrge", "X"), UnknownName, "Did you mean 'Charge'"),
        (lambda sm: sm.rename("Charge", "Done"), InvalidArgument, "already a state 'Done'"),
        (lambda sm: sm["Done"] >> "X", InvalidArgument, "Succeed state 'Done' ends"),
        (lambda sm: sm["Big?"] >> "X", InvalidArgument, "\\.otherwise\\('X'\\)"),
        (lambda sm: sm["Done"].retry("E"), InvalidArgument, "Succeed state 'Done' has no Retry; Task, Parallel, Map"),
        (lambda sm: sm["Charge"].retry([]), InvalidArgument, "errors are names"),
        (lambda sm: sm["Charge"].retry(5), InvalidArgument, "errors are names"),
        (lambda sm: sm["Charge"].retry("E", jitter="SOME"), InvalidArgument, "'FULL' or 'NONE'"),
        (lambda sm: sm["Charge"].retry("E", attempts=1), UnknownKeyword, "Did you mean 'max_attempts'"),
        (lambda sm: StateMachine("m", typ="EXPRESS"), UnknownKeyword, "StateMachine\\(\\) has no keyword 'typ'"),
        (lambda sm: sm.run({}, timout=5), UnknownKeyword, "Did you mean 'timeout'"),
        (lambda sm: sm["Charge"].catch("E", 5), InvalidArgument, "given was 5"),
        (
            lambda sm: sm["Charge"].catch("E", "X", result_path="$.e"),
            UnknownKeyword,
            "Allowed: assign, output, comment",
        ),
        (lambda sm: sm["Big?"].when(path("$.a") > 1, "X"), UnknownKeyword, "is JSONPath"),
        (lambda sm: sm["Big?"].when("$a", "X"), InvalidArgument, "Write it as q"),
        (lambda sm: sm["Charge"] >> 5, InvalidArgument, "given was 5"),
        (lambda sm: sm["Charge"] >> ["A", "B"], InvalidArgument, "several ways at once use sm.parallel"),
        (lambda sm: sm.wait("W", 5), UnknownKeyword, "By position: name; by keyword: seconds, "),
        (lambda sm: sm.task("T"), UnknownKeyword, "missing a required .*'resource'"),
        (
            lambda sm: sm["Charge"] >> StateMachine("other").pass_("A"),
            InvalidArgument,
            "belongs to the machine 'other'",
        ),
        (lambda sm: sm.chain("A"), InvalidArgument, "two states or more"),
        (lambda sm: sm.parallel("P", branches="A"), InvalidArgument, "branches= is a list"),
        (lambda sm: sm.parallel("P", branches=[5]), InvalidArgument, "given was 5"),
        (lambda sm: sm.pass_("P", query_language="SQL"), InvalidArgument, "'JSONata' or 'JSONPath'"),
        (lambda sm: sm.pass_("P", query_language="JSONPath"), InvalidArgument, "cannot be JSONPath in a JSONata"),
        (lambda sm: sm.pass_("P", output={"a": object()}), InvalidArgument, "output=.a"),
    ],
)
def test_refused_where_it_is_typed_and_nothing_changes(attempt, error, said):
    sm = machine()
    sm.choice("Big?").otherwise("Charge")
    sm.lambda_invoke("Charge", "f") >> sm.succeed("Done")
    before = sm.definition
    with pytest.raises(error, match=said):
        attempt(sm)
    assert sm.definition == before


def test_keywords_of_the_type_checker_are_those_of_the_table():
    explicit = {
        "Task": {"Resource", "Arguments", "Parameters"},
        "Parallel": {"Branches"},
        "Map": {"Items"},
    }
    for state_type, fields in STATE_FIELDS.items():
        typed = set(getattr(keywords, f"{state_type}Fields").__annotations__) - {"asl"}
        table = {snake_case(one) for one in fields if one not in {"Type", *explicit.get(state_type, ())}}
        if state_type == "Map":
            table.discard("arguments")
        assert typed == table, state_type


def test_help_spells_out_every_keyword():
    import inspect

    assert "heartbeat_seconds" in inspect.signature(StateMachine.lambda_invoke).parameters
    assert "fields" not in inspect.signature(StateMachine.wait).parameters


@pytest.mark.parametrize(("state_type", "method"), [("Pass", "pass_"), ("Wait", "wait"), ("Succeed", "succeed")])
@pytest.mark.parametrize("query_language", ["JSONPath", "JSONata"])
def test_every_field_of_the_table_can_be_written(state_type, method, query_language):
    sm = machine(query_language=query_language)
    for field, language in STATE_FIELDS[state_type].items():
        if language in (BOTH, query_language) and field not in ("Type", "QueryLanguage", "Next", "End"):
            getattr(sm, method)("S", **{snake_case(field): "x"})
            assert sm.definition["States"]["S"][field] == "x"
            assert KEYWORDS[snake_case(field)] == field


def test_asl_passes_what_the_toolkit_does_not_know():
    sm = machine()
    sm.pass_("P", asl={"Brand": {"new": q("$x")}, "Next": "Q"})
    assert sm.definition["States"]["P"] == {"Type": "Pass", "Brand": {"new": "{% $x %}"}, "Next": "Q"}


def test_both_languages_in_one_jsonpath_machine():
    sm = machine(query_language="JSONPath")
    sm.pass_("A", parameters={"id": path("$.id"), "n": 1}, result_path=path("$.r"))
    sm.pass_("B", query_language="JSONata", output={"id": q("$states.input.id")})
    sm.wait("W", seconds=path("$.s"))
    sm.wait("T", timestamp=path("$$.State.EnteredTime"))
    sm.map("M", items=path("$.all"), processor=sm.pass_("P"), max_concurrency=path("$.n"))
    sm.choice("C").when(path("$.n") > 3, "A").otherwise("B")
    sm.sqs_send("Q", queue_url=path("$.url"), body={"t": token})
    sm.fail("F", error=path("$.e"), cause="c")
    states = sm.definition["States"]
    assert states["A"]["Parameters"] == {"id.$": "$.id", "n": 1}
    assert states["A"]["ResultPath"] == "$.r"
    assert states["B"]["QueryLanguage"] == "JSONata"
    assert states["W"]["SecondsPath"] == "$.s"
    assert states["T"]["TimestampPath"] == "$$.State.EnteredTime"
    assert (states["M"]["ItemsPath"], states["M"]["MaxConcurrencyPath"]) == ("$.all", "$.n")
    assert states["C"]["Choices"] == [{"Variable": "$.n", "NumericGreaterThan": 3, "Next": "A"}]
    assert states["Q"]["Parameters"] == {"QueueUrl.$": "$.url", "MessageBody": {"t.$": "$$.Task.Token"}}
    assert (states["F"]["ErrorPath"], states["F"]["Cause"]) == ("$.e", "c")
    with pytest.raises(UnknownKeyword, match=r"belongs to JSONata.*In JSONPath use parameters=|parameters="):
        sm.task("X", resource="lambda:invoke", arguments={})
    with pytest.raises(InvalidArgument, match="use input_path="):
        sm.pass_("X", parameters=path("$.a"))
    with pytest.raises(InvalidArgument, match=r"Use parameters=\{"):
        sm.pass_("X", result={"a": path("$.a")})


# branches


def test_branches_of_every_kind():
    sm = machine()
    left = sm.branch("left")
    left.pass_("L") >> left.pass_("L2")
    other = StateMachine("other")
    other.succeed("O")
    literal = {"StartAt": "D", "States": {"D": {"Type": "Succeed"}}}
    sm.parallel("Both", branches=[left, sm.pass_("H"), "Named", sm.pass_("C") >> sm.pass_("C2"), literal, other])
    sm.pass_("Named")
    made = sm.definition
    assert [list(branch["States"]) for branch in made["States"]["Both"]["Branches"]] == [
        ["L", "L2"], ["H"], ["Named"], ["C", "C2"], ["D"], ["O"],
    ]  # fmt: skip
    assert [branch["StartAt"] for branch in made["States"]["Both"]["Branches"]] == ["L", "H", "Named", "C", "D", "O"]
    assert sm.lint().ok
    assert repr(left) == "Branch 'left': L, L2"
    left.start_at("L2")
    assert sm.definition["States"]["Both"]["Branches"][0]["StartAt"] == "L2"


def test_a_branch_adds_every_kind_of_state():
    sm = machine()
    left = sm.branch("left")
    left.lambda_invoke("Charge", "charge").retry("E") >> left.choice("Ok?").otherwise("Told")
    left.sns_publish("Told", topic_arn="t", message="m")
    sm.parallel("Both", branches=[sm.branch("left")])
    assert list(sm.definition["States"]["Both"]["Branches"][0]["States"]) == ["Charge", "Ok?", "Told"]
    with pytest.raises(InvalidArgument, match="belongs to another machine"):
        sm.parallel("Both", branches=[StateMachine("other").branch("left")])
    with pytest.raises(InvalidArgument, match="a branch's name"):
        sm.branch("")


def test_nested_branches_and_processors():
    sm = machine()
    sm.pass_("Item") >> sm.wait("Pause", seconds=1)
    sm.map("Each", items=q("$states.input"), processor="Item", mode="DISTRIBUTED", execution_type="EXPRESS")
    sm.parallel("Both", branches=["Each", sm.pass_("Aside")])
    sm["Both"] >> sm.succeed("Done")
    made = sm.definition
    each = made["States"]["Both"]["Branches"][0]["States"]["Each"]
    assert made["StartAt"] == "Both"
    assert each["ItemProcessor"]["ProcessorConfig"] == {"Mode": "DISTRIBUTED", "ExecutionType": "EXPRESS"}
    assert list(each["ItemProcessor"]["States"]) == ["Item", "Pause"]
    assert sm.lint().ok


def test_what_the_machine_leads_to_stays_outside_a_branch():
    sm = machine()
    sm.pass_("L") >> "Done"  # a mistake: it should end its branch
    sm.parallel("Both", branches=["L"]) >> sm.succeed("Done")
    made = sm.definition
    assert list(made["States"]) == ["Both", "Done"]
    assert [p.message for p in sm.lint().errors] == ["Missing 'Next' target: Done"]


def test_no_state_is_lost_when_branches_go_in_circles():
    sm = machine()
    sm.parallel("P", branches=["Q"])
    sm.parallel("Q", branches=["P"])
    sm.pass_("A")
    sm.parallel("Self", branches=["Self"])
    sm.start_at("A")
    text = sm.to_json()
    assert all(f'"{name}": {{' in text for name in ("P", "Q", "A", "Self"))
    assert not sm.lint().ok


def test_a_branch_not_placed_yet_is_seen():
    sm = machine()
    sm.pass_("A")
    sm.branch("left").pass_("L")
    assert list(sm.definition["States"]) == ["A", "L"]
    assert [p.state for p in sm.lint()] == ["L"]


# names


def test_remove_and_rename_follow_the_edges_and_can_be_run_again():
    sm = machine()

    def cells():
        sm.pass_("A") >> "B"
        sm.choice("C").when(q("$x"), "B").otherwise("B")
        sm.lambda_invoke("B", "f").catch("E", "B2")
        sm.parallel("P", branches=["I"])
        sm.pass_("B2")
        sm.pass_("I")
        sm.start_at("B")
        sm.pass_("Gone")
        sm.remove("Gone")
        sm.rename("B", "Bee")
        sm.rename("B2", "Bee2")
        sm.rename("I", "Inner")

    cells()
    first = sm.definition
    assert first["StartAt"] == "Bee"
    assert first["States"]["A"]["Next"] == "Bee"
    assert first["States"]["C"]["Choices"][0]["Next"] == first["States"]["C"]["Default"] == "Bee"
    assert first["States"]["Bee"]["Catch"][0]["Next"] == "Bee2"
    assert list(first["States"]["P"]["Branches"][0]["States"]) == ["Inner"]
    cells()
    assert sm.definition == first
    sm.remove("Gone")
    sm.rename("B", "Bee")
    assert sm.definition == first


def test_a_cell_that_says_the_old_name_means_the_renamed_state():
    sm = machine()
    sm.pass_("A")
    sm.rename("A", "Bee")
    sm.chain("S", "A", "C")
    assert repr(sm.chain("S", "A")) == "S >> Bee"
    assert sm.definition["States"] == {"Bee": {"Type": "Pass", "Next": "C"}}
    sm.pass_("A", output=1)  # its cell runs again; the cell that renames will, too
    sm.rename("A", "Bee")
    assert sm.definition["States"] == {"Bee": {"Type": "Pass", "Output": 1, "Next": "C"}}


def test_what_does_not_reach_the_definition_is_told():
    sm = machine()
    sm.chain("Prepar", "Done")
    sm.chain("Done", "Prepare")
    sm.succeed("Done")
    sm.pass_("Prepare") >> "Done"
    sm.start_at("Prepare")
    told = [(one.code, one.state, one.message) for one in sm.lint()]
    assert told == [
        ("NO_SUCH_STATE", None, "There is an edge to 'Done' said of the state 'Prepar', which does not exist"),
        (
            "NOT_USED",
            "Done",
            "There is an edge to 'Prepare' said of it, which a Succeed state cannot have: it is not used",
        ),
    ]
    assert "Did you mean 'Prepare'?" in sm.lint()[0].hint
    assert "✗ There is an edge to 'Done'" in repr(sm)


def test_an_edge_of_the_state_before_is_forgotten_where_there_can_be_none():
    sm = machine()
    sm.pass_("A") >> "B"
    sm.succeed("A")
    assert sm.lint().ok
    assert list(sm.lint()) == []


def test_removing_leaves_edges_that_dangle_until_it_is_back():
    sm = machine()
    a = sm.pass_("A")
    a >> sm.succeed("B")
    sm.remove("B")
    assert [p.message for p in sm.lint().errors] == ["Missing 'Next' target: B"]
    sm.succeed("B")
    assert sm.lint().ok
    sm.remove(a)
    sm.pass_("A")
    a >> "B"  # an old handle is as good as a new one
    assert sm.definition["States"]["A"]["Next"] == "B"


def test_it_behaves_like_a_mapping_of_states():
    sm = machine()
    assert bool(sm)
    sm.pass_("A") >> sm.choice("C")
    assert (len(sm), list(sm), "A" in sm, "B" in sm) == (2, ["A", "C"], True, False)
    assert sm._ipython_key_completions_() == ["A", "C"]
    assert sm["A"] == sm.states["A"]
    assert sm["C"].when(q("$x"), "A").type == "Choice"
    assert {sm["A"]: 1}[sm["A"]] == 1
    assert sm["A"].query_language == "JSONata"


# reading


ORIGINAL = {
    "Comment": "c",
    "StartAt": "A",
    "TimeoutSeconds": 60,
    "States": {
        "A": {"Type": "Pass", "Result": {"x": 1}, "Custom": [1], "Next": "P"},
        "P": {
            "Type": "Parallel",
            "Branches": [
                {"StartAt": "B", "Comment": "left", "States": {"B": {"Type": "Pass", "End": True}}},
                {
                    "StartAt": "M",
                    "States": {
                        "M": {
                            "Type": "Map",
                            "ItemProcessor": {
                                "ProcessorConfig": {"Mode": "INLINE"},
                                "StartAt": "T",
                                "States": {
                                    "T": {"Type": "Task", "Resource": "arn:aws:states:::sns:publish", "End": True}
                                },
                            },
                            "End": True,
                        }
                    },
                },
            ],
            "Catch": [{"ErrorEquals": ["States.ALL"], "Next": "D", "ResultPath": "$.e"}],
            "Next": "C",
        },
        "C": {"Type": "Choice", "Choices": [{"Variable": "$.x", "IsNull": True, "Next": "D"}], "Default": "D"},
        "D": {"Type": "Succeed"},
    },
}


def test_reading_and_writing_gives_the_same(tmp_path):
    file = tmp_path / "orders.asl.json"
    file.write_text(json.dumps(ORIGINAL), encoding="utf-8")
    for given_ in (ORIGINAL, json.dumps(ORIGINAL), file, str(file)):
        assert machine(definition=given_).definition == ORIGINAL


@pytest.mark.skipif(not SHARED.exists(), reason="the recorded definitions are not here")
def test_every_recorded_definition_survives():
    for line in SHARED.read_text(encoding="utf-8").splitlines():
        definition = json.loads(line)["definition"]
        assert machine(definition=definition).definition == definition


def test_what_was_read_can_be_edited_where_it_stands():
    sm = machine(definition=ORIGINAL)
    assert sm.query_language == "JSONPath"
    sm.sns_publish("T", message=path("$.m"), topic_arn="t").retry("E")
    sm.branch("P[0]").pass_("B2")
    sm["B"] >> "B2"
    sm.rename("M", "Each")
    branches = sm.definition["States"]["P"]["Branches"]
    inner = branches[1]["States"]["Each"]["ItemProcessor"]["States"]["T"]
    assert inner["Parameters"] == {"TopicArn": "t", "Message.$": "$.m"}
    assert inner["Retry"] == [{"ErrorEquals": ["E"]}]
    assert list(branches[0]["States"]) == ["B", "B2"]
    assert branches[1]["StartAt"] == "Each"


def test_names_used_twice_are_kept_for_lint_to_tell():
    branch = {"StartAt": "A", "States": {"A": {"Type": "Succeed"}}}
    twice = {"StartAt": "A", "States": {"A": {"Type": "Parallel", "Branches": [branch, branch], "End": True}}}
    sm = machine(definition=twice)
    assert sm.definition == twice
    assert {p.code for p in sm.lint().errors} == {"DUPLICATE_STATE_NAME"}


@pytest.mark.parametrize(
    ("given_", "error"),
    [
        ([1], InvalidDefinition),
        ("[1]", InvalidDefinition),
        ("{", InvalidJson),
        ({"States": 5}, InvalidDefinition),
        ({"States": {"A": 5}}, InvalidDefinition),
        ({"States": {"A": {}}}, InvalidDefinition),
        ("no-such-file.json", InvalidArgument),
    ],
)
def test_what_is_no_definition_is_refused(given_, error):
    with pytest.raises(error):
        machine(definition=given_)


def test_malformed_parts_survive_for_lint_to_tell():
    odd = {
        "StartAt": "A",
        "States": {"A": {"Type": "Choice", "Choices": 5, "Next": "B"}, "B": {"Type": "Tsk", "Retry": 1}},
    }
    made = machine(definition=odd).definition
    assert made["States"]["A"] == odd["States"]["A"]
    assert made["States"]["B"]["Retry"] == 1


def test_options_set_anew_keep_the_states():
    sm = machine(comment="c", type="EXPRESS")
    sm.pass_("A")
    sm.reconfigure(timeout_seconds=5)
    assert sm.definition == {
        "QueryLanguage": "JSONata", "TimeoutSeconds": 5, "StartAt": "A", "States": {"A": {"Type": "Pass", "End": True}},
    }  # fmt: skip
    assert sm.type == "STANDARD"
    sm.reconfigure(definition=ORIGINAL)
    sm.reconfigure()
    assert sm.definition == ORIGINAL
    for bad in ({"type": "FAST"}, {"query_language": "SQL"}):
        with pytest.raises(InvalidArgument):
            sm.reconfigure(**bad)
    for bad in ("", "a b", "x" * 81, 5):
        with pytest.raises(InvalidArgument, match="1 to 80 characters"):
            StateMachine(bad)


def test_the_definition_is_the_callers_to_change():
    sm = machine()
    sm.pass_("A", output={"a": [1]})
    sm.definition["States"]["A"]["Output"]["a"].append(2)
    assert sm.definition["States"]["A"]["Output"] == {"a": [1]}


def test_text_is_deterministic_and_points_out_what_is_wrong():
    sm = machine()
    assert repr(sm) == "StateMachine 'orders' (STANDARD, JSONata): no states yet"
    sm.sqs_send("Ask", queue_url="u", body="b", wait="callback") >> "Nowhere"
    text = repr(sm)
    assert text == repr(sm)
    assert "Ask" in text
    for beside in ("leads to nothing", "no timeout", "no token sent"):
        assert beside in text
    assert text.endswith("lint(): 1 error, 2 warnings")
    assert sm._repr_mimebundle_()["text/plain"] == text
    assert sm.graph().svg.startswith("<")


def test_shuffled_rules_of_one_cell_keep_their_order():
    sm = machine()
    conditions = [f"$x = {number}" for number in range(5)]
    random.Random(1).shuffle(conditions)
    for _ in range(2):
        choice = sm.choice("C")
        for one in conditions:
            choice.when(q(one), "A")
    assert [entry["Condition"] for entry in sm.definition["States"]["C"]["Choices"]] == [
        f"{{% {one} %}}" for one in conditions
    ]
