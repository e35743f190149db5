"""The process in which moto answers: started by `services`, ended by its parent's end.

It runs by its path, imports only moto, and says on its first line of output where it listens.
"""

from __future__ import annotations

import json
import logging
import os
import signal
import sys
import threading


def main() -> None:
    """Serve moto on a free port of 127.0.0.1 until stdin ends."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C in a terminal is for the parent
    threading.Thread(target=_end_with_parent, daemon=True).start()
    try:
        # imported here, for their absence is an answer
        from moto.core.config import default_user_config  # noqa: PLC0415
        from moto.moto_server import werkzeug_app  # noqa: PLC0415
        from werkzeug.serving import make_server  # noqa: PLC0415
    except ImportError as error:
        _say({"missing": error.name or str(error)})
        return
    default_user_config["batch"] = {"use_docker": False}  # its jobs would be containers
    logging.getLogger("werkzeug").setLevel(logging.ERROR)
    app = werkzeug_app.DomainDispatcherApplication(werkzeug_app.create_backend_app)
    server = make_server("127.0.0.1", 0, app, threaded=True)
    os.environ["MOTO_PORT"] = str(server.port)
    _say({"port": server.port})
    server.serve_forever()


def _end_with_parent() -> None:
    while sys.stdin.buffer.read(4096):
        pass
    os._exit(0)


def _say(what: dict[str, object]) -> None:
    sys.stdout.write(json.dumps(what) + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    main()
