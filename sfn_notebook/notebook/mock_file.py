"""MockConfigFile.json, in which Step Functions Local keeps mocks.

https://docs.aws.amazon.com/step-functions/latest/dg/sfn-local-mock-cfg-file.html
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, Final, NoReturn

from sfn_notebook import _json
from sfn_notebook._mocks import MockError, Mocks, PerItem
from sfn_notebook.errors import InvalidArgument, UnknownName, did_you_mean

Cases = Mapping[str, Mocks]
_CALLS: Final = re.compile(r"(\d{1,6})(?:-(\d{1,6}))?")
_MOST: Final = 25_000  # calls of one state: an execution has no more events


class MockFile(Mapping[str, Mocks]):
    """Test cases by name, each the mocks of one execution: `sm.run(mocks=file["HappyPath"])`.

    Where two state machines have a case of the same name, `file["orders", "HappyPath"]` says which.

    Args:
        machines: State machine -> test case -> mocks.

    Attributes:
        machines: The same.

    >>> file = MockFile({"orders": {"HappyPath": {"Charge": [{"paid": True}]}}})
    >>> file["HappyPath"]
    {'Charge': [{'paid': True}]}
    """

    def __init__(self, machines: Mapping[str, Cases]) -> None:
        self.machines = {machine: dict(cases) for machine, cases in machines.items()}

    def __getitem__(self, case: str | tuple[str, str]) -> Mocks:
        machine, name = case if isinstance(case, tuple) else (None, case)
        owners = [one for one, cases in self.machines.items() if name in cases and machine in (None, one)]
        if not owners:
            raise UnknownName(f"there is no test case {name!r} in this file.", hint=did_you_mean(str(name), self))
        if len(owners) > 1:
            raise InvalidArgument(
                f"{len(owners)} state machines have a test case {name!r}.",
                hint=f"Say which: file[{owners[0]!r}, {name!r}].",
            )
        return self.machines[owners[0]][name]

    def __iter__(self) -> Iterator[str]:
        return iter(dict.fromkeys(name for cases in self.machines.values() for name in cases))

    def __len__(self) -> int:
        return len(list(iter(self)))

    def __repr__(self) -> str:
        return "\n".join(
            f"{machine}: {', '.join(cases) or 'no test cases'}" for machine, cases in self.machines.items()
        )

    def _ipython_key_completions_(self) -> list[str]:
        return list(self)

    def to_json(self) -> str:
        """The text of the file.

        A mock that is one value for every call is written as the answer of the first call.

        Raises:
            InvalidArgument: a mock is a function or differs by item: the format has no words for that.
        """
        responses: dict[str, Any] = {}
        machines = {
            machine: {"TestCases": {case: _written(machine, case, mocks, responses) for case, mocks in cases.items()}}
            for machine, cases in self.machines.items()
        }
        text = {"StateMachines": machines, "MockedResponses": responses}
        return json.dumps(text, indent=2, ensure_ascii=False, allow_nan=False)

    def save(self, path: str | Path) -> None:
        """Write the file, as Step Functions Local reads it.

        Args:
            path: Such as "MockConfigFile.json".

        Raises:
            InvalidArgument: as for `to_json`; nothing is written.
        """
        text = self.to_json()
        Path(path).write_text(text + "\n", encoding="utf-8")


def load(path: str | Path) -> MockFile:
    """Read a MockConfigFile.json.

    Args:
        path: The file.

    Returns:
        Its test cases by name.

    Raises:
        InvalidArgument: there is no such file, or it is not in that format; the message says where.
        InvalidJson: it is no JSON.
    """
    try:
        text = Path(path).read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        reason = error.strerror if isinstance(error, OSError) else "it is no text in UTF-8"
        raise InvalidArgument(f"{str(path)!r} cannot be read: {reason}.") from error
    whole = _object(_json.loads(text), "")
    for key in whole:
        if key not in ("StateMachines", "MockedResponses"):
            _malformed(f"/{key}", did_you_mean(key, ("StateMachines", "MockedResponses")))
    given = _object(whole.get("MockedResponses", {}), "/MockedResponses")
    responses = {name: _answers(one, f"/MockedResponses/{name}") for name, one in given.items()}
    machines = _object(whole.get("StateMachines"), "/StateMachines")
    return MockFile({name: _cases(one, f"/StateMachines/{name}", responses) for name, one in machines.items()})


# -- reading


def _malformed(where: str, what: str) -> NoReturn:
    raise InvalidArgument(
        f"not a MockConfigFile: {where or 'the whole of it'}: {what}",
        hint='It looks like {"StateMachines": {"orders": {"TestCases": {"HappyPath": {"Charge": "Paid"}}}},'
        ' "MockedResponses": {"Paid": {"0": {"Return": {}}}}}.',
    )


def _object(value: Any, where: str) -> Mapping[str, Any]:
    if not isinstance(value, Mapping):
        _malformed(where, "it has to be an object." if value is not None else "it is missing.")
    return value


def _cases(machine: Any, where: str, responses: Mapping[str, list[Any]]) -> dict[str, Mocks]:
    cases = _object(_object(machine, where).get("TestCases"), f"{where}/TestCases")
    found: dict[str, Mocks] = {}
    for case, states in cases.items():
        found[case] = mocks = {}
        for state, name in _object(states, f"{where}/TestCases/{case}").items():
            if name not in responses:
                _malformed(
                    f"{where}/TestCases/{case}/{state}",
                    f"there is no response {name!r}. {did_you_mean(str(name), responses)}",
                )
            mocks[state] = responses[name]
    return found


def _answers(response: Any, where: str) -> list[Any]:
    """A mocked response as one answer for each call."""
    spans = []
    for key, one in _object(response, where).items():
        found = _CALLS.fullmatch(key)
        first, last = (int(found[1]), int(found[2] or found[1])) if found else (1, 0)
        if last < first:
            _malformed(f"{where}/{key}", "its name is a number of a call, or a span of them such as '1-2'.")
        spans.append((first, last, _answer(one, f"{where}/{key}")))
    answers: list[Any] = []
    for first, last, answer in sorted(spans, key=lambda span: span[:2]):
        if first != len(answers) or last >= _MOST:
            _malformed(where, f"after {len(answers)} calls comes {first}; the calls are numbered from 0, without gaps.")
        answers += [answer] * (last - first + 1)
    if not answers:
        _malformed(where, "it has no answer.")
    return answers


def _answer(given: Any, where: str) -> Any:
    one = _object(given, where)
    if len(one) != 1 or not set(one) <= {"Return", "Throw"}:
        _malformed(where, "it has one of 'Return' and 'Throw'.")
    if "Return" in one:
        return one["Return"]
    thrown = _object(one["Throw"], f"{where}/Throw")
    if not set(thrown) <= {"Error", "Cause"} or not all(isinstance(text, str) for text in thrown.values()):
        _malformed(f"{where}/Throw", "it has 'Error' and 'Cause', both texts.")
    return MockError(thrown.get("Error"), thrown.get("Cause"))


# -- writing


def _written(machine: str, case: str, mocks: Mocks, responses: dict[str, Any]) -> dict[str, str]:
    """A test case: state -> the name of its response, which is put among the others."""
    named = {}
    for state, mock in mocks.items():
        response = _spans(state, mock)
        same = next((name for name, one in responses.items() if _json.dumps(one) == _json.dumps(response)), None)
        named[state] = same or f"{machine}.{case}.{state}"
        responses[named[state]] = response
    return named


def _spans(state: str, mock: Any) -> dict[str, Any]:
    if isinstance(mock, PerItem):
        _unwritable(state, "is another one for each item")
    answers = mock if isinstance(mock, list) else [mock]
    if any(callable(answer) for answer in answers):
        _unwritable(state, "is a function")
    written = [_thrown_or_returned(answer) for answer in answers]
    spans: dict[str, Any] = {}
    first = 0
    for index, one in enumerate(written):
        if index + 1 == len(written) or _json.dumps(written[index + 1]) != _json.dumps(one):
            spans[f"{first}-{index}" if first < index else str(first)] = one
            first = index + 1
    return spans


def _thrown_or_returned(answer: Any) -> dict[str, Any]:
    if not isinstance(answer, MockError):
        return {"Return": answer}
    told = {"Error": answer.error, "Cause": answer.cause}
    return {"Throw": {name: text for name, text in told.items() if text is not None}}


def _unwritable(state: str, what: str) -> NoReturn:
    raise InvalidArgument(
        f"the mock of {state!r} {what}; a MockConfigFile can only list answers.",
        hint="Record a run with it: sm.run(..., mocks=...).mocks() gives lists.",
    )
