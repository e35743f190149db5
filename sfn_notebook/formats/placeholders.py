"""CloudFormation's intrinsic functions in a definition: shown as `${Name}`, kept, and brought back.

Where a template says `{"Fn::GetAtt": ["Charge", "Arn"]}`, or `${Charge.Arn}` in an `Fn::Sub`, the definition has the
text `${Charge.Arn}`, and `Placeholders` knows what stands behind it.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from typing import Any, Final

from sfn_notebook.formats.yaml_text import TAGS

_SUB: Final = re.compile(r"\$\{(!?)([^}]*)\}")
_NOT_A_NAME: Final = re.compile(r"[^\w.:]+")
_PLACEHOLDER: Final = re.compile(r"\$\{([\w.:]+)\}")
_BARE: Final = re.compile(r"(?<=[:\[,])(\s*)(\$\{[\w.:]+\})(?=\s*[,\]}])")
_FUNCTIONS: Final = frozenset(TAGS.values())


class Placeholders:
    """Gathers what stands behind the placeholders of one definition."""

    def __init__(self) -> None:
        self.values: dict[str, Any] = {}

    def visible(self, value: Any) -> Any:
        """A value of a template with every intrinsic function in it as `${Name}`."""
        if is_intrinsic(value):
            return self.text(value)
        if isinstance(value, Mapping):
            return {key: self.visible(inner) for key, inner in value.items()}
        if isinstance(value, list):
            return [self.visible(inner) for inner in value]
        return value

    def text(self, value: Any) -> str:
        """A value that makes a text, with what is not known yet as `${Name}`."""
        if not is_intrinsic(value):
            return value if isinstance(value, str) else json.dumps(value)
        function, given = next(iter(value.items()))
        if function == "Fn::Sub":
            return self._sub(given)
        if function == "Fn::Join" and isinstance(given, list) and len(given) == 2 and isinstance(given[1], list):
            return str(given[0]).join(map(self.text, given[1]))
        return self._named(_name(function, given), value)

    def _sub(self, given: Any) -> str:
        text, more = (given[0], given[1]) if isinstance(given, list) and len(given) == 2 else (given, {})
        if not isinstance(text, str) or not isinstance(more, Mapping):
            return self._named("Sub", {"Fn::Sub": given})

        def shown(found: re.Match[str]) -> str:
            if found[1]:
                return f"${{{found[2]}}}"
            name = found[2].strip()
            if name in more:
                return self._named(name, more[name])
            return self._named(name, native(name))

        return _SUB.sub(shown, text)

    def _named(self, name: str, value: Any) -> str:
        """A placeholder for this value; another one of that name keeps it."""
        free, number = name, 1
        while free in self.values and self.values[free] != value:
            number += 1
            free = f"{name}_{number}"
        self.values[free] = value
        return f"${{{free}}}"


def native(name: str) -> dict[str, Any]:
    """What `${name}` means in an Fn::Sub.

    >>> native("Charge.Arn")
    {'Fn::GetAtt': ['Charge', 'Arn']}
    """
    resource, dot, attribute = name.partition(".")
    return {"Fn::GetAtt": [resource, attribute]} if dot else {"Ref": name}


def is_intrinsic(value: Any) -> bool:
    """Whether CloudFormation takes it for an intrinsic function."""
    return isinstance(value, Mapping) and len(value) == 1 and next(iter(value)) in _FUNCTIONS


def holds_intrinsic(value: Any) -> bool:
    """Whether a template could not hold this as data: CloudFormation would evaluate some of it."""
    if isinstance(value, Mapping):
        return any(key == "Ref" or str(key).startswith("Fn::") for key in value) or any(
            map(holds_intrinsic, value.values())
        ) or is_intrinsic(value)  # fmt: skip
    return isinstance(value, list) and any(map(holds_intrinsic, value))


def filled(text: str, values: Mapping[str, Any]) -> str:
    """A text with its placeholders replaced, those that are among the values.

    >>> filled("${a}-${b}", {"a": 1})
    '1-${b}'
    """
    return _PLACEHOLDER.sub(lambda found: _literal(values[found[1]]) if found[1] in values else found[0], text)


def filled_value(value: Any, values: Mapping[str, Any]) -> Any:
    """A JSON value whose texts have their placeholders replaced; a text that is one alone becomes the value itself.

    >>> filled_value({"Seconds": "${n}", "Comment": "waits ${n} s"}, {"n": 5})
    {'Seconds': 5, 'Comment': 'waits 5 s'}
    """
    if isinstance(value, str):
        alone = _PLACEHOLDER.fullmatch(value)
        return values[alone[1]] if alone and alone[1] in values else filled(value, values)
    if isinstance(value, Mapping):
        return {key: filled_value(inner, values) for key, inner in value.items()}
    return [filled_value(inner, values) for inner in value] if isinstance(value, list) else value


def quoted(text: str) -> str:
    """JSON text whose bare placeholders, numbers to be, stand in quotes.

    >>> quoted('{"Seconds": ${Pause}}')
    '{"Seconds": "${Pause}"}'
    """
    return _BARE.sub(r'\1"\2"', text)


def alive(value: Any, values: Mapping[str, Any]) -> Any:
    """A definition with its known placeholders as intrinsic functions again, as an object of a template.

    >>> alive({"Resource": "${F.Arn}"}, {"F.Arn": {"Fn::GetAtt": ["F", "Arn"]}})
    {'Resource': {'Fn::GetAtt': ['F', 'Arn']}}
    """
    if isinstance(value, Mapping):
        return {key: alive(inner, values) for key, inner in value.items()}
    if isinstance(value, list):
        return [alive(inner, values) for inner in value]
    if not isinstance(value, str) or not any(found in values for found in _PLACEHOLDER.findall(value)):
        return value
    alone = _PLACEHOLDER.fullmatch(value)
    return values[alone[1]] if alone and is_intrinsic(values[alone[1]]) else sub(value, values)


def sub(text: str, values: Mapping[str, Any]) -> Any:
    """A text with the known placeholders in it alive: an Fn::Sub that leaves all others as they are.

    >>> sub("${A} and ${b}", {"A": {"Ref": "A"}})
    {'Fn::Sub': '${A} and ${!b}'}
    """
    known = {name: values[name] for name in _PLACEHOLDER.findall(text) if name in values}
    if not known:
        return text
    escaped = _SUB.sub(lambda found: found[0] if found[0][2:-1] in known else f"${{!{found[0][2:]}", text)
    others = {name: value for name, value in known.items() if value != native(name)}
    return {"Fn::Sub": [escaped, others] if others else escaped}


def _name(function: str, given: Any) -> str:
    if function == "Ref" and isinstance(given, str):
        return given
    if function == "Fn::GetAtt" and isinstance(given, list) and all(isinstance(one, str) for one in given):
        return ".".join(given)
    if function == "Fn::GetAtt" and isinstance(given, str):
        return given
    about = given if isinstance(given, str) else ""
    return _NOT_A_NAME.sub("_", f"{function.removeprefix('Fn::')}.{about}").strip("._")[:80]


def _literal(value: Any) -> str:
    return value if isinstance(value, str) else json.dumps(value)
