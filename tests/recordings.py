"""Answers recorded from AWS, read where they lie beside the repository, and how to compare with them."""

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

# what the recordings blot out: "<uuid:1>", role names, times, ARNs
WILD = re.compile(r"^<[^<>]*>$|^s[nf]+_role_arn$|^timestamp$|-time$|_arn$|^date$|^RandomNumberGenerated$")
BLOT = re.compile(r"<[A-Za-z_][A-Za-z0-9_-]*(?::\d+)?>|111111111111")


def recordings(file: str) -> Iterator[Any]:
    """Its cases as parameters of a test; one that is skipped when there are no recordings."""
    folder = next(
        (
            parent / "shared" / "conformance"
            for parent in Path(__file__).resolve().parents
            if (parent / "shared" / "conformance" / file).is_file()
        ),
        None,
    )
    if folder is None:
        reason = "no recordings: there is no shared/conformance beside the repository"
        yield pytest.param({}, marks=pytest.mark.skip(reason=reason), id="none")
        return
    for line in (folder / file).read_text(encoding="utf-8").splitlines():
        case = json.loads(line)
        yield pytest.param(case, id=case["id"])


def unpacked(value: Any) -> Any:
    """A value with the JSON inside its strings read, at every depth, as the recordings have it."""
    if isinstance(value, str):
        is_json = value[:1] in ("{", "[", '"') or value in ("null", "true", "false")
        if is_json or re.fullmatch(r"-?\d+(\.\d+)?", value):
            try:
                return unpacked(json.loads(value))
            except ValueError:
                return value
        return value
    if isinstance(value, dict):
        return {key: unpacked(item) for key, item in value.items()}
    return [unpacked(item) for item in value] if isinstance(value, list) else value


def difference(want: Any, got: Any, where: str = "$") -> str | None:  # noqa: PLR0911  # one return a kind of value
    """The first place where a history differs from the recorded one."""
    if isinstance(want, str) and WILD.search(want):
        return None
    if isinstance(want, str) and isinstance(got, str) and BLOT.search(want):
        pattern = ".+".join(re.escape(part) for part in BLOT.split(want))
        return None if re.fullmatch(pattern, got, re.DOTALL) else f"{where}: {got!r} is not like {want!r}"
    if isinstance(want, dict) and isinstance(got, dict):
        if missing := want.keys() ^ got.keys():
            return f"{where}: {sorted(missing)} on one side only"
        return next((found for key in want if (found := difference(want[key], got[key], f"{where}.{key}"))), None)
    if isinstance(want, list) and isinstance(got, list):
        if len(want) != len(got):
            return f"{where}: {len(got)} instead of {len(want)} items"
        pairs = enumerate(zip(want, got, strict=True))
        return next((found for i, (w, g) in pairs if (found := difference(w, g, f"{where}[{i}]"))), None)
    same = want == got and isinstance(want, bool) == isinstance(got, bool)
    return None if same else f"{where}: {got!r} instead of {want!r}"
