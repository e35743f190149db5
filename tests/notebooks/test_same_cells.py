"""One notebook, unchanged, on the embedded engine, on a moto server and on a ministack server.

It is written in JSONPath, because moto knows no JSONata, and takes the token out of the queue, because ministack's
history does not show it.
"""

from __future__ import annotations

from typing import Any

import nbformat
import pytest
from nbclient import NotebookClient

pytestmark = [pytest.mark.notebooks, pytest.mark.kernels, pytest.mark.contract]

CELLS = [
    """
import json, os
import sfn_notebook as sfn
from sfn_notebook import path, token

endpoint = os.environ.get("SFN_NOTEBOOK_ENDPOINT")
session = sfn.connect(endpoint) if endpoint else sfn.local()
sqs, stepfunctions = session.client("sqs"), session.client("stepfunctions")
queue_url = sqs.create_queue(QueueName="approvals")["QueueUrl"]
""",
    """
sm = session.state_machine("orders", query_language="JSONPath")
sm.pass_("Prepare", parameters={"order": path("$.order"), "total": path("$.total")}) >> "Large?"
sm.choice("Large?").when(path("$.total") > 100, "Ask").otherwise("Done")
sm.sqs_send("Ask", queue_url=queue_url, body={"order": path("$.order"), "token": token}, wait="callback",
            timeout_seconds=60, result_path="$.answer") >> "Pause"
sm["Ask"].catch("Rejected", "Refused", result_path="$.why")
sm.wait("Pause", seconds=1) >> "Done"
sm.succeed("Done")
sm.fail("Refused", error="NotApproved", cause="somebody said no")
sm
""",
    "sm.lint()",
    """
small = sm.run({"order": "A-1", "total": 7}, timeout=60)
print(small.status, small.output, small.path)
""",
    """
def question():
    received = sqs.receive_message(QueueUrl=queue_url, WaitTimeSeconds=20)["Messages"][0]
    sqs.delete_message(QueueUrl=queue_url, ReceiptHandle=received["ReceiptHandle"])
    return json.loads(received["Body"])

large = sm.start({"order": "A-2", "total": 700})
stepfunctions.send_task_success(taskToken=question()["token"], output='{"approved": true}')
print(large.result(60), large.path)
""",
    """
refused = sm.start({"order": "A-3", "total": 700})
stepfunctions.send_task_failure(taskToken=question()["token"], error="Rejected", cause="too dear")
print(refused.wait(60).status, refused.error, refused.path)
""",
    """
sm.pass_("Prepare", parameters={"order": path("$.order"), "total": 0}) >> "Large?"
print(sm.run({"order": "A-4", "total": 700}, timeout=60).output)
""",
    "session.close()",
]


def shown(monkeypatch: pytest.MonkeyPatch, endpoint: str | None) -> list[str]:
    """What the cells print and show as text."""
    if endpoint is None:
        monkeypatch.delenv("SFN_NOTEBOOK_ENDPOINT", raising=False)
    else:
        monkeypatch.setenv("SFN_NOTEBOOK_ENDPOINT", endpoint)
    notebook: Any = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(cell) for cell in CELLS])
    NotebookClient(notebook, timeout=120, store_widget_state=False).execute()
    outputs = [output for cell in notebook.cells for output in cell.outputs]
    return [output.get("text") or output["data"]["text/plain"] for output in outputs]


def test_the_same_notebook_everywhere(monkeypatch: pytest.MonkeyPatch, moto_url: str, ministack_url: str) -> None:
    here = shown(monkeypatch, None)
    assert here[2:] == [
        "SUCCEEDED {'order': 'A-1', 'total': 7} ['Prepare', 'Large?', 'Done']\n",
        "{'order': 'A-2', 'total': 700, 'answer': {'approved': True}} ['Prepare', 'Large?', 'Ask', 'Pause', 'Done']\n",
        "FAILED NotApproved ['Prepare', 'Large?', 'Ask', 'Refused']\n",
        "{'order': 'A-4', 'total': 0}\n",
    ]
    assert shown(monkeypatch, moto_url) == here
    assert shown(monkeypatch, ministack_url) == here
