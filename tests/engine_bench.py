"""A bench to run executions on, straight on the engine, and short forms of histories for comparing."""

import json
from collections.abc import Callable, Mapping
from typing import Any, Literal

from sfn_notebook.asl import read
from sfn_notebook.engine.core import Engine
from sfn_notebook.engine.records import Execution, Limits, MachineRecord, TaskCall
from sfn_notebook.integrations import Resource

Runner = Callable[[TaskCall], Any]


class Bench:
    """Engines and executions of one test."""

    def __init__(self) -> None:
        self.engines: list[Engine] = []

    def engine(
        self,
        *,
        clock: Literal["real", "instant"] = "instant",
        runners: Mapping[str, Runner] | Runner | None = None,
        limits: Limits | None = None,
        seed: int | None = 7,
        **options: Any,
    ) -> Engine:
        """An engine; `runners` by resource label ("lambda:invoke"), or one for all."""

        def runner_for(resource: Resource) -> Runner | None:
            if callable(runners):
                return runners
            return (runners or {}).get(resource.label)

        engine = Engine(clock=clock, seed=seed, runner_for=runner_for, limits=limits, **options)
        self.engines.append(engine)
        return engine

    @staticmethod
    def start(engine: Engine, definition: Any, data: Any = None, *, type: str = "STANDARD") -> Execution:
        """A new execution, started."""
        prefix = "arn:aws:states:us-east-1:000000000000"
        machine = MachineRecord(
            arn=f"{prefix}:stateMachine:m",
            name="m",
            definition=json.dumps(definition),
            program=read(definition),
            type=type,
            role_arn="arn:aws:iam::000000000000:role/r",
        )
        text = data if isinstance(data, str) else json.dumps({} if data is None else data)
        execution = Execution(arn=f"{prefix}:execution:m:{engine.new_id()}", name="x", machine=machine, input=text)
        engine.start(machine, execution)
        return execution

    def run(self, definition: Any, data: Any = None, *, type: str = "STANDARD", **options: Any) -> Execution:
        """An execution run to its end on an engine of its own."""
        engine = self.engine(**options)
        execution = self.start(engine, definition, data, type=type)
        assert engine.wait_for_end(execution, 20)
        return execution

    def state(self, state: Any, data: Any = None, **options: Any) -> Execution:
        """One state run as a machine: "S", with states "Next" and "Caught" behind it."""
        ends = {"Next": {"Type": "Succeed"}, "Caught": {"Type": "Succeed"}}
        return self.run({"StartAt": "S", "States": {"S": state, **ends}}, data, **options)


def types(execution: Execution) -> list[str]:
    """The event types in order."""
    return [event.type for event in execution.history]


def chain(execution: Execution) -> list[int]:
    """The previous ids in order."""
    return [event.previous for event in execution.history]


def details(execution: Execution, kind: str, nth: int = 0) -> Any:
    """The details of the nth event of a type."""
    return [event.details for event in execution.history if event.type == kind][nth]


def output(execution: Execution) -> Any:
    """The output, read; the execution must have succeeded."""
    assert execution.status == "SUCCEEDED", (execution.error, execution.cause)
    assert execution.output is not None
    return json.loads(execution.output)
