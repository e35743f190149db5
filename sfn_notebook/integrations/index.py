"""The names and first sentences of all actions in one small file, so that searching reads no models.

`write()` makes it anew from the installed botocore.
"""

from __future__ import annotations

import gzip
import json
from collections.abc import Mapping
from functools import cache
from importlib import resources
from pathlib import Path
from typing import Final, NamedTuple

import botocore

from sfn_notebook.integrations.sdk import SdkService, sdk_names, service_model
from sfn_notebook.integrations.shapes import first_sentence

SENTENCE: Final = 110  # characters kept of a sentence
_FILE: Final = "actions.json.gz"


class Entry(NamedTuple):
    """A service in the index.

    Attributes:
        title: Its name for people.
        actions: Action -> the first sentence of its documentation.
    """

    title: str
    actions: Mapping[str, str]


@cache
def action_index() -> Mapping[str, Entry]:
    """Service -> its entry, of every service the installed botocore has.

    >>> action_index()["sqs"].actions["sendMessage"]
    'Delivers a message to the specified queue.'
    """
    packed = resources.files(__package__).joinpath("data", _FILE).read_bytes()
    kept = {name: Entry(*entry) for name, entry in json.loads(gzip.decompress(packed))["services"].items()}
    # a newer botocore has services that the file does not: those few are read from their models
    return {name: kept.get(name) or entry_of(name, client) for name, client in sdk_names().items()}


def entry_of(name: str, client: str) -> Entry:
    """The entry of a service, from its model; what Step Functions cannot call is left out."""
    service = SdkService(name, client, service_model(client))
    return Entry(
        service.title,
        {
            action: first_sentence(service.operation(action).documentation, SENTENCE)
            for action in service.actions
            if not service.unsupported(action)
        },
    )


def write() -> Path:
    """Write the index of the installed botocore; the same bytes each time.

    Returns:
        The file.
    """
    made = {
        "about": "Service -> title, action -> first sentence; derived from botocore's models.",
        "source": f"botocore {botocore.__version__}",
        "services": {name: entry_of(name, client) for name, client in sorted(sdk_names().items())},
    }
    path = Path(__file__).parent / "data" / _FILE
    path.write_bytes(gzip.compress(json.dumps(made, ensure_ascii=False).encode(), mtime=0))
    return path
