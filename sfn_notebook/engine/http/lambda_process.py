"""The process in which a packaged Lambda function runs once: the question on stdin, the answer as stdout's last line.

It runs by its path and imports nothing of this package, so that the function sees only its own code.
"""

from __future__ import annotations

import importlib
import json
import sys
import time
import traceback
from pathlib import Path
from typing import Any


class Context:
    """What a handler gets as its second argument."""

    def __init__(self, values: dict[str, Any], milliseconds: int) -> None:
        self.__dict__.update(values)
        self._deadline = time.monotonic() + milliseconds / 1000

    def get_remaining_time_in_millis(self) -> int:
        """The time that is left, in milliseconds."""
        return max(0, int((self._deadline - time.monotonic()) * 1000))


def main() -> None:
    """Run the handler and say what came of it."""
    asked = json.loads(sys.stdin.buffer.read())
    answers, sys.stdout = sys.stdout, sys.stderr  # what the function prints is a log
    sys.path[0] = str(Path.cwd())
    answer = run(asked)
    answers.write("\n" + json.dumps(answer) + "\n")
    answers.flush()


def run(asked: dict[str, Any]) -> dict[str, Any]:
    """The result or the error of a handler, as Lambda tells it."""
    name, _, function = asked["handler"].rpartition(".")
    try:
        handler = getattr(importlib.import_module(name.replace("/", ".")), function)
    except AttributeError:
        return _error(asked, "Runtime.HandlerNotFound", f"Handler '{function}' missing on module '{name}'", [])
    except Exception as error:  # noqa: BLE001  # the module's own code: whatever it raises is the answer
        return _error(asked, "Runtime.ImportModuleError", f"Unable to import module '{name}': {error}", [])
    try:
        value = handler(asked["event"], Context(asked["context"], asked["milliseconds"]))
    except Exception as error:  # noqa: BLE001  # the function's own code: whatever it raises is the answer
        return _error(asked, type(error).__name__, str(error), _frames(error))
    try:
        return {"result": json.loads(json.dumps(value, allow_nan=False))}
    except (TypeError, ValueError) as error:
        return _error(asked, "Runtime.MarshalError", f"Unable to marshal response: {error}", [])


def _frames(error: BaseException) -> list[str]:
    here = str(Path.cwd())
    frames = traceback.format_list(traceback.extract_tb(error.__traceback__)[1:])
    return [frame.replace(here, "/var/task") for frame in frames]


def _error(asked: dict[str, Any], kind: str, message: str, trace: list[str]) -> dict[str, Any]:
    told = {"errorMessage": message, "errorType": kind, "requestId": asked["request_id"], "stackTrace": trace}
    return {"error": told}


if __name__ == "__main__":
    main()
