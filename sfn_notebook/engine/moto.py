"""moto, in a process of its own."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
import threading
import weakref
from pathlib import Path
from typing import IO, Any, Final

from sfn_notebook.errors import MissingDependency, ServiceError

INSTALL: Final = "pip install 'sfn-notebook[local]'"
PATIENCE: Final = 60.0  # seconds until moto has to listen
_PROGRAM: Final = Path(__file__).with_name("moto_process.py")


class Moto:
    """A moto server in a process of its own, on a free port of 127.0.0.1.

    It ends with `close`, when this object is forgotten, and when this process ends in whatever way.

    Args:
        account: The account id its resources belong to.

    Raises:
        MissingDependency: moto is not installed.
        ServiceError: it did not start; the message holds its last words.
    """

    def __init__(self, account: str) -> None:
        # whatever it says is needed only when it does not start
        with tempfile.TemporaryFile() as words:
            process = subprocess.Popen(  # noqa: S603  # this interpreter, and a file of this package
                [sys.executable, "-P", str(_PROGRAM)],  # -P: a file moto.py beside the notebook is not moto
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=words,
                env={**os.environ, "MOTO_ACCOUNT_ID": account},
                creationflags=getattr(subprocess, "CREATE_NO_WINDOW", 0),
            )
            self.close = weakref.finalize(self, _end, process)
            try:
                self.url = f"http://127.0.0.1:{_port(process, words)}"
            except BaseException:
                self.close()
                raise


def _port(process: subprocess.Popen[bytes], words: IO[bytes]) -> int:
    giving_up = threading.Timer(PATIENCE, process.kill)
    giving_up.daemon = True
    giving_up.start()
    try:
        line = process.stdout.readline() if process.stdout else b""
    finally:
        giving_up.cancel()
    said: dict[str, Any] = json.loads(line) if line else {}
    if "missing" in said:
        raise MissingDependency(
            f"this task calls a service of AWS, and the local stand-in for those needs {said['missing']!r}",
            hint=f"Install it with: {INSTALL}. Or let tasks call an endpoint of yours: sfn.local(services=URL).",
        )
    if "port" not in said:
        process.wait(PATIENCE)
        words.seek(0)
        last = words.read().decode(errors="replace").strip().splitlines()[-1:] or ["nothing"]
        raise ServiceError(f"moto did not start (exit code {process.returncode}); it said: {last[0]}")
    return int(said["port"])


def _end(process: subprocess.Popen[bytes]) -> None:
    for pipe in (process.stdin, process.stdout):
        if pipe is not None:
            pipe.close()
    process.terminate()
    try:
        process.wait(5)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()
