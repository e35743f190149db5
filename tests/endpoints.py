"""Other people's Step Functions as processes on 127.0.0.1, for the tests and the benchmarks that compare with them."""

from __future__ import annotations

import contextlib
import json
import os
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).parents[1]
MINISTACK = "ministack>=1.5,<2"
MOTO_SETTINGS = {
    "stepfunctions": {"execute_state_machine": True},
    "lambda": {"use_docker": False},  # a Lambda function answers with a fixed text
    "batch": {"use_docker": False},
}


class Unavailable(Exception):
    """The endpoint cannot be had here; the message says why."""


@contextlib.contextmanager
def own_server() -> Iterator[str]:
    """The URL of this project's own engine, served by a process of its own."""
    port = free_port()
    with _process(
        [sys.executable, "-c", "from sfn_notebook.cli import main; main()", "serve", "--port", str(port)], port
    ) as url:
        yield url


@contextlib.contextmanager
def moto_server() -> Iterator[str]:
    """The URL of a moto server that really runs state machines."""
    port = free_port()
    with _process([sys.executable, "-m", "moto.server", "-H", "127.0.0.1", "-p", str(port)], port) as url:
        request = urllib.request.Request(
            f"{url}/moto-api/config",
            data=json.dumps(MOTO_SETTINGS).encode(),
            headers={"Content-Type": "application/json"},
            method="POST",
        )
        urllib.request.urlopen(request, timeout=10).close()
        yield url


@contextlib.contextmanager
def ministack_server() -> Iterator[str]:
    """The URL of a ministack server, installed from PyPI into an environment of its own at first need.

    Raises:
        Unavailable: it cannot be installed.
    """
    python = environment("ministack", MINISTACK)
    port = free_port()
    command = [str(python), "-m", "hypercorn", "ministack.app:app", "--bind", f"127.0.0.1:{port}"]
    env = {"GATEWAY_PORT": str(port), "MINISTACK_HOST": "127.0.0.1", "LAMBDA_EXECUTOR": "local", "LOG_LEVEL": "ERROR"}
    with _process(command, port, env) as url:
        yield url


def environment(name: str, *requirements: str) -> Path:
    """The Python of the virtual environment `.venvs/<name>` with these requirements, made when it is not there.

    Raises:
        Unavailable: pip cannot install them.
    """
    folder = ROOT / ".venvs" / name
    python = folder / "bin" / "python"
    stamp = folder / ".has"
    wanted = "\n".join(requirements)
    if stamp.exists() and stamp.read_text() == wanted:
        return python
    try:
        subprocess.run([sys.executable, "-m", "venv", str(folder)], check=True, capture_output=True, text=True)
        pip = [str(python), "-m", "pip", "--disable-pip-version-check", "install", "--quiet"]
        subprocess.run([*pip, *requirements], check=True, capture_output=True, text=True)
    except subprocess.CalledProcessError as error:
        reason = (error.stderr.strip() or "no reason given").splitlines()[-1]
        raise Unavailable(f"{wanted} cannot be installed: {reason}") from error
    stamp.write_text(wanted)
    return python


def free_port() -> int:
    """A port on 127.0.0.1 that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextlib.contextmanager
def _process(command: list[str], port: int, env: dict[str, str] | None = None) -> Iterator[str]:
    url = f"http://127.0.0.1:{port}"
    process = subprocess.Popen(
        command, env={**os.environ, **(env or {})}, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    try:
        _wait_until_it_answers(url, process)
        yield url
    finally:
        process.terminate()
        try:
            process.wait(10)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def _wait_until_it_answers(url: str, process: subprocess.Popen[bytes], seconds: float = 60) -> None:
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if process.poll() is not None:
            raise Unavailable(f"{process.args!r} ended with exit code {process.returncode}")
        try:
            urllib.request.urlopen(url, timeout=2).close()
        except urllib.error.HTTPError:
            return  # an error page is an answer
        except OSError:
            time.sleep(0.05)
        else:
            return
    raise Unavailable(f"nothing answered at {url} within {seconds:.0f} s")
