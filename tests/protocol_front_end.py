"""A Jupyter front end without a browser: it runs cells, keeps the models of widgets, and sends what a click sends."""

from __future__ import annotations

import queue
import time
from pathlib import Path
from typing import Any, Self

from jupyter_client.blocking.client import BlockingKernelClient
from jupyter_client.kernelspec import KernelSpecManager
from jupyter_client.manager import KernelManager

PATIENCE = 30.0  # seconds: a kernel that starts on a busy machine


class FrontEnd:
    """A front end and its kernel.

    Args:
        python: The interpreter of the kernel.
        folder: Where its kernel spec is written.
        subshell: Whether it sends the messages of widgets to a subshell of its own, as JupyterLab does.

    Attributes:
        models: The state of each widget, by its comm.
        heard: The custom messages of the widgets, in order.
        version: The kernel's version of ipykernel.
    """

    def __init__(self, python: str, folder: Path, *, subshell: bool = False) -> None:
        spec = folder / "kernels" / "tested"
        spec.mkdir(parents=True)
        argv = f'["{python}", "-m", "ipykernel_launcher", "-f", "{{connection_file}}"]'
        (spec / "kernel.json").write_text(
            f'{{"argv": {argv}, "display_name": "tested", "language": "python"}}', "utf-8"
        )
        specs = KernelSpecManager(kernel_dirs=[str(spec.parent)])
        self._manager = KernelManager(kernel_name="tested", kernel_spec_manager=specs)
        self.models: dict[str, dict[str, Any]] = {}
        self.heard: list[dict[str, Any]] = []
        self._texts: dict[str, str] = {}
        self._idle: set[str] = set()
        self._manager.start_kernel()
        self._client: BlockingKernelClient = self._manager.client()
        self._client.start_channels()
        self._client.wait_for_ready(PATIENCE)
        info = self._client.kernel_info(reply=True, timeout=PATIENCE)["content"]
        self.version = self.cell("import ipykernel; print(ipykernel.__version__)").strip()
        self.has_subshells = "kernel subshells" in info.get("supported_features", [])
        self._subshell: str | None = self._control("create_subshell_request")["subshell_id"] if subshell else None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *error: object) -> None:
        self.close()

    def run(self, code: str) -> str:
        """Begin a cell; returns its message id."""
        identifier: str = self._client.execute(code)
        self._texts[identifier] = ""
        return identifier

    def cell(self, code: str) -> str:
        """Run a cell to its end; returns what it printed."""
        identifier = self.run(code)
        self.until(lambda: identifier in self._idle)
        return self._texts[identifier]

    def text(self, identifier: str) -> str:
        """What a cell has printed so far, and the error it ended with."""
        return self._texts[identifier]

    def ended(self, identifier: str) -> bool:
        """Whether a cell has ended."""
        return identifier in self._idle

    def until(self, done: Any, seconds: float = PATIENCE) -> bool:
        """Listen to the kernel until something is so; whether it became so in time."""
        end = time.monotonic() + seconds
        while not done():
            if time.monotonic() > end:
                return False
            try:
                self._take(self._client.get_iopub_msg(timeout=0.1))
            except queue.Empty:
                continue
        return True

    def send(self, comm: str, content: dict[str, Any]) -> float:
        """A custom message of a widget's view; returns when it went out."""
        message = self._client.session.msg(
            "comm_msg", {"comm_id": comm, "data": {"method": "custom", "content": content}}
        )
        if self._subshell:
            message["header"]["subshell_id"] = self._subshell
        self._client.shell_channel.send(message)
        return time.monotonic()

    def view(self) -> str:
        """The comm of the newest live view; "" when there is none."""
        return next((comm for comm, model in reversed(self.models.items()) if "snapshot" in model), "")

    def snapshot(self) -> dict[str, Any]:
        """What the newest view's model knows; empty when there is none."""
        known: dict[str, Any] = self.models.get(self.view(), {}).get("snapshot", {})
        return known

    def close(self) -> None:
        """End the kernel."""
        self._client.stop_channels()
        self._manager.shutdown_kernel(now=True)
        self._manager.cleanup_resources()

    def _control(self, request: str) -> dict[str, Any]:
        message = self._client.session.msg(request, {})
        self._client.control_channel.send(message)
        while True:
            reply = self._client.control_channel.get_msg(timeout=PATIENCE)
            if reply["parent_header"].get("msg_id") == message["header"]["msg_id"]:
                return dict(reply["content"])

    def _take(self, message: dict[str, Any]) -> None:
        kind, content = message["header"]["msg_type"], message["content"]
        parent = message["parent_header"].get("msg_id", "")
        if kind == "stream":
            self._texts[parent] = self._texts.get(parent, "") + content["text"]
        elif kind == "error":
            self._texts[parent] = self._texts.get(parent, "") + f"{content['ename']}: {content['evalue']}"
        elif kind == "status" and content["execution_state"] == "idle":
            self._idle.add(parent)
        elif kind == "comm_open":
            self.models[content["comm_id"]] = dict(content["data"].get("state", {}))
        elif kind == "comm_msg":
            self._widget(content["comm_id"], content["data"])

    def _widget(self, comm: str, data: dict[str, Any]) -> None:
        model = self.models.setdefault(comm, {})
        if data["method"] == "update":
            model.update(data["state"])
        elif data["method"] == "custom":
            content = data["content"]
            self.heard.append(content)
            if content["kind"] == "delta":
                model["snapshot"] = {**model["snapshot"], **content}
