"""TestState: one state of a definition, run by itself.

https://docs.aws.amazon.com/step-functions/latest/dg/test-state-isolation.html
"""

from sfn_notebook.engine.api.teststate.operation import run_test_state

__all__ = ["run_test_state"]
