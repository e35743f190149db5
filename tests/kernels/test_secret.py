"""A secret that is typed into a real kernel's password field reaches the server, and nothing that could be saved."""

from __future__ import annotations

import json
from typing import Any

import pytest
from jupyter_client.manager import start_new_kernel
from web_server import web_server

pytestmark = pytest.mark.kernels

CELLS = """
import logging, sfn_notebook as sfn
logging.basicConfig(level=logging.DEBUG)
session = sfn.local(clock="instant")
key = sfn.secret("Shop key")
key
---
shop = session.connection("shop", api_key=("X-Api-Key", key), basic=None)
shop
---
session.connection("other", basic="ada")
---
sm = session.state_machine("orders")
sm.http("Order", endpoint={url!r} + "/orders", method="POST", connection=shop, body={{"n": 1}})
sm
---
execution = sm.run({{}})
print(execution.events(), sm.to_json())
execution
---
sm.graph()
---
execution.watch()
---
test = sm.test("Order", {{}})
test
---
print(test.stages)
---
%whos
---
session.connection("shop", api_key=("X-Api-Key", key), basic=("a", key))
---
session.connection("shop", api_key=(5, key))
---
%tb
---
session.close()
"""


def test_a_typed_secret_is_in_nothing_that_is_shown_or_saved() -> None:
    said: list[Any] = []
    asked: list[Any] = []
    manager, client = start_new_kernel()
    try:
        with web_server() as web:

            def type_it(message: Any) -> None:
                asked.append(message["content"])
                client.input("typed-s3cret")

            for cell in CELLS.format(url=web.url).split("---\n"):
                client.execute_interactive(
                    cell, timeout=60, allow_stdin=True, stdin_hook=type_it, output_hook=said.append
                )
            sent = web.asked[0]["headers"]["x-api-key"]
    finally:
        client.stop_channels()
        manager.shutdown_kernel(now=True)
        manager.context.term()
    assert sent == "typed-s3cret"
    assert asked == [
        {"prompt": "Shop key: ", "password": True},
        {"prompt": "ada of the connection 'other': ", "password": True},
    ]
    told = json.dumps([message["content"] for message in said], default=repr)
    assert "<Connection 'shop' (API key)>" in told
    assert "States.Runtime" not in told
    assert "s3cret" not in told
