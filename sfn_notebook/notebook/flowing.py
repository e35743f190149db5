"""`sm.data_flow(...)`: a machine whose states show their data stage by stage."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from sfn_notebook import asl
from sfn_notebook.notebook.data_flow import DataFlow, data_flow
from sfn_notebook.notebook.signatures import checked
from sfn_notebook.notebook.states import State
from sfn_notebook.notebook.states_run import StateRun, StateRuns
from sfn_notebook.notebook.testing import Testable, Testing, find_state

_NO_INPUT: Final[Mapping[str, Any]] = {}


class Flowing(Testing):
    """A machine whose states show their data flow."""

    @checked
    def data_flow(
        self: Testable,
        state: str | State,
        input: Any = _NO_INPUT,
        *,
        mock: Any = None,
        variables: Mapping[str, Any] | None = None,
        context: Mapping[str, Any] | None = None,
    ) -> DataFlow:
        """Every stage of one state's data, each beside the expression that makes it.

        The state runs by itself, through TestState, as in `test`. With an execution as its input it gets what it had
        there, and nothing is called: so a state that was changed since can be tried on data that really occurred.

        Args:
            state: The state, or its name.
            input: Its input; or an execution, or one of its states, to take input, result, variables and context from.
            mock: What a Task, Map or Parallel gets instead of doing its work, as in `test`.
            variables: The workflow variables it sees.
            context: The context object it sees; only with a mock.

        Raises:
            UnknownName: there is no such state.
            NotAvailable: the machine has no session, or the execution's history does not tell what came back.
            InvalidArgument, InvalidInput, InvalidDefinition: the test is refused; the message says why.

        >>> import sfn_notebook as sfn
        >>> with sfn.local(clock="instant") as session:
        ...     sm = session.state_machine("orders", query_language="JSONPath")
        ...     add = sm.pass_("Mark", parameters={"of": sfn.path("$.id")}, result_path="$.mark")
        ...     sm.data_flow("Mark", {"id": 5})
        'Mark': ✓ SUCCEEDED
          input                                            {"id":5}
          afterInputPath                                   {"id":5}
        ≠ afterParameters      Parameters {"of.$":"$.id"}  {"of":5}
          afterResultSelector                              {"of":5}
        ≠ afterResultPath      ResultPath $.mark           {"id":5,"mark":{"of":5}}
          output                                           {"id":5,"mark":{"of":5}}
        """
        name = state.name if isinstance(state, State) else state
        runs = getattr(input, "states", None)
        run = runs[name] if isinstance(runs, StateRuns) else input
        if isinstance(run, StateRun):
            return run.flow_on(self, name, mock=mock)
        test = Testing.test(self, name, run, mock=mock, variables=variables, context=context)
        return data_flow(find_state(asl.read(self.definition), name), test)
