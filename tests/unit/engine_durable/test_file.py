"""The file of a session: what it may be, what it must not be, and that nothing in it is lost."""

from __future__ import annotations

import json
import os
import shutil
import signal
import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

import sfn_notebook as sfn
from sfn_notebook.engine.durable import database
from sfn_notebook.engine.durable.database import Database

ASK = {
    "Type": "Task",
    "Resource": "arn:aws:states:::lambda:invoke.waitForTaskToken",
    "Parameters": {"FunctionName": "ask", "Payload": {"token.$": "$$.Task.Token"}},
    "End": True,
}
KILLED = """
import sys, time
import sfn_notebook as sfn
session = sfn.local(path=sys.argv[1])
session.function("ask")(lambda event, context: None)
sm = session.state_machine("m", definition={definition})
first, second = sm.start({{"n": 1}}), sm.start({{"n": 2}})
tokens = [one.callback("Ask").token for one in (first, second)]
session.client("stepfunctions").send_task_success(taskToken=tokens[0], output='"before"')
print(first.arn, second.arn, *tokens, flush=True)
time.sleep(60)
"""


def test_killed_hard_it_goes_on(file: Path) -> None:
    definition = {"StartAt": "Ask", "States": {"Ask": {**ASK}}}
    process = subprocess.Popen(
        [sys.executable, "-c", KILLED.format(definition=definition), str(file)], stdout=subprocess.PIPE, text=True
    )
    assert process.stdout is not None
    first, second, _, token = process.stdout.readline().split()
    with pytest.raises(sfn.SessionFileError, match="open in another session"):
        sfn.local(path=file)
    process.send_signal(signal.SIGKILL)
    process.wait()
    process.stdout.close()
    with sfn.local(path=file) as session:
        assert session.attach(first).result(10) == "before"
        waiting = session.attach(second)
        assert waiting.callback("Ask").token == token
        waiting.callback("Ask").succeed("after")
        assert waiting.result(10) == "after"


def test_one_process_at_a_time_has_it(opened: Any, file: Path) -> None:
    opened()
    with pytest.raises(sfn.SessionFileError, match=r"open in another session\.\nClose that one") as caught:
        sfn.local(path=file, clock="instant", seed=1)
    assert isinstance(caught.value, OSError)
    opened()


@pytest.mark.parametrize("path", [":memory:", "", "file:x?mode=memory", "a\0b", b"x", 5])
def test_what_is_no_file_is_refused(path: Any) -> None:
    with pytest.raises(sfn.InvalidArgument, match="Without a path everything stays in memory"):
        sfn.local(path=path)


def test_a_folder_is_refused_and_so_is_one_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(sfn.InvalidArgument, match="is a folder"):
        sfn.local(path=tmp_path)
    with pytest.raises(sfn.InvalidArgument, match=r"there is no folder .*\nMake it first"):
        sfn.local(path=tmp_path / "no" / "x.sfn")


def test_a_path_may_begin_with_a_tilde(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOME", str(tmp_path))
    sfn.local(path="~/x.sfn").close()
    assert (tmp_path / "x.sfn").exists()


@pytest.mark.skipif(os.geteuid() == 0, reason="nothing is forbidden to root")
def test_a_folder_that_cannot_be_written_to(tmp_path: Path) -> None:
    tmp_path.chmod(0o500)
    with pytest.raises(sfn.SessionFileError, match="cannot be made: Permission denied"):
        sfn.local(path=tmp_path / "x.sfn")


def test_other_options_than_it_was_made_with_are_refused(opened: Any, file: Path) -> None:
    opened().close()
    with pytest.raises(sfn.InvalidArgument, match=r"a session with clock='instant', seed=1; given was clock"):
        sfn.local(path=file)
    with pytest.raises(sfn.InvalidArgument, match=r"Open it with region='us-east-1', or give another path"):
        sfn.local(path=file, clock="instant", seed=1, region="eu-west-1")
    opened()


def test_something_else_is_refused_and_left_alone(file: Path) -> None:
    file.write_text("orders of 2026, and no database\n" * 100)
    before = file.read_bytes()
    with pytest.raises(sfn.SessionFileError, match=r"is damaged or no file of a session.*Nothing in it was changed"):
        sfn.local(path=file)
    assert file.read_bytes() == before


def test_the_database_of_something_else_is_refused_and_left_alone(file: Path) -> None:
    with closing(sqlite3.connect(file)) as other:
        other.execute("CREATE TABLE orders (id)")
        other.commit()
    before = file.read_bytes()
    with pytest.raises(sfn.SessionFileError, match="a database of something else"):
        sfn.local(path=file)
    assert file.read_bytes() == before


def test_a_newer_format_is_refused_and_left_alone(opened: Any, file: Path) -> None:
    opened().close()
    with closing(sqlite3.connect(file)) as newer:
        newer.execute(f"PRAGMA user_version = {database.VERSION + 1}")
        newer.commit()
    before = file.read_bytes()
    with pytest.raises(sfn.SessionFileError, match=r"written by a newer sfn_notebook .*\npip install --upgrade"):
        sfn.local(path=file, clock="instant", seed=1)
    assert file.read_bytes() == before


def test_a_damaged_file_is_told_and_left_alone(opened: Any, file: Path) -> None:
    session = opened()
    sm = session.state_machine("m", definition={"StartAt": "P", "States": {"P": {"Type": "Pass", "End": True}}})
    for n in range(50):
        sm.run({"n": n})
    session.close()
    content = bytearray(file.read_bytes())
    for page in range(2, len(content) // 4096, 2):
        content[page * 4096 : page * 4096 + 2000] = os.urandom(2000)
    file.write_bytes(content)
    with pytest.raises(sfn.SessionFileError, match="damaged"):
        sfn.local(path=file, clock="instant", seed=1)
    assert file.read_bytes() == bytes(content)


def test_what_cannot_be_understood_is_told(opened: Any, file: Path) -> None:
    session = opened()
    session.state_machine("m", definition={"StartAt": "P", "States": {"P": {"Type": "Pass", "End": True}}}).run()
    session.close()
    with closing(sqlite3.connect(file)) as changed:
        changed.execute("UPDATE records SET body = '{}'")
        changed.commit()
    for _ in range(2):  # it is not kept open either
        with pytest.raises(sfn.SessionFileError, match="cannot be understood"):
            sfn.local(path=file, clock="instant", seed=1)


def test_an_execution_that_comes_out_otherwise_fails_and_keeps_its_history(opened: Any, file: Path) -> None:
    session = opened()
    session.function("ask")(lambda event, context: None)
    sm = session.state_machine("m", definition={"StartAt": "Ask", "States": {"Ask": ASK}})
    odd, even = sm.start({"n": 1}), sm.start({"n": 2})
    even.callback("Ask")
    odd.callback("Ask")
    seen = [{**event} for event in odd.events()]
    session.close()
    with closing(sqlite3.connect(file)) as changed:
        changed.execute("UPDATE journal SET entries = '[]' WHERE execution = 1")
        changed.commit()
    session = opened()
    found = session.attach(odd.arn)
    assert found.status == "FAILED"
    assert found.error == "States.Runtime"
    assert "cannot go on now that its session was opened again" in found.cause
    assert [{**event} for event in found.events()][:-1] == seen
    session.function("ask")(lambda event, context: None)
    session.attach(even.arn).callback("Ask").succeed(1)
    assert session.attach(even.arn).result(10) == 1
    session = opened()
    assert session.attach(odd.arn).status == "FAILED"


def test_what_cannot_be_written_is_not_acknowledged(opened: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    session = opened()
    session.function("ask")(lambda event, context: None)
    execution = session.state_machine("m", definition={"StartAt": "Ask", "States": {"Ask": ASK}}).start()
    token = execution.callback("Ask").token
    client = session.client("stepfunctions")

    def full(self: Database) -> Any:
        raise sfn.SessionFileError(f"{self.path} cannot be used: database or disk is full.")

    with monkeypatch.context() as patch:
        patch.setattr(Database, "transaction", full)
        with pytest.raises(client.exceptions.ClientError, match="disk is full"):
            client.send_task_success(taskToken=token, output="1")
    with pytest.raises(client.exceptions.ClientError, match="disk is full"):  # nor anything later
        client.describe_execution(executionArn=execution.arn)
    with pytest.raises(sfn.SessionFileError, match="disk is full"):
        session.close()
    session = opened()
    session.function("ask")(lambda event, context: None)
    session.attach(execution.arn).callback("Ask").succeed(2)
    assert session.attach(execution.arn).result(10) == 2


def test_without_a_path_nothing_is_written(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    with sfn.local() as session:
        session.state_machine("m", definition={"StartAt": "P", "States": {"P": {"Type": "Pass", "End": True}}}).run()
    assert list(tmp_path.iterdir()) == []


def test_a_copy_made_while_it_runs_opens_too(opened: Any, file: Path, tmp_path: Path) -> None:
    session = opened()
    sm = session.state_machine("m", definition={"StartAt": "P", "States": {"P": {"Type": "Pass", "End": True}}})
    arns = [sm.run({"n": n}).arn for n in range(3)]
    for end in ("", "-wal"):
        shutil.copy(f"{file}{end}", tmp_path / f"copy.sfn{end}")
    with sfn.local(path=tmp_path / "copy.sfn", clock="instant", seed=1) as copy:
        assert sorted(one.arn for one in copy.executions()) == sorted(arns)
        assert json.loads(json.dumps(copy.attach(arns[2]).result())) == {"n": 2}
