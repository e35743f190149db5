"""Pass, Succeed, Fail and Wait."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import datetime
from typing import Any, Final

from sfn_notebook.asl import JSONATA, State
from sfn_notebook.engine.dataflow import compile_path, compile_query
from sfn_notebook.engine.failures import StateFailure, shown
from sfn_notebook.engine.faults import fault
from sfn_notebook.engine.flow import Body, Flow, Outcome
from sfn_notebook.engine.visit import Visit

LONGEST_SECONDS: Final = 99_999_999  # what the guide says of Seconds and SecondsPath, and of a Task's time-outs
_OFFSET: Final = re.compile(
    r"(\d{4}-\d\d-\d\d)[Tt](\d\d:\d\d)(?:(:\d\d)(\.\d{1,9})?)?([Zz]|[+-]\d\d:\d\d(?::\d\d)?)", re.ASCII
)
Run = Callable[[Visit], Outcome]
RunWaiting = Callable[[Visit], Body]


def compile_pass(state: State) -> Run:
    """A Pass state."""
    flow = Flow(state)
    fields = state.fields
    if flow.query:
        return lambda visit: flow.pass_on(visit, visit.input)
    if "Result" in fields:
        return _pass_result(flow, fields["Result"])
    return lambda visit: flow.leave(visit, flow.fill_arguments(visit, flow.enter(visit)))


def _pass_result(flow: Flow, result: Any) -> Run:
    def run(visit: Visit) -> Outcome:
        if visit.run.probe is not None:
            visit.run.probe.seen["result"] = result
        return flow.leave(visit, result)

    return run


def compile_succeed(state: State) -> Run:
    """A Succeed state."""
    flow = Flow(state)
    return lambda visit: flow.pass_on(visit, flow.enter(visit))


def compile_fail(state: State) -> Run:
    """A Fail state."""
    flow, error, cause = Flow(state), _fail_text(state, "Error"), _fail_text(state, "Cause")

    def run(visit: Visit) -> Outcome:
        flow.enter(visit)  # it has no InputPath; AWS shows the stage all the same
        raise StateFailure(error(visit), cause(visit))

    return run


def _fail_text(state: State, field: str) -> Callable[[Visit], str | None]:
    path, text = state.fields.get(f"{field}Path"), state.fields.get(field)
    if state.query_language == JSONATA:
        template = compile_query(text, field, "string")
        return lambda visit: template.fill(visit, visit.input, {"input": visit.input})
    if path is None:
        return lambda visit: text
    read = compile_path(path, f"{field}Path")

    def from_path(visit: Visit) -> str:
        value = read(visit, visit.input)
        if not isinstance(value, str):
            raise fault(visit, f"The {field}Path parameter does not reference a string value: {path} == {shown(value)}")
        return value

    return from_path


def compile_wait(state: State) -> RunWaiting:
    """A Wait state."""
    flow = Flow(state)
    until = _wait_until(state)

    def run(visit: Visit) -> Body:
        data = flow.enter(visit)
        seconds = until(visit, data) - visit.run.now()
        if seconds > 0:
            yield from visit.run.scheduler.sleep(seconds)
        return flow.pass_on(visit, data)

    return run


def _wait_until(state: State) -> Callable[[Visit, Any], float]:
    """When a Wait ends: a function of the visit and its data."""
    fields, query = state.fields, state.query_language == JSONATA
    for field in ("Seconds", "Timestamp"):
        convert = _seconds_from if field == "Seconds" else _at_timestamp
        if field in fields and query:
            expected = "number" if field == "Seconds" else "string"
            template = compile_query(fields[field], field, expected)
            return lambda visit, data: convert(visit, template.fill(visit, data, {"input": data}), field, "")
        if field in fields:
            literal = fields[field]
            return lambda visit, data: convert(visit, literal, field, "")
        if (path := fields.get(f"{field}Path")) is not None:
            read = compile_path(path, f"{field}Path")
            return lambda visit, data: convert(visit, read(visit, data), f"{field}Path", f"{path} == ")
    return lambda visit, data: visit.run.now()


def _seconds_from(visit: Visit, value: Any, field: str, source: str) -> float:
    if isinstance(value, bool) or not isinstance(value, (int, float)) or value % 1:
        text = value if isinstance(value, str) else shown(value)
        raise fault(visit, f"The {field} parameter does not reference an integer value: {source}{text}")
    if value < 0:
        raise fault(visit, f"The {field} parameter references a negative value: {source}{shown(value)}")
    if value > LONGEST_SECONDS:
        sentence = f"The {field} parameter references a value greater than {LONGEST_SECONDS}: {source}{shown(value)}"
        raise fault(visit, sentence)
    return visit.run.now() + value


def _at_timestamp(visit: Visit, value: Any, field: str, source: str) -> float:
    moment = _offset_date_time(value)
    if moment is None:
        text = value if isinstance(value, str) else shown(value)
        raise fault(
            visit,
            f"The {field} parameter does not reference a valid ISO-8601 extended offset date-time format string:"
            f" {source}{text}",
        )
    return moment


def _offset_date_time(value: Any) -> float | None:
    """Epoch seconds of what Java's ISO_OFFSET_DATE_TIME takes, whose words AWS's refusal repeats.

    It takes more than RFC 3339: small letters, a time without seconds, an offset with seconds.

    >>> _offset_date_time("1970-01-01t01:00+01:00"), _offset_date_time("1970-01-01 00:00:00Z")
    (0.0, None)
    """
    found = _OFFSET.fullmatch(value) if isinstance(value, str) else None
    if found is None:
        return None
    day, time, seconds, fraction, zone = found.groups()
    try:
        moment = datetime.fromisoformat(f"{day}T{time}{seconds or ':00'}{'+00:00' if zone in 'Zz' else zone}")
        return moment.timestamp() + float(f"0{fraction or '.0'}")
    except (ValueError, OverflowError):
        return None
