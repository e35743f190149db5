"""A real JupyterLab or Notebook 7 on 127.0.0.1, and a page that works in it as a person does."""

from __future__ import annotations

import contextlib
import json
import os
import secrets
import shutil
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import nbformat
from endpoints import free_port
from playwright.sync_api import Error, Locator, Page, expect

PATIENCE = 60_000.0  # milliseconds: a front end on a busy machine
MODULES = {"lab": "jupyterlab", "notebook": "notebook"}
_SETTINGS = "@jupyterlab/apputils-extension"


def chromium() -> str | None:
    """The browser on the PATH; None leaves it to Playwright's own."""
    return next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)


class App:
    """A running front end.

    Args:
        name: "lab" or "notebook".
        url: Where it listens.
        token: What it asks for.
        folder: Its notebooks.
    """

    def __init__(self, name: str, url: str, token: str, folder: Path) -> None:
        self.name = name
        self.folder = folder
        self._url = url
        self._token = token

    def open(self, page: Page, name: str, cells: list[str]) -> Open:
        """Write a notebook of these code cells and open it."""
        path = self.folder / f"{name}.ipynb"
        notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(cell) for cell in cells])
        notebook.metadata["kernelspec"] = {"name": "python3", "display_name": "Python 3", "language": "python"}
        nbformat.write(notebook, path)
        tree = "lab/tree" if self.name == "lab" else "notebooks"
        page.goto(f"{self._url}/{tree}/{path.name}?token={self._token}&reset", timeout=PATIENCE)
        page.wait_for_selector(".jp-Notebook .jp-CodeCell", timeout=PATIENCE)
        return Open(page, path)


class Open:
    """An open notebook."""

    def __init__(self, page: Page, path: Path) -> None:
        self.page = page
        self.path = path
        self.cells = page.locator(".jp-Notebook .jp-CodeCell")

    def run(self, number: int) -> None:
        """Begin a cell; the first is 0. A front end whose kernel is still coming forgets it, so it may take several."""
        editor = self.cells.nth(number).locator(".cm-content")
        prompt = self.cells.nth(number).locator(".jp-InputPrompt")
        for _ in range(20):
            with contextlib.suppress(AssertionError, Error):  # the page is still being built, or the kernel is coming
                editor.click(timeout=3000)
                self.page.keyboard.press("Shift+Enter")
                expect(prompt).not_to_have_text("[ ]:", timeout=3000)
                return
        raise AssertionError(f"cell {number} does not begin")

    def output(self, number: int) -> Locator:
        """What a cell shows."""
        return self.cells.nth(number).locator(".jp-Cell-outputArea")

    def expect_text(self, number: int, text: str) -> None:
        """Wait until a cell has shown a text."""
        expect(self.output(number)).to_contain_text(text, timeout=PATIENCE)

    def view(self, number: int) -> Locator:
        """The live view a cell shows."""
        found = self.output(number).locator(".sfn-live")
        expect(found).to_be_visible(timeout=PATIENCE)
        return found

    def save(self) -> dict[str, Any]:
        """Save it as a person does; what is on the disk then."""
        before = self.path.stat().st_mtime_ns
        self.page.keyboard.press("Escape")
        self.page.keyboard.press("Control+s")
        end = time.monotonic() + PATIENCE / 1000
        while self.path.stat().st_mtime_ns == before:
            assert time.monotonic() < end, "it was not saved"
            self.page.wait_for_timeout(100)
        self.page.wait_for_timeout(300)  # the server writes, then renames
        return dict(json.loads(self.path.read_text("utf-8")))


@contextlib.contextmanager
def running(name: str, home: Path, *, dark: bool = False) -> Iterator[App]:
    """A front end with a home of its own, so that nobody's settings or running servers are touched."""
    notebooks, settings = home / "notebooks", home / "settings" / _SETTINGS
    notebooks.mkdir(parents=True)
    settings.mkdir(parents=True)
    for file, content in {
        "themes": {"theme": "JupyterLab Dark" if dark else "JupyterLab Light"},
        "notification": {"fetchNews": "false", "checkForUpdates": False},
    }.items():
        (settings / f"{file}.jupyterlab-settings").write_text(json.dumps(content))
    own = ("JUPYTER_CONFIG_DIR", "JUPYTER_DATA_DIR", "JUPYTER_RUNTIME_DIR", "IPYTHONDIR", "JUPYTERLAB_WORKSPACES_DIR")
    env = {**os.environ, **{key: str(home / key.lower()) for key in own}}
    env["JUPYTERLAB_SETTINGS_DIR"] = str(settings.parent.parent)
    port, token = free_port(), secrets.token_hex(16)
    options = ["--no-browser", "--allow-root", "--ip=127.0.0.1", f"--port={port}", f"--IdentityProvider.token={token}"]
    command = [sys.executable, "-m", MODULES[name], *options, f"--ServerApp.root_dir={notebooks}"]
    log = home / "server.log"
    with log.open("w") as out:
        process = subprocess.Popen(command, env=env, cwd=notebooks, stdout=out, stderr=out)
        try:
            url = f"http://127.0.0.1:{port}"
            _wait_for(f"{url}/api", process, log)
            yield App(name, url, token, notebooks)
        finally:
            process.terminate()
            try:
                process.wait(20)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()


def _wait_for(url: str, process: subprocess.Popen[bytes], log: Path) -> None:
    end = time.monotonic() + PATIENCE / 1000
    while True:
        with contextlib.suppress(urllib.error.URLError, OSError):
            urllib.request.urlopen(url, timeout=2).close()
            return
        if process.poll() is not None or time.monotonic() > end:
            raise RuntimeError(f"the server does not answer:\n{log.read_text()[-2000:]}")
        time.sleep(0.1)
