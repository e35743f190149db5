"""What the catalogue of integrations costs: the first time in a fresh process, and every time after."""

from __future__ import annotations

import json
import statistics
import subprocess
import sys

from clockwork import micro, milli, table

ROUNDS = 5
SETUP = (
    "import json, time, sfn_notebook as sfn\n"
    "from sfn_notebook import lint\n"
    "from sfn_notebook.asl import read\n"
    "S = 'arn:aws:states:::'\n"
    "def machine(resource, arguments):\n"
    "    task = {'Type': 'Task', 'Resource': S + resource, 'Arguments': arguments, 'End': True}\n"
    "    return read({'QueryLanguage': 'JSONata', 'StartAt': 'T', 'States': {'T': task}})\n"
    "sm = sfn.StateMachine('m')\n"
)
ACTIONS = {
    "search": "sfn.integrations.search('start glue job')",
    "options": "sfn.integrations.options('glue', 'StartJobRun')",
    "signature and docstring": "sfn.integrations.aws.glue.startJobRun",
    "check, DynamoDB": "sm.dynamodb_get_item('T', table='t', key={'id': {'S': 'a'}})",
    "check, ECS": "sm.ecs_task('T', task_definition='t', overrides={'ContainerOverrides': [{'Name': 'c'}]})",
    "check, EC2 by SDK": "sm.aws('T', 'ec2:stopInstances', InstanceIds=['i'])",
    "lint, SQS": "lint.check(machine('sqs:sendMessage', {'QueueUrl': 'u', 'MessageBody': 'b'}))",
}
PROGRAM = (
    "{setup}\nstart = time.perf_counter(); {action}; first = time.perf_counter() - start\n"
    "start = time.perf_counter()\nfor _ in range(20): {action}\n"
    "print(json.dumps([first, (time.perf_counter() - start) / 20]))"
)


def report() -> None:
    """Each action in fresh processes, first and again."""
    rows = []
    for name, action in ACTIONS.items():
        runs = []
        for _ in range(ROUNDS):
            program = PROGRAM.format(setup=SETUP, action=action)
            done = subprocess.run([sys.executable, "-c", program], check=True, capture_output=True, text=True)
            runs.append(json.loads(done.stdout))
        first, again = (statistics.median(column) for column in zip(*runs, strict=True))
        rows.append((name, milli(first), micro(again)))
    table(f"Catalogue, median of {ROUNDS} fresh processes", ["", "first", "again"], rows, "first reads the one model")
