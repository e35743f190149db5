"""`sm.test(...)`: one state of a machine, run by itself through TestState."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any, Final, Literal, Protocol

from botocore.config import Config

from sfn_notebook import asl, lint
from sfn_notebook._mocks import MockError, PerItem
from sfn_notebook.errors import InvalidArgument, UnknownName, did_you_mean
from sfn_notebook.integrations import parse_resource
from sfn_notebook.notebook.deploy import SessionLike
from sfn_notebook.notebook.inputs import input_text
from sfn_notebook.notebook.signatures import checked
from sfn_notebook.notebook.states import State
from sfn_notebook.notebook.tested import StateTest, read_answer
from sfn_notebook.notebook.translate import translated

Level = Literal["INFO", "DEBUG", "TRACE"]
Mode = Literal["STRICT", "PRESENT", "NONE"]
# a state may take five minutes, and one that is asked for again runs again
_LONG: Final = Config(read_timeout=310, retries={"total_max_attempts": 1})
_NO_INPUT: Final[Mapping[str, Any]] = {}
_WAITS: Final[Mapping[str, str]] = {"job": "the end of a job", "callback": "the answer to its token"}


class Testable(Protocol):
    """What testing needs of a machine."""

    @property
    def role(self) -> str | None:
        """The role it runs with, or None."""

    @property
    def definition(self) -> dict[str, Any]:
        """Its definition."""

    def lint(self) -> lint.Report:
        """What is wrong with it."""

    def _session(self) -> SessionLike: ...


class Testing:
    """A machine whose states can be tested one by one."""

    @checked
    def test(
        self: Testable,
        state: str | State,
        input: Any = _NO_INPUT,
        *,
        mock: Any = None,
        variables: Mapping[str, Any] | None = None,
        context: Mapping[str, Any] | None = None,
        level: Level = "TRACE",
        field_validation_mode: Mode | None = None,
        retrier_retry_count: int | None = None,
        error_caused_by_state: str | None = None,
        map_iteration_failure_count: int | None = None,
        map_item_reader_data: str | None = None,
        reveal_secrets: bool = False,
        role: str | None = None,
    ) -> StateTest:
        """Run one state by itself, through TestState: its output, and every stage of its data flow.

        Nothing is deployed and nothing is started. Without a mock a task is really run; a Map, a Parallel, an
        activity, and tasks that wait for a job or a token need one. Of a machine that has errors still, the state is
        tested alone, so that it can be tried while the others are not there yet.

        Args:
            state: The state, or its name; those inside branches and Maps too.
            input: Its input, as in `start`.
            mock: What a Task, Map or Parallel gets instead of doing its work: its result, a JSON value (of a Map a
                list with the result of each iteration, of a Parallel one for each branch), or `sfn.error(...)`.
                It is checked against what the service's API answers.
            variables: The workflow variables it sees.
            context: The whole context object it sees; only with a mock.
            level: "INFO", "DEBUG" (the data flow), or "TRACE" (an HTTP task's request and response too).
            field_validation_mode: How strictly a mocked result is checked: "STRICT" (the default), "PRESENT" (what is
                missing may be) or "NONE".
            retrier_retry_count: How often the retrier that takes a mocked error has retried already.
            error_caused_by_state: The state inside a Map or Parallel that a mocked error comes from.
            map_iteration_failure_count: How many iterations of a Map have failed.
            map_item_reader_data: What a Map's ItemReader finds in its file, as a text.
            reveal_secrets: Show what a connection adds to an HTTP task's request. They are in the output then.
            role: The ARN of the role to run with; without it, the machine's or the session's where one is needed.

        Returns:
            The `StateTest`, whatever came of it.

        Raises:
            UnknownName: there is no such state.
            InvalidArgument, InvalidInput, InvalidDefinition: the test is refused; the message says why.
            NotAvailable: the machine has no session.

        >>> import sfn_notebook as sfn
        >>> with sfn.local(clock="instant") as session:
        ...     sm = session.state_machine("orders")
        ...     charge = sm.lambda_invoke("Charge", "charge", payload=sfn.q("$states.input.total"))
        ...     charge = charge.catch("ValueError", "Late")
        ...     sm.test("Charge", {"total": 5}, mock={"Payload": "paid"}).stages["afterArguments"]
        ...     sm.test("Charge", {"total": 5}, mock=sfn.error("ValueError", "no money"), level="INFO")
        {'FunctionName': 'charge', 'Payload': 5}
        'Charge': ↷ CAUGHT_ERROR → Late
          ValueError: no money
          output  {"Error":"ValueError","Cause":"no money"}
        """
        session = self._session()
        found = find_state(asl.read(self.definition), state.name if isinstance(state, State) else state)
        _check_needs(found, mocked=mock is not None, cause=error_caused_by_state)
        configuration = {
            "retrierRetryCount": retrier_retry_count,
            "errorCausedByState": error_caused_by_state,
            "mapIterationFailureCount": map_iteration_failure_count,
            "mapItemReaderData": map_item_reader_data,
        }
        request = {
            **_definition(self, found),
            "input": input_text(input),
            "inspectionLevel": level,
            "variables": None if variables is None else _text("variables", variables),
            "context": None if context is None else _text("context", context),
            "mock": None if mock is None else _mock(mock, field_validation_mode),
            "stateConfiguration": _given(configuration) or None,
            "revealSecrets": reveal_secrets or None,
            "roleArn": role or _role(self, session, found, mocked=mock is not None),
        }
        with translated():
            answer = session.client("stepfunctions", config=_LONG).test_state(**_given(request))
        return read_answer(found.name, answer)


def _given(members: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in members.items() if value is not None}


def find_state(machine: asl.Machine, name: str) -> asl.State:
    """The state of that name, those inside branches and Maps too.

    Raises:
        UnknownName: there is none.
    """
    found = machine.find(name)
    if found is None:
        names = [one.name for one in machine.walk()]
        raise UnknownName(f"there is no state {name!r} to test.", hint=did_you_mean(str(name), names))
    return found


def _check_needs(state: asl.State, *, mocked: bool, cause: str | None) -> None:
    """Refuse a state that TestState runs with a mock only, saying what to give it; and a cause that is not inside."""
    if cause is not None:
        _check_inside(state, cause)
    if mocked:
        return
    inside = [one.name for branch in state.branches for one in branch.walk()]
    if state.type in ("Map", "Parallel"):
        raise InvalidArgument(
            f"{state.name!r} is a {state.type}: a test does not run the states inside, so it needs a mock.",
            hint=f"Give its result, mock=[...], or test a state inside it: {', '.join(map(repr, inside[:8]))}.",
        )
    waits = _waits_for(state) if state.type == "Task" else None
    if waits is not None:
        raise InvalidArgument(
            f"{state.name!r} waits for {waits}: a test does not, so it needs a mock.",
            hint="Give what comes back: mock={...}, or an error: mock=sfn.error(...).",
        )


def _waits_for(state: asl.State) -> str | None:
    try:
        resource = parse_resource(state.resource)
    except InvalidArgument:
        return None  # of no known form: the service says so
    return "an activity's worker" if resource.kind == "activity" else _WAITS.get(resource.pattern)


def _check_inside(state: asl.State, name: str) -> None:
    inside = [one.name for branch in state.branches for one in branch.walk()]
    if not inside:
        raise InvalidArgument(f"error_caused_by_state={name!r}: {state.name!r} has no states inside.")
    if name not in inside:
        raise UnknownName(
            f"error_caused_by_state: there is no state {name!r} inside {state.name!r}.",
            hint=did_you_mean(name, inside),
        )


def _definition(machine: Testable, state: asl.State) -> dict[str, str]:
    """The whole machine and the state's name, or the state alone while the machine has errors."""
    if machine.lint().ok:
        return {"definition": _text("definition", machine.definition), "stateName": state.name}
    return {"definition": _text("definition", {**state.fields, "QueryLanguage": state.query_language})}


def _role(machine: Testable, session: SessionLike, state: asl.State, *, mocked: bool) -> str | None:
    """The role of a test that really calls something; no other needs one."""
    return None if mocked or state.type != "Task" else machine.role or session.role_arn


def _mock(mock: Any, mode: Mode | None) -> dict[str, Any]:
    if isinstance(mock, MockError):
        return {"errorOutput": _given({"error": mock.error, "cause": mock.cause})}
    if callable(mock) or isinstance(mock, PerItem):
        raise InvalidArgument(
            f"mock= is one result or one error, for one run of the state; given was {mock!r}.",
            hint="Functions and per_item() are for the mocks= of a whole execution: sm.run(input, mocks=...).",
        )
    return _given({"result": _text("mock", mock), "fieldValidationMode": mode})


def _text(what: str, value: Any) -> str:
    try:
        return json.dumps(value, ensure_ascii=False, allow_nan=False)
    except (TypeError, ValueError, RecursionError) as error:
        raise InvalidArgument(
            f"{what} cannot be written as JSON: {error}.",
            hint="Allowed: dict with text keys, list, text, finite number, bool, None.",
        ) from error
