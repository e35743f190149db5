"""A deployment package: the code of a Lambda function, unpacked, and run in a process of its own."""

from __future__ import annotations

import io
import json
import os
import subprocess
import sys
import tempfile
import zipfile
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, Final

from sfn_notebook.engine.functions import Context, FunctionError, exited
from sfn_notebook.errors import InvalidArgument

_CODE, _LAYERS = "task", "opt"  # as in Lambda: /var/task, /opt
_PROGRAM: Final = Path(__file__).with_name("lambda_process.py")


class Package:
    """Callable as a handler is: `package(event, context)`.

    Args:
        code: The zip file.
        settings: `Handler`, `Environment`, `Timeout`, `MemorySize` as CreateFunction takes them.
        layers: The zip files of its layers, in order.
        surroundings: The environment variables of every function.

    Raises:
        InvalidArgument: it is no zip file.
    """

    def __init__(
        self,
        code: bytes,
        settings: Mapping[str, Any],
        *,
        layers: Sequence[bytes] = (),
        surroundings: Mapping[str, str],
    ) -> None:
        self._code = code
        self._settings = dict(settings)
        self._layers = layers
        self._surroundings = surroundings
        self.timeout = float(settings.get("Timeout") or 3)
        self.memory = int(settings.get("MemorySize") or 128)
        self._folder = tempfile.TemporaryDirectory(prefix="sfn-lambda-")
        try:
            for where, held in ((_CODE, code), *((_LAYERS, layer) for layer in layers)):
                with zipfile.ZipFile(io.BytesIO(held)) as packed:
                    packed.extractall(Path(self._folder.name, where))
        except zipfile.BadZipFile as error:
            self._folder.cleanup()
            raise InvalidArgument(f"the code of a function is a zip file: {error}") from error

    def changed(
        self, code: bytes | None, settings: Mapping[str, Any], layers: Sequence[bytes] | None = None
    ) -> Package:
        """The package with other code, settings or layers; without any, a copy."""
        known = ("Handler", "Environment", "Timeout", "MemorySize")
        news = {name: settings[name] for name in known if name in settings}
        return Package(
            code or self._code,
            {**self._settings, **news},
            layers=self._layers if layers is None else layers,
            surroundings=self._surroundings,
        )

    def close(self) -> None:
        """Remove the unpacked code."""
        self._folder.cleanup()

    def __call__(self, event: Any, context: Context) -> Any:
        """Run the handler once.

        Raises:
            FunctionError: it failed; the payload is Lambda's.
        """
        asked = {
            "handler": self._settings.get("Handler", "lambda_function.lambda_handler"),
            "event": event,
            "request_id": context.aws_request_id,
            "context": {name: value for name, value in vars(context).items() if not name.startswith("_")},
            "milliseconds": context.get_remaining_time_in_millis(),
        }
        done = subprocess.run(  # noqa: S603  # this interpreter; running the function's code is what was asked for
            [sys.executable, str(_PROGRAM)],
            input=json.dumps(asked).encode(),
            capture_output=True,
            cwd=self._root,
            env=self._environment(context),
            timeout=self.timeout + 5,  # who gives it up in time is the caller; this ends the process after it
            check=False,
        )
        try:
            answer = json.loads(done.stdout.splitlines()[-1])
        except (IndexError, ValueError):
            raise exited(context.aws_request_id, done.returncode) from None
        if "error" in answer:
            raise FunctionError(answer["error"]["errorType"], json.dumps(answer["error"], ensure_ascii=False))
        return answer["result"]

    @property
    def _root(self) -> str:
        return str(Path(self._folder.name, _CODE))

    def _environment(self, context: Context) -> dict[str, str]:
        kept = {name: os.environ[name] for name in ("PATH", "SYSTEMROOT", "HOME", "LANG") if name in os.environ}
        own = (self._settings.get("Environment") or {}).get("Variables") or {}
        return {
            **kept,
            **self._surroundings,
            "PYTHONPATH": str(Path(self._folder.name, _LAYERS, "python")),
            "_HANDLER": str(self._settings.get("Handler", "")),
            "AWS_LAMBDA_LOG_GROUP_NAME": context.log_group_name,
            "AWS_LAMBDA_LOG_STREAM_NAME": context.log_stream_name,
            "AWS_LAMBDA_FUNCTION_NAME": context.function_name,
            "AWS_LAMBDA_FUNCTION_VERSION": context.function_version,
            "AWS_LAMBDA_FUNCTION_MEMORY_SIZE": context.memory_limit_in_mb,
            "LAMBDA_TASK_ROOT": self._root,
            **{str(name): str(value) for name, value in own.items()},
        }
