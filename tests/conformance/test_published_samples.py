"""Definitions that others published, in the npm packages asl-validator and amazon-states-language-service.

They are read where they are installed and copied nowhere: below SFN_NOTEBOOK_CORPORA (the folder that holds
node_modules; `.ci/run` makes one), else beside the repository.
"""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
from functools import cache
from pathlib import Path
from typing import Any

import pytest

import sfn_notebook as sfn

ROOT = Path(os.environ.get("SFN_NOTEBOOK_CORPORA") or Path(__file__).parents[2]) / "node_modules"
VALIDATOR = ROOT / "asl-validator" / "src" / "__tests__" / "definitions"
SERVICE = ROOT / "amazon-states-language-service" / "out"
SNIPPETS = SERVICE / "snippets" / "states.json"
EXPORTS = SERVICE / "asl-utils" / "utils" / "tests" / "assignVariableTestData.js"
NOT_HERE = "npm install asl-validator@1.5.0 amazon-states-language-service, and SFN_NOTEBOOK_CORPORA says where"
# what a snippet leaves to be filled in is filled in so that Step Functions takes it
_GAP = re.compile(r"\$\{\d+:([^}]*)\}")
_PRINT = """
const all = require(process.argv[1]);
const machines = {};
for (const [name, made] of Object.entries(all)) {
  if (typeof made !== "function") machines[name] = made;
  else for (const mode of ["INLINE", "DISTRIBUTED"]) machines[name + mode] = made(mode);
}
console.log(JSON.stringify(machines));
"""


@cache
def corpus() -> dict[str, dict[str, Any]]:
    found: dict[str, dict[str, Any]] = {}
    for file in sorted(VALIDATOR.glob("*.json")):
        found[f"validator/{file.stem}"] = json.loads(file.read_text("utf-8"))
    if SNIPPETS.exists():
        for snippet in json.loads(SNIPPETS.read_text("utf-8")):
            found[f"snippet/{snippet['name']}"] = from_snippet("\n".join(snippet["body"]))
    if EXPORTS.exists() and shutil.which("node"):
        printed = subprocess.run(["node", "-e", _PRINT, str(EXPORTS)], capture_output=True, text=True, check=True)
        found |= {f"service/{name}": made for name, made in json.loads(printed.stdout).items()}
    return found


def from_snippet(text: str) -> dict[str, Any]:
    """A machine around one state."""
    states = json.loads("{" + _GAP.sub(lambda gap: gap[1], text).replace("\\$", "$") + "}")
    targets = set(re.findall(r'"(?:Next|Default)": "([^"]+)"', json.dumps(states)))
    inner = set(re.findall(r'"([^"]+)": \{"Type"', json.dumps(states)))
    return {
        "StartAt": next(iter(states)),
        "States": {**states, **{name: {"Type": "Succeed"} for name in sorted(targets - inner)}},
    }


pytestmark = pytest.mark.skipif(not VALIDATOR.exists() and not SNIPPETS.exists(), reason=NOT_HERE)


@pytest.mark.parametrize("name", sorted(corpus()))
def test_it_survives_every_format_and_is_drawn(name):
    definition = corpus()[name]
    try:
        sm = sfn.load(definition)
    except sfn.InvalidDefinition:
        assert "invalid" in name
        return
    wanted = json.dumps(definition, sort_keys=True)
    for text in (sm.to_json(), sm.to_yaml(), sm.to_cloudformation(), sm.to_sam(), sm.to_terraform()):
        format = "terraform" if text.startswith(("variable", "resource")) else None
        assert json.dumps(sfn.load(text, format=format).definition, sort_keys=True) == wanted
    scope: dict[str, Any] = {}
    exec(compile(sm.to_code(), name, "exec"), scope)
    scope["session"].close()
    assert json.dumps(scope["sm"].definition, sort_keys=True) == wanted
    assert sm.graph().svg.startswith("<svg")


# the end of a Lambda function's ARN (":", ":$*#$7485"), which is not looked at
ODD_ARN = "validator/invalid-task-alias-function"
# what is published as sound and Step Functions would refuse all the same
REFUSED = {
    "service/mockChoiceAssignAsl": "made for completion tests: it starts at a state that is not there",
    "service/mockLocalScopeAsl": "made for completion tests: a Catch of no error, a call without function",
    "service/mockManualLoopAsl": "made for completion tests: a rule without a comparison, a call without function",
    "service/mockParallelAssign": "made for completion tests: a call without function",
    "validator/valid-task-intrisic-function": "CloudFormation's functions in a definition outside of a template",
    "validator/valid-task-parameters": "a task of SWF, which Step Functions no longer knows",
}


@pytest.mark.parametrize("name", sorted(one for one in corpus() if "invalid" not in one))
def test_lint_raises_no_false_alarm(name):
    errors = sfn.load(corpus()[name]).lint().errors
    assert bool(errors) == (name in REFUSED), [f"{one.code} {one.pointer}: {one.message}" for one in errors]


@pytest.mark.parametrize("name", sorted(one for one in corpus() if "invalid" in one and one != ODD_ARN))
def test_what_is_published_as_broken_is_found_broken(name):
    try:
        report = sfn.load(corpus()[name]).lint()
    except sfn.InvalidDefinition:
        return
    assert report.errors or report.warnings
