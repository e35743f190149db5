"""`StateTest`: what came of testing one state, and what was seen on the way."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any, Final

from sfn_notebook import _json, history
from sfn_notebook._display import Shown
from sfn_notebook._status import STATUSES
from sfn_notebook.errors import InvalidJson, UnknownName, did_you_mean

STAGES: Final = (
    "input",
    "afterInputPath",
    "afterParameters",
    "afterArguments",
    "afterItemsPath",
    "afterItemsPointer",
    "afterItemSelector",
    "afterItemBatcher",
    "maxConcurrency",
    "toleratedFailureCount",
    "toleratedFailurePercentage",
    "request",
    "response",
    "result",
    "afterResultSelector",
    "afterResultPath",
    "variables",
)
"""TestState's names for what it shows, in the order in which a state comes to it."""
LOOKS: Final[Mapping[str, str]] = MappingProxyType({"CAUGHT_ERROR": "CAUGHT", "RETRIABLE": "RETRYING"})
"""TestState's statuses that a state of an execution calls otherwise."""
_TEXTS: Final = ("input", "result", "variables")


class Stages(Mapping[str, Any]):
    """The stages of a state's data flow by TestState's names for them, in their order."""

    def __init__(self, values: Mapping[str, Any]) -> None:
        self._values = values

    def __getitem__(self, name: str) -> Any:
        if name not in self._values:
            raise UnknownName(f"the test did not come to a stage {name!r}.", hint=did_you_mean(name, self._values))
        return self._values[name]

    def __contains__(self, name: object) -> bool:
        return name in self._values

    def __iter__(self) -> Any:
        return iter(self._values)

    def __len__(self) -> int:
        return len(self._values)

    def __repr__(self) -> str:
        return "\n".join(_lines(self._values)) or "no stages"

    def _ipython_key_completions_(self) -> list[str]:
        return list(self._values)


@dataclass(frozen=True, slots=True, repr=False)
class StateTest(Shown):
    """What came of testing one state.

    Attributes:
        state: The state's name.
        status: "SUCCEEDED", "CAUGHT_ERROR" (a catcher took the error), "RETRIABLE" (a retrier would try again) or
            "FAILED".
        output: The state's output, None when it has none.
        error: The error the state met, caught or not; or None.
        cause: Its cause, or None.
        next_state: The state it leads to, or None.
        stages: Name -> value of each stage of its data flow that was reached, in order: "input", "afterInputPath",
            "afterArguments", "result" and so on, at the end "output".
        catch_index: Which entry of Catch took the error, or None.
        retry_index: Which entry of Retry would try again, or None.
        retry_seconds: After how many seconds it would, or None.
    """

    state: str
    status: str
    output: Any = None
    error: str | None = None
    cause: str | None = None
    next_state: str | None = None
    stages: Stages = field(default_factory=lambda: Stages({}))
    catch_index: int | None = None
    retry_index: int | None = None
    retry_seconds: int | None = None

    @property
    def verdict(self) -> str:
        """The status in words, and where it leads."""
        look = STATUSES.get(LOOKS.get(self.status, self.status))
        words = f"{look.glyph} {self.status}" if look else self.status
        if self.catch_index is not None:
            words += f" by Catch[{self.catch_index}]"
        if self.retry_index is not None:
            words += f" by Retry[{self.retry_index}] after {self.retry_seconds} s"
        return words if self.next_state is None else f"{words} → {self.next_state}"

    def __repr__(self) -> str:
        said = history.short(": ".join(filter(None, (self.error, history.readable(self.cause)))))
        return "\n".join([f"{self.state!r}: {self.verdict}", *([f"  {said}"] if said else []), *_lines(self.stages)])


def _lines(values: Mapping[str, Any]) -> list[str]:
    width = max(map(len, values), default=0)
    return [f"  {name:<{width}}  {history.short(_json.dumps(value))}" for name, value in values.items()]


def read_answer(state: str, answer: Mapping[str, Any]) -> StateTest:
    """TestState's answer as a value.

    >>> read_answer("Greet", {"status": "SUCCEEDED", "output": '"hi"', "inspectionData": {"input": "{}"}})
    'Greet': ✓ SUCCEEDED
      input   {}
      output  "hi"
    """
    told = dict(answer.get("inspectionData", {}))
    details = told.pop("errorDetails", {})
    stages = {name: _value(name, told.pop(name)) for name in STAGES if name in told}
    stages.update({name: _value(name, value) for name, value in told.items()})  # what is newer than this list
    output = _parsed(answer.get("output"))
    if "output" in answer:
        stages["output"] = output
    return StateTest(
        state=state,
        status=answer["status"],
        output=output,
        error=answer.get("error"),
        cause=answer.get("cause"),
        next_state=answer.get("nextState"),
        stages=Stages(stages),
        catch_index=details.get("catchIndex"),
        retry_index=details.get("retryIndex"),
        retry_seconds=details.get("retryBackoffIntervalSeconds"),
    )


def _value(name: str, value: Any) -> Any:
    return _parsed(value) if name in _TEXTS or name.startswith("after") else value


def _parsed(text: Any) -> Any:
    try:
        return _json.loads(text) if isinstance(text, str) else text
    except InvalidJson:
        return text
