"""An execution that does what a test says: real events through the real reducer, nothing behind them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from sfn_notebook import _json, asl, history
from sfn_notebook.errors import TaskTimedOut
from sfn_notebook.notebook.pending import PendingTask

TOKEN = "AQCEAAAAKgAAAAMAAAAAAAAAAe" + "t0k3n" * 30
ARN = "arn:aws:states:us-east-1:123456789012:execution:orders:run-1"
START = 1_700_000_000.0

DEFINITION = {
    "QueryLanguage": "JSONata",
    "StartAt": "Prepare",
    "States": {
        "Prepare": {"Type": "Pass", "Next": "Ask"},
        "Ask": {
            "Type": "Task",
            "Resource": "arn:aws:states:::lambda:invoke.waitForTaskToken",
            "Arguments": {"FunctionName": "ask", "Payload": {"token": "{% $states.context.Task.Token %}"}},
            "TimeoutSeconds": 600,
            "HeartbeatSeconds": 60,
            "Next": "Done",
        },
        "Done": {"Type": "Succeed"},
    },
}


class ScriptedSession:
    """A session whose client takes the answers to tokens, and whose time the test sets."""

    clock = "real"

    def __init__(self, execution: ScriptedExecution) -> None:
        self._execution = execution

    def now(self) -> float:
        return self._execution.time

    def client(self, service: str) -> ScriptedSession:
        assert service == "stepfunctions"
        return self

    def send_task_success(self, *, taskToken: str, output: str) -> None:
        self._answer("succeed", taskToken, output)
        self._execution.add("TaskSucceeded", taskSucceededEventDetails={"output": output})

    def send_task_failure(self, *, taskToken: str, **failure: str) -> None:
        self._answer("fail", taskToken, failure)
        self._execution.add("TaskFailed", taskFailedEventDetails=failure)

    def send_task_heartbeat(self, *, taskToken: str) -> None:
        self._answer("heartbeat", taskToken)

    def _answer(self, verb: str, token: str, *said: Any) -> None:
        if self._execution.refusal is not None:
            raise self._execution.refusal
        assert token in [waiting.token for waiting in self._execution.run.pending]
        self._execution.answers.append((verb, *said))


class ScriptedExecution:
    """What a view needs of an `Execution`; `add` makes the next event happen, at START plus its number."""

    arn = ARN
    machine_name = "orders"

    def __init__(self, definition: Any = None) -> None:
        self.definition = asl.read(definition or DEFINITION)
        self.run = history.Run(self.definition)
        self.time = START
        self.session = ScriptedSession(self)
        self.listeners: list[Callable[[history.Changes], None]] = []
        self.answers: list[tuple[Any, ...]] = []
        self.refusal: Exception | None = None

    def add(self, kind: str, previous: int | None = None, **details: Any) -> int:
        number = self.run.last_id + 1
        self.time = START + number
        event = {
            "id": number,
            "type": kind,
            "previousEventId": number - 1 if previous is None else previous,
            "timestamp": self.time,
            **details,
        }
        changes = self.run.feed([event])
        for listener in list(self.listeners):
            listener(changes)
        return number

    def enter(self, kind: str, name: str, data: Any = None) -> int:
        details = {"name": name, "input": _json.dumps(data if data is not None else {})}
        return self.add(f"{kind}StateEntered", stateEnteredEventDetails=details)

    def leave(self, kind: str, name: str, data: Any = None) -> int:
        details = {"name": name, "output": _json.dumps(data if data is not None else {})}
        return self.add(f"{kind}StateExited", stateExitedEventDetails=details)

    def until_waiting(self) -> int:
        """Run to where the token of Ask is out; returns the id of the event that scheduled it."""
        self.add("ExecutionStarted", executionStartedEventDetails={"input": '{"order": 17}'})
        self.enter("Pass", "Prepare", {"order": 17})
        self.leave("Pass", "Prepare", {"order": 17})
        self.enter("Task", "Ask", {"order": 17})
        return self.schedule()

    def schedule(self, token: str = TOKEN) -> int:
        parameters = _json.dumps({"FunctionName": "ask", "Payload": {"token": token}})
        called = {"resourceType": "lambda", "resource": "invoke.waitForTaskToken"}
        scheduled = self.add(
            "TaskScheduled",
            taskScheduledEventDetails={
                **called,
                "region": "us-east-1",
                "parameters": parameters,
                "timeoutInSeconds": 600,
                "heartbeatInSeconds": 60,
            },
        )
        self.add("TaskStarted", taskStartedEventDetails=called)
        self.add("TaskSubmitted", taskSubmittedEventDetails={**called, "output": '{"StatusCode": 200}'})
        return scheduled

    def finish(self) -> None:
        self.leave("Task", "Ask", {"ok": True})
        self.enter("Succeed", "Done", {"ok": True})
        self.leave("Succeed", "Done", {"ok": True})
        self.add("ExecutionSucceeded", executionSucceededEventDetails={"output": '{"ok": true}'})

    def time_out(self, scheduled: int) -> None:
        self.add(
            "TaskTimedOut",
            taskTimedOutEventDetails={"resourceType": "lambda", "resource": "invoke", "error": "States.Timeout"},
        )
        self.add("ExecutionFailed", executionFailedEventDetails={"error": "States.Timeout"})

    @property
    def pending(self) -> list[PendingTask]:
        return [self.pending_task(pending) for pending in self.run.pending]

    def pending_task(self, waiting: history.Pending) -> PendingTask:
        return PendingTask(self.session, waiting)

    def follow(
        self, listener: Callable[[history.Changes], None], closed: Callable[[], None] | None = None
    ) -> Callable[[], None]:
        self.listeners.append(listener)
        return lambda: self.listeners.remove(listener) if listener in self.listeners else None

    def refresh(self) -> None:
        """Everything is known already."""

    def expire(self) -> None:
        """From now on every answer comes too late."""
        self.refusal = TaskTimedOut("The task timed out: nobody answered in time.")

    def __repr__(self) -> str:
        return f"<Execution {self.run.status}>"
