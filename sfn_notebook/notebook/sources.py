"""Where a definition comes from: a dict, text, or files, read here and nowhere below."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

from sfn_notebook import formats
from sfn_notebook.errors import InvalidArgument, InvalidDefinition
from sfn_notebook.formats.bounds import TEXT, checked

_OTHERS = {"Resources", "stepFunctions", "planned_values", "resource_changes", "resource", "definition"}
"""Keys that no definition has, and something that holds one does."""
_HINT = "A definition is a dict, JSON or YAML text, or the path of a file: {}.".format(
    "ASL, a CloudFormation, SAM or CDK template, a Terraform plan, a serverless.yml"
)


def read(
    source: Any,
    *,
    name: str | None = None,
    format: str | None = None,
    substitutions: Mapping[str, Any] | None = None,
) -> formats.Found:
    """The state machine in a source.

    Args:
        source: A dict, JSON or YAML text, the path of a file, or of a folder of templates such as cdk.out.
        name: Which one, where there are several.
        format: One of `formats.FORMATS`; without it, what it looks like.
        substitutions: Values for placeholders, such as `{"Charge.Arn": "arn:..."}` for `${Charge.Arn}`.

    Raises:
        InvalidArgument: there is no such file, or several state machines and no name.
        InvalidDefinition, InvalidJson: it cannot be read, or holds no state machine.
        UnknownName: it holds none of that name.

    >>> read('{"StartAt": "A", "States": {}}').definition
    {'StartAt': 'A', 'States': {}}
    """
    found = formats.chosen(_candidates(source, format), name)
    if not substitutions:
        return found
    left = {key: value for key, value in found.substitutions.items() if key not in substitutions}
    made = formats.filled_value(found.definition, substitutions)
    return replace(found, definition=made, substitutions=left)


def read_all(source: Any, *, format: str | None = None) -> list[formats.Found]:
    """Every state machine in a source; as `read`."""
    return [formats.chosen([one], None) for one in _candidates(source, format)]


def _candidates(source: Any, format: str | None) -> list[formats.Candidate]:
    if isinstance(source, Mapping):
        given = dict(checked(source))
        if format is None and not _OTHERS & given.keys():
            found = formats.Found("machine", given, "json")  # under construction: it need not have States yet
            return [formats.Candidate((found.name,), lambda: found)]
        return formats.document_candidates(given, format=format, fetch=_fetch_from(Path()))
    if isinstance(source, bytes):
        return _of_text(formats.decoded(source), "", format, Path())
    if isinstance(source, str) and _is_text(source):
        return _of_text(source, "", format, Path())
    if isinstance(source, (str, Path)):
        return _of_path(Path(source).expanduser(), format)
    raise InvalidDefinition(f"a definition is a JSON object; given was {type(source).__name__}.", hint=_HINT)


def _is_text(source: str) -> bool:
    return not source.strip() or "\n" in source or "\x00" in source or source.lstrip()[:1] in ("{", "[", "\ufeff")


def _of_text(text: str, file: str, format: str | None, folder: Path) -> list[formats.Candidate]:
    return formats.candidates(text.removeprefix("\ufeff"), file=file, format=format, fetch=_fetch_from(folder))


def _of_path(path: Path, format: str | None) -> list[formats.Candidate]:
    try:
        if not path.is_dir():
            return _of_text(_text_of(path), path.name, format, path.parent)
        files = sorted([*path.glob("*.template.json"), *path.glob("*/*.template.json")])  # stages have folders
    except OSError as error:  # a name that is too long, a folder that is closed
        raise _unreadable(path, error) from error
    if not files:
        raise InvalidArgument(
            f"{str(path)!r} is a folder without templates of the CDK (*.template.json).", hint="Name a file in it."
        )
    found: list[formats.Candidate] = []
    for file in files:
        try:
            found += _of_text(_text_of(file), file.name, format, file.parent)
        except InvalidDefinition:
            continue  # a stack without state machines
    if not found:
        raise InvalidDefinition(f"there is no state machine in the {len(files)} templates in {str(path)!r}.")
    return found


def _text_of(file: Path) -> str:
    try:
        if file.stat().st_size > 4 * TEXT:
            raise InvalidDefinition(f"{str(file)!r} is too long: {file.stat().st_size:,} bytes.")
        return formats.decoded(file.read_bytes())
    except (OSError, ValueError) as error:
        if isinstance(error, InvalidDefinition):
            raise
        raise _unreadable(file, error) from error


def _unreadable(path: Path, error: Exception) -> InvalidArgument:
    shown = str(path) if len(str(path)) < 200 else f"{str(path)[:200]}…"
    reason = error.strerror if isinstance(error, OSError) and error.strerror else str(error)[:200]
    return InvalidArgument(f"the definition cannot be read from {shown!r}: {reason}.", hint=_HINT)


def _fetch_from(folder: Path) -> formats.Fetch:
    def fetch(name: str) -> str:
        return _text_of(folder / name)

    return fetch
