"""How a view's messages reach Python while a cell keeps the kernel's main thread busy.

A click is a message of the front end, and the kernel hands messages to widgets on its main thread, so a cell that
blocks (`execution.wait()`) would keep every button waiting. What helps depends on the kernel:

==========================  ==========================================================================================
ipykernel 7.4 and newer     a child subshell of our own, and the widget's comm asks for it: works in every front end
ipykernel 7.0 to 7.3        the front end's own subshells (JupyterLab 4.4 and newer, Notebook 7.4 and newer)
ipykernel 6                 `execution.wait()` pumps: it hands over the messages that have come meanwhile
another, or no kernel       nothing; the view says so
==========================  ==========================================================================================

Subshells are made by the public control protocol. That a comm can ask for one is ipykernel's private habit, so each
feature is looked for before it is used, and `tests/kernels` runs the matrix.
"""

from __future__ import annotations

import json
import logging
import threading
from enum import Enum
from typing import Any, Final

from IPython.core.getipython import get_ipython

from sfn_notebook import _display

_logger = logging.getLogger(__name__)

CONTROL_SECONDS: Final = 5.0  # the control thread answers in milliseconds; this bounds a kernel that is going down
_ROUTE: Final = "_reply_subshell_for"


class Way(Enum):
    """How messages get past a blocked cell; the value is what a view says when an answer is late."""

    OWN = "The kernel has not answered yet; what was sent is not lost."
    FRONT_END = (
        "The kernel is busy with a cell. This front end's buttons answer when the cell ends: use 'await execution', "
        "answer from the next cell, or install ipykernel 7.4 or newer."
    )
    PUMP = (
        "The kernel is busy with a cell. The buttons answer when the cell ends, and during execution.wait(): "
        "use 'await execution', or answer from the next cell."
    )
    NONE = (
        "Nobody has answered yet: the kernel is busy with a cell, or gone. The buttons answer when the cell ends: "
        "use 'await execution', or answer from the next cell."
    )


def way(comm: Any) -> Way:
    """What this process's kernel can do for a comm."""
    kernel = _kernel()
    if kernel is None or comm is None:
        return Way.NONE
    if getattr(kernel, "_supports_kernel_subshells", False):
        return Way.OWN if hasattr(comm, _ROUTE) else Way.FRONT_END
    return Way.PUMP if _can_pump(kernel) else Way.NONE


class Route:
    """Sends one comm's messages past the main thread until it is closed.

    The kernel has one subshell for all routes; it ends with the last of them.

    Args:
        comm: The comm of a widget, or None when there is no kernel.

    Attributes:
        way: How that works here.
    """

    def __init__(self, comm: Any) -> None:
        self.way = way(comm)
        self._open = self.way is Way.OWN and _subshell.take()
        if self.way is Way.OWN and not self._open:
            self.way = Way.FRONT_END
        if self._open:
            # a front end with subshells of its own knows best; whoever has none gets ours
            setattr(comm, _ROUTE, lambda data, default: default or _subshell.name)

    def close(self) -> None:
        """Give the subshell back; messages go to the main thread again."""
        opened, self._open = self._open, False
        if opened:
            _subshell.give_back()


class _Subshell:
    """The kernel's one child subshell of ours, made at first need and ended with its last user."""

    def __init__(self) -> None:
        self.name: str | None = None
        self._users = 0
        self._lock = threading.Lock()

    def take(self) -> bool:
        """Whether there is a subshell to use; `give_back` belongs to each True."""
        with self._lock:
            if self.name is None:
                reply = _control("create_subshell_request", {})
                self.name = reply.get("subshell_id")
            self._users += self.name is not None
            return self.name is not None

    def give_back(self) -> None:
        with self._lock:
            self._users -= 1
            if self._users:
                return
            name, self.name = self.name, None
        if threading.current_thread().name == f"subshell-{name}":
            # the kernel joins the subshell's thread, so it cannot be that thread which waits for it
            threading.Thread(target=_end, args=(name,), name="sfn-subshell-end", daemon=True).start()
        else:
            _end(name)


def _end(name: str | None) -> None:
    _control("delete_subshell_request", {"subshell_id": name})


_subshell = _Subshell()


def _control(request: str, content: dict[str, Any]) -> dict[str, Any]:
    """The reply of this kernel to a request on its control channel; empty when there was none."""
    try:
        # only inside a kernel are these certain to be installed, and nobody else should pay for importing them
        import zmq  # noqa: PLC0415
        from ipykernel.connect import get_connection_file  # noqa: PLC0415
        from jupyter_client.blocking.client import BlockingKernelClient  # noqa: PLC0415

        context = zmq.Context()
        client = BlockingKernelClient(connection_file=get_connection_file(), context=context)
        client.load_connection_file()
        try:
            client.start_channels(shell=False, iopub=False, stdin=False, hb=False, control=True)
            message = client.session.msg(request, content)
            client.control_channel.send(message)
            while True:
                reply = client.control_channel.get_msg(timeout=CONTROL_SECONDS)
                if reply["parent_header"].get("msg_id") == message["header"]["msg_id"]:
                    return dict(reply["content"])
        finally:
            client.stop_channels()
            context.destroy(linger=0)
    except Exception as error:  # noqa: BLE001 - whatever a kernel lacks, the view works without a subshell, and says so
        _logger.warning("%s: the kernel gave no answer (%s: %s)", request, type(error).__name__, error)
        return {}


# --- ipykernel 6: hand over messages from inside a blocking wait

_PUMPED: Final = ("shell_stream", "msg_queue", "dispatch_shell", "set_parent", "get_parent", "_parent_ident")
_HANDED_OVER: Final = frozenset({"comm_open", "comm_msg", "comm_close"})


@_display.provides("pump")
def pump() -> None:
    """Hand over to the widgets what their front end sent meanwhile, where the kernel needs it (ipykernel 6).

    To be called again and again by code that blocks the main thread; anywhere else it does nothing. Requests to run a
    cell keep waiting, in their order.
    """
    kernel = _kernel()
    if kernel is None or not on_main_thread() or not _can_pump(kernel):
        return
    kernel.shell_stream.flush()  # from the socket into the queue
    parent, ident = kernel.get_parent(), kernel._parent_ident["shell"]  # noqa: SLF001 - there is no getter for it
    later = []
    while not kernel.msg_queue.empty():
        entry = kernel.msg_queue.get_nowait()  # a number, what to call, with which arguments
        if _kind(entry[2]) in _HANDED_OVER:
            _run(entry[1](*entry[2]))
            kernel.set_parent(ident, parent)  # what the cell prints belongs to the cell again
        else:
            later.append(entry)
    for entry in later:
        kernel.msg_queue.put_nowait(entry)


def on_main_thread() -> bool:
    """Whether this runs where cells run."""
    return threading.current_thread() is threading.main_thread()


def _can_pump(kernel: Any) -> bool:
    return not getattr(kernel, "_supports_kernel_subshells", False) and all(hasattr(kernel, name) for name in _PUMPED)


def _kind(arguments: tuple[Any, ...]) -> str:
    """The type of a queued message, read from its header frame without consuming the message."""
    try:
        frames = [bytes(getattr(frame, "bytes", frame)) for frame in arguments[0]]
        header = json.loads(frames[frames.index(b"<IDS|MSG>") + 2])
        return str(header["msg_type"])
    except (TypeError, ValueError, IndexError, KeyError):
        return ""  # nothing that a front end sent: the kernel's own work, which waits too


def _run(handling: Any) -> None:
    """Run the kernel's coroutine for a comm message; those handlers never wait for anything."""
    try:
        handling.send(None)
    except StopIteration:
        return
    handling.close()
    _logger.warning("a widget's message could not be handled while the cell was blocked")


_told: set[Way] = set()


def warn_once(of: Way) -> None:
    """Say in the log, once for each reason, that buttons will not answer while a cell is blocked."""
    if of in (Way.FRONT_END, Way.NONE) and of not in _told:
        _told.add(of)
        _logger.warning(of.value)


def _kernel() -> Any:
    """The IPython kernel of this process, or None."""
    return getattr(get_ipython(), "kernel", None)
