"""A definition in JSONata as JSONPath, as far as its expressions are plain: paths, literals, simple conditions."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Collection, Mapping
from typing import Any, Final

from sfn_notebook.asl import JSONATA, JSONPATH
from sfn_notebook.convert.sources import NotConvertible, refuse_malformed
from sfn_notebook.convert.to_jsonata import Conversion, Remark, with_subs
from sfn_notebook.expressions import jsonata

_STEPS: Final = r"(?:\s*\.\s*(?:[A-Za-z_]\w*|`[^`]+`)|\[-?\d+\])*"
_PATH: Final = re.compile(
    rf"\$(?P<root>states\.(?:input|result|errorOutput|context)|(?!states\b)[A-Za-z_]\w*)(?P<steps>{_STEPS})"
)
_STEP: Final = re.compile(r"\.\s*(?:([A-Za-z_]\w*)|`([^`]+)`)|\[(-?\d+)\]")
_PLACED: Final = re.compile(
    r"\$merge\(\[\s*\$states\.input\s*,\s*\{\s*\"(\w+)\"\s*:\s*\$states\.(?:result|errorOutput)\s*\}\s*\]\)"
)
_COMPARED: Final = re.compile(
    r"(?P<left>\$[^=<>!]+?)\s*(?P<sign>!=|<=|>=|=|<|>)\s*"
    r"(?P<right>-?\d+(?:\.\d+)?|\"[^\"\\]*\"|'[^'\\\"]*'|true|false)"
)
_EXISTS: Final = re.compile(r"\$exists\(([^()]+)\)")
_OPERATORS: Final = {
    "=": "Equals",
    "<": "LessThan",
    "<=": "LessThanEquals",
    ">": "GreaterThan",
    ">=": "GreaterThanEquals",
}
_ROOTS: Final = {"states.context": "$$"}
_BOTH: Final = ("Seconds", "Timestamp", "TimeoutSeconds", "HeartbeatSeconds", "MaxConcurrency", "ToleratedFailureCount",
                "ToleratedFailurePercentage", "Error", "Cause")  # fmt: skip
_CLOSED: Final = ("ItemReader", "ItemBatcher", "ResultWriter")
_RESULT_TYPES: Final = ("Task", "Parallel", "Map")


def to_jsonpath(definition: Mapping[str, Any], *, only: Collection[str] | None = None) -> Conversion:
    """A definition with its JSONata states in JSONPath; a state with an expression that is not plain stays JSONata.

    Plain are paths, literals, `$merge([$states.input, {"a": $states.result}])`, and comparisons of a path with a
    literal. A path that JSONata leads through the elements of an array finds nothing in JSONPath.

    Args:
        definition: The definition.
        only: The names of the states to convert; without it, all.

    >>> made = to_jsonpath({"QueryLanguage": "JSONata", "StartAt": "A", "States": {
    ...     "A": {"Type": "Wait", "Seconds": "{% $states.input.n %}", "End": True}}})
    >>> made.definition["States"]["A"]
    {'Type': 'Wait', 'SecondsPath': '$.n', 'End': True}
    """
    remarks: list[Remark] = []
    made = _machine(definition, JSONPATH, only, remarks)
    if definition.get("QueryLanguage") == JSONATA:
        made["QueryLanguage"] = JSONPATH
    return Conversion(made, tuple(remarks))


def _machine(
    machine: Mapping[str, Any], inherited: str, only: Collection[str] | None, remarks: list[Remark]
) -> dict[str, Any]:
    language = machine.get("QueryLanguage", inherited)
    made = {key: one for key, one in machine.items() if key != "QueryLanguage"}
    states = machine.get("States")
    if isinstance(states, Mapping):
        made["States"] = {name: _one(name, state, language, only, remarks) for name, state in states.items()}
    return made


def _one(name: str, state: Any, inherited: str, only: Collection[str] | None, remarks: list[Remark]) -> Any:
    if not isinstance(state, Mapping):
        return state
    inner = with_subs(state, lambda sub: _machine(sub, inherited, only, remarks))
    if state.get("QueryLanguage", inherited) != JSONATA:
        return inner
    kept = {**inner, "QueryLanguage": JSONATA}
    if only is not None and name not in only:
        return kept
    made: dict[str, Any] = {}
    at = ""
    try:
        refuse_malformed(inner)
        for at, value in inner.items():  # it is told which field it was
            if at != "QueryLanguage":
                made.update(_field(inner, at, value))
        at = "Assign"
        if "Assign" in inner and {"Parameters", "Result"} & made.keys() and inner.get("Type") == "Pass":
            raise NotConvertible("a Pass of JSONPath assigns from its result, and not from its input")
    except NotConvertible as why:
        remarks.append(Remark(name, at, str(why), kept=True))
        return kept
    return made


def _field(state: Mapping[str, Any], name: str, value: Any) -> dict[str, Any]:
    kind = state.get("Type")
    write = _FIELDS.get(name)
    if write is not None:
        return write(kind, name, value)
    if name in _BOTH and jsonata.is_expression(value):
        return {f"{name}Path": _path(_expression(value), "states.input")}
    if name in _CLOSED and ("{%" in json.dumps(value) or "Arguments" in value):
        raise NotConvertible(f"{name} with expressions is not converted")
    return {name: value}


def _assign(kind: Any, name: str, value: Any) -> dict[str, Any]:
    return {name: _object(name, value, "states.result" if kind in _RESULT_TYPES else "states.input")}


def _output(kind: Any, name: str, value: Any) -> dict[str, Any]:
    result = kind in _RESULT_TYPES
    if jsonata.is_expression(value):
        source = _expression(value)
        placed = _PLACED.fullmatch(source)
        if result and placed and "errorOutput" not in source:
            return {"ResultPath": f"$.{placed[1]}"}
        if source == "$states.input":
            return {"ResultPath": None} if result else {}
        if kind == "Choice":
            raise NotConvertible("Output of a Choice is for its Default only, OutputPath for every rule")
        return {"OutputPath": _path(source, "states.result" if result else "states.input")}
    if kind == "Pass" and not isinstance(value, Mapping):
        if "{%" in json.dumps(value):
            raise NotConvertible("expressions in a list")
        return {"Result": value}
    if kind == "Pass":
        return {"Parameters": _object(name, value, "states.input")}
    if result:
        return {"ResultSelector": _object(name, value, "states.result")}
    raise NotConvertible(f"a {kind} state of JSONPath cannot make an output")


def _catcher(catcher: Mapping[str, Any]) -> dict[str, Any]:
    made = {name: one for name, one in catcher.items() if name != "Output"}
    if "Assign" in made:
        made["Assign"] = _object("Assign", made["Assign"], "states.errorOutput")
    output = catcher.get("Output")
    if output is None:
        return made
    source = _expression(output)
    placed = _PLACED.fullmatch(source)
    if source == "$states.input":
        return {**made, "ResultPath": None}
    if placed and "errorOutput" in source:
        return {**made, "ResultPath": f"$.{placed[1]}"}
    if source == "$states.errorOutput":
        return made
    raise NotConvertible(f"{source!r} has no form as ResultPath")


def _rule(rule: Mapping[str, Any]) -> dict[str, Any]:
    made = {key: one for key, one in rule.items() if key in ("Next", "Comment")}
    if "Output" in rule:
        raise NotConvertible("Output of a rule has no form in JSONPath")
    if "Assign" in rule:
        made["Assign"] = _object("Assign", rule["Assign"], "states.input")
    return {**_condition(_expression(rule.get("Condition"))), **made}


def _condition(source: str) -> dict[str, Any]:
    if found := _EXISTS.fullmatch(source):
        return {"Variable": _path(found[1].strip(), "states.input"), "IsPresent": True}
    found = _COMPARED.fullmatch(source)
    if found is None:
        raise NotConvertible(f"{source!r} is no comparison of a path with a literal")
    variable = _path(found["left"].strip(), "states.input")
    text = found["right"]
    right = text[1:-1] if text[0] in "\"'" else json.loads(text)
    kind = "Boolean" if isinstance(right, bool) else "String" if isinstance(right, str) else "Numeric"
    if found["sign"] in ("=", "!="):
        # what is not there is neither equal nor unequal to anything in JSONata; JSONPath fails
        equal = {"Variable": variable, f"{kind}Equals": right}
        return {"And": [{"Variable": variable, "IsPresent": True}, equal if found["sign"] == "=" else {"Not": equal}]}
    if kind == "Boolean":
        raise NotConvertible(f"{source!r} orders true and false")
    return {"Variable": variable, f"{kind}{_OPERATORS[found['sign']]}": right}


def _object(name: str, value: Any, root: str) -> Any:
    if not isinstance(value, Mapping):
        raise NotConvertible(f"{name} that is no object")
    made: dict[str, Any] = {}
    for key, one in value.items():
        if jsonata.is_expression(one):
            made[f"{key}.$"] = _path(_expression(one), root)
        elif isinstance(one, Mapping):
            made[key] = _object(f"{name}/{key}", one, root)
        elif "{%" in json.dumps(one) or key.endswith(".$"):
            raise NotConvertible(f"{name}/{key}: expressions in a list")
        else:
            made[key] = _list(one, f"{name}/{key}")
    return made


def _list(value: Any, where: str) -> Any:
    if '.$"' in json.dumps(value):
        raise NotConvertible(f"{where}: a name that ends in .$ means a path in JSONPath")
    return value


def _expression(value: Any) -> str:
    if not jsonata.is_expression(value):
        raise NotConvertible(f"{value!r} is no expression")
    return jsonata.source_of(value)


def _path(source: str, root: str) -> str:
    """A JSONata path as JSONPath, where `root` is what `$` means."""
    found = _PATH.fullmatch(source)
    if found is None:
        raise NotConvertible(f"{source!r} is no plain path")
    start = found["root"]
    if start == root:
        made = "$"
    elif start in _ROOTS or not start.startswith("states."):
        made = _ROOTS.get(start, f"${start}")
    else:
        raise NotConvertible(f"${start} cannot be read here in JSONPath")
    for plain, quoted, index in _STEP.findall(found["steps"]):
        if quoted and re.search(r"['\\]", quoted):
            raise NotConvertible(f"the name {quoted!r}")
        made += f".{plain}" if plain else f"['{quoted}']" if quoted else f"[{index}]"
    return made


_FIELDS: Final[Mapping[str, Callable[[Any, str, Any], dict[str, Any]]]] = {
    "Output": _output,
    "Arguments": lambda kind, name, value: {"Parameters": _object(name, value, "states.input")},
    "ItemSelector": lambda kind, name, value: {name: _object(name, value, "states.input")},
    "Credentials": lambda kind, name, value: {name: _object(name, value, "states.input")},
    "Assign": _assign,
    "Items": lambda kind, name, value: {"ItemsPath": _path(_expression(value), "states.input")},
    "Choices": lambda kind, name, value: {name: [_rule(rule) for rule in value]},
    "Catch": lambda kind, name, value: {name: [_catcher(one) for one in value]},
}
"""Field -> what is made of it: of the state's type, its name and its value."""
