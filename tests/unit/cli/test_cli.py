from __future__ import annotations

import json
import signal
import subprocess
import sys
import urllib.request
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from sfn_notebook.cli import main

SOUND = {"StartAt": "A", "States": {"A": {"Type": "Pass", "Result": {"done": True}, "End": True}}}
DANGLING = {"StartAt": "A", "States": {"A": {"Type": "Pass", "Next": "Nowhere"}}}
FAILING = {"StartAt": "A", "States": {"A": {"Type": "Fail", "Error": "Oops", "Cause": "it broke"}}}


def call(*arguments: object, stdin: str | None = None) -> Result:
    return CliRunner().invoke(main, [str(argument) for argument in arguments], input=stdin)


@pytest.fixture
def write(tmp_path: Path):
    def to_file(definition: object, name: str = "machine.json") -> Path:
        path = tmp_path / name
        path.write_text(definition if isinstance(definition, str) else json.dumps(definition), "utf-8")
        return path

    return to_file


def test_help_names_every_command() -> None:
    text = call("--help").output
    for command in ("demo", "lab", "serve", "run", "graph", "lint"):
        assert f"\n  {command} " in text


def test_lab_hands_its_options_on(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    called: list[list[str]] = []
    monkeypatch.setattr("subprocess.call", lambda command: called.append(command) or 3)
    assert call("lab", tmp_path, "--no-browser", "--port=1").exit_code == 3
    assert called[0][1:] == ["-m", "jupyterlab", str(tmp_path), "--no-browser", "--port=1"]


def test_run_prints_the_output_alone_on_stdout(write) -> None:
    result = call("run", write(SOUND))
    assert result.exit_code == 0
    assert result.stdout == '{"done":true}\n'
    assert "PassStateEntered" in result.stderr


def test_run_quiet_prints_no_events(write) -> None:
    assert call("run", write(SOUND), "--quiet").stderr == ""


def test_run_reads_the_input_from_a_file(write) -> None:
    given = write({"n": 1}, "input.json")
    machine = write({"StartAt": "A", "States": {"A": {"Type": "Pass", "End": True}}})
    assert call("run", machine, "--input", f"@{given}").stdout == '{"n":1}\n'


def test_run_reads_the_definition_from_stdin() -> None:
    assert call("run", "-", stdin=json.dumps(SOUND)).stdout == '{"done":true}\n'


def test_run_tells_why_it_failed_and_exits_with_1(write) -> None:
    result = call("run", write(FAILING))
    assert result.exit_code == 1
    assert "Oops" in result.stderr
    assert "it broke" in result.stderr
    assert "Traceback" not in result.output


@pytest.mark.parametrize("given", ["{", "@missing.json"])
def test_run_refuses_a_bad_input_in_one_message(write, given: str) -> None:
    result = call("run", write(SOUND), "--input", given)
    assert result.exit_code == 1
    assert result.stderr.startswith("Error: ")
    assert "Traceback" not in result.output


def test_a_file_that_is_not_json_says_where(write) -> None:
    result = call("run", write('{"StartAt": }'))
    assert result.exit_code == 1
    assert "line 1" in result.stderr


def test_graph_as_text(write) -> None:
    assert "A" in call("graph", write(SOUND)).stdout


@pytest.mark.parametrize(("name", "start"), [("out.svg", b"<svg"), ("out.png", b"\x89PNG"), ("out.dot", b"digraph")])
def test_graph_to_a_file(write, tmp_path: Path, name: str, start: bytes) -> None:
    result = call("graph", write(SOUND), "-o", tmp_path / name)
    assert result.exit_code == 0, result.output
    assert (tmp_path / name).read_bytes().lstrip().startswith(start)


def test_lint_looks_at_every_file(write) -> None:
    result = call("lint", write(DANGLING, "bad.json"), write(SOUND, "good.json"))
    assert result.exit_code == 1
    assert "bad.json:" in result.stdout
    assert "Nowhere" in result.stdout
    assert "good.json" not in result.stdout


def test_lint_of_sound_files_is_silent(write) -> None:
    result = call("lint", write(SOUND))
    assert (result.exit_code, result.output) == (0, "")


@pytest.mark.parametrize("kind", [signal.SIGINT, signal.SIGTERM])
def test_serve_ends_cleanly(kind: signal.Signals) -> None:
    program = subprocess.Popen(
        [sys.executable, "-c", "from sfn_notebook.cli import main; main()", "serve", "--port", "0"],
        stdout=subprocess.PIPE,
        text=True,
        # as in a shell's background
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_IGN),  # noqa: PLW1509  # no other thread is here
    )
    try:
        assert program.stdout is not None
        url = program.stdout.readline().split(" at ")[1].split(";")[0]
        request = urllib.request.Request(url, b"{}", {"X-Amz-Target": "AWSStepFunctions.ListStateMachines"})
        with urllib.request.urlopen(request) as answer:
            assert json.loads(answer.read()) == {"stateMachines": []}
        program.send_signal(kind)
        assert program.wait(20) == 0
    finally:
        program.kill()
        program.communicate()


def test_serve_keeps_what_it_has_in_a_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "kept.sfn"
    monkeypatch.setattr("sfn_notebook.cli._wait_for_the_end", lambda: None)
    assert call("serve", "--port=0", f"--path={path}").exit_code == 0
    assert path.exists()
    refused = call("serve", "--port=0", f"--path={path}", "--region=eu-west-1")
    assert refused.exit_code == 1
    assert "belongs to a session with region='us-east-1'" in refused.output


TEMPLATE = {
    "Resources": {
        "Good": {"Type": "AWS::StepFunctions::StateMachine", "Properties": {"DefinitionString": json.dumps(SOUND)}},
        "Bad": {"Type": "AWS::StepFunctions::StateMachine", "Properties": {"DefinitionString": json.dumps(DANGLING)}},
    }
}
YAML = "StartAt: A\nStates:\n  A: {Type: Pass, Result: {done: true}, End: true} # all\n"


def test_every_command_reads_every_format(write) -> None:
    file, template = write(YAML, "machine.yaml"), write(TEMPLATE, "template.json")
    assert call("run", file, "--quiet").stdout == '{"done":true}\n'
    assert call("run", template, "--machine", "Good", "--quiet").stdout == '{"done":true}\n'
    assert call("run", "-", "--quiet", stdin=YAML).stdout == '{"done":true}\n'
    assert call("graph", file).stdout == call("graph", write(SOUND)).stdout
    assert call("lint", file).exit_code == 0
    linted = call("lint", template)
    assert linted.exit_code == 1
    assert linted.stdout.startswith(f"{template}#Bad:/States/A/Next: error:")


def test_a_template_of_several_wants_a_name(write) -> None:
    result = call("graph", write(TEMPLATE, "template.json"))
    assert result.exit_code == 1
    assert "there are 2 state machines in it" in result.stderr
    assert "Did you mean 'Good'" in call("graph", write(TEMPLATE, "template.json"), "--machine", "Goods").stderr


@pytest.mark.parametrize("to", ["json", "yaml", "code", "cloudformation", "sam", "cdk", "terraform", "terraform-json"])
def test_convert_writes_each_format(write, tmp_path: Path, to: str) -> None:
    file = write(YAML, "machine.yaml")
    out = tmp_path / "out.txt"
    printed = call("convert", file, "--to", to)
    assert printed.exit_code == 0
    assert call("convert", file, "--to", to, "-o", out).stderr == f"wrote {out}\n"
    assert out.read_text("utf-8") == printed.stdout
    if to not in ("code", "cdk"):
        back = call("convert", "-", "--to", "json", "--from", to.partition("-")[0], stdin=printed.stdout)
        assert json.loads(back.stdout) == SOUND


def test_convert_keeps_comments_and_says_what_is_wrong(write) -> None:
    assert call("convert", write(YAML, "machine.yaml"), "--to", "yaml").stdout == YAML
    refused = call("convert", write("", "empty.yaml"), "--to", "json")
    assert (refused.exit_code, refused.stderr) == (1, "Error: there is nothing in it: the text is empty.\n")


def test_diff_tells_what_differs_and_the_exit_code_says_whether(tmp_path: Path) -> None:
    old, new = tmp_path / "old.json", tmp_path / "new.json"
    old.write_text('{"StartAt": "A", "States": {"A": {"Type": "Wait", "Seconds": 1, "End": true}}}')
    new.write_text('{"StartAt": "A", "States": {"A": {"Type": "Wait", "Seconds": 2, "End": true}}}')
    told = CliRunner().invoke(main, ["diff", str(old), str(new)])
    assert (told.exit_code, "/States/A/Seconds: 1 → 2" in told.output) == (1, True)
    assert CliRunner().invoke(main, ["diff", str(old), str(old)]).exit_code == 0


def test_policy_tells_the_role_or_writes_it(tmp_path: Path) -> None:
    file = tmp_path / "m.json"
    task = (
        '{"Type": "Task", "Resource": "arn:aws:states:::sns:publish", "Parameters": {"TopicArn": "arn:t"}, "End": true}'
    )
    file.write_text(f'{{"StartAt": "A", "States": {{"A": {task}}}}}')
    assert "for A: calls sns:publish" in CliRunner().invoke(main, ["policy", str(file)]).output
    written = json.loads(CliRunner().invoke(main, ["policy", str(file), "--to", "json"]).output)
    assert written["Statement"] == [{"Effect": "Allow", "Action": ["sns:Publish"], "Resource": ["arn:t"]}]


def test_cost_tells_what_executions_cost(tmp_path: Path) -> None:
    file = tmp_path / "m.json"
    file.write_text(
        '{"StartAt": "A", "States": {"A": {"Type": "Task", "Resource": "arn:x", "Retry": [{}], "End": true}}}'
    )
    told = CliRunner().invoke(main, ["cost", str(file), "--per-month", "10000", "--rate", "A=0.1"])
    assert "10,000 executions a month: $0.275 as STANDARD" in told.output
    assert CliRunner().invoke(main, ["cost", str(file), "--rate", "A"]).exit_code == 2


MENDABLE = {"StartAt": "A", "States": {"A": {"Type": "Pass", "Parameters": {"x": "$.y"}, "End": True}}}


def test_lint_lives_with_what_is_ignored_for_a_reason(write) -> None:
    file = write(MENDABLE)
    assert "NO_DOLLAR" in call("lint", file).stdout
    assert call("lint", "--ignore", "NO_DOLLAR=it is a price", file).stdout == ""
    refused = call("lint", "--ignore", "NO_DOLLAR", file)
    assert refused.exit_code == 1
    assert "needs a reason" in refused.output


def test_lint_mends_and_writes_back(write) -> None:
    file = write(MENDABLE)
    result = call("lint", "--fix", file)
    assert (result.exit_code, result.stdout) == (0, "")
    assert "renamed /States/A/Parameters/x to 'x.$'" in result.stderr
    assert json.loads(Path(file).read_text("utf-8"))["States"]["A"]["Parameters"] == {"x.$": "$.y"}


def test_lint_tells_as_json(write) -> None:
    (told,) = json.loads(call("lint", "--format", "json", "--severity", "warning", write(MENDABLE)).stdout)
    assert (told["code"], told["pointer"], told["fixable"]) == ("NO_DOLLAR", "/States/A/Parameters/x", True)
