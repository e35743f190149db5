"""`StateMachine`: what people build cell by cell, look at, deploy and start."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final, Literal

from botocore.config import Config

from sfn_notebook import asl, draw, formats, lint
from sfn_notebook._display import Shown
from sfn_notebook._mocks import Mocks
from sfn_notebook.asl import JSONATA
from sfn_notebook.errors import InvalidArgument, InvalidDefinition, NotAvailable, NotFound
from sfn_notebook.lint import Fixed
from sfn_notebook.notebook import load, sources
from sfn_notebook.notebook.blueprint import Blueprint, checked_language, checked_name
from sfn_notebook.notebook.checking import Checking
from sfn_notebook.notebook.collection import StateCollection
from sfn_notebook.notebook.converting import Converting
from sfn_notebook.notebook.deploy import GONE, Deployed, SessionLike, deploy, digest
from sfn_notebook.notebook.filled_later import seen_as_template
from sfn_notebook.notebook.flow import Flow
from sfn_notebook.notebook.flowing import Flowing
from sfn_notebook.notebook.inputs import input_text
from sfn_notebook.notebook.logs import checked_logging, configuration
from sfn_notebook.notebook.mocks import checked_mocks
from sfn_notebook.notebook.old_names import OldMachine
from sfn_notebook.notebook.signatures import checked
from sfn_notebook.notebook.translate import translated
from sfn_notebook.notebook.unseen import unseen_problems
from sfn_notebook.notebook.writing import Writing

Definition = Mapping[str, Any] | str | Path | formats.Found
TYPES: Final = ("STANDARD", "EXPRESS")
# an Express execution may take five minutes, and one that is asked for again runs again
_SYNC: Final = Config(read_timeout=310, retries={"total_max_attempts": 1})
_NO_INPUT: Final[Mapping[str, Any]] = {}


def _origin(definition: Any) -> formats.Found:
    """What a machine begins with."""
    if isinstance(definition, formats.Found):
        return definition
    if isinstance(definition, StateMachine):
        machine = definition
        made = formats.Found(machine.name, machine.definition, "json", type=machine.type, role=machine.role)
        return made if machine.origin is None else machine.origin.holding(machine.definition)
    return sources.read(definition)


class StateMachine(StateCollection, Converting, Flowing, Writing, Checking, OldMachine, Shown):
    """A state machine under construction.

    The machine owns its states, and the name is the key: adding a state again replaces it and keeps its edges, in and
    out, until they are wired anew. Cells may run in any order and as often as one likes.

    - An edge may name a state that is not there yet; it is drawn dashed, `lint()` names it, `start()` refuses it.
    - A state without an edge out ends the machine (`End: true`).
    - It starts at the state added first of those that stand in no branch. Re-running a cell does not change which was
      first; `start_at("Prepare")` says it outright.

    Args:
        name: Its name.
        session: Where it is deployed and run; without one it can be built, drawn, linted and written.
        query_language: "JSONata" (the default) or "JSONPath".
        type: "STANDARD" (the default) or "EXPRESS".
        definition: ASL to begin with: a dict, JSON or YAML text, the path of a file (see `sfn.load`), or a machine.
        comment: A comment.
        timeout_seconds: How many seconds an execution may take.
        role: The ARN of the role it runs with; without it, the session's.
        logging: What its executions log: "ALL", "ERROR", "FATAL" or "OFF", or the API's loggingConfiguration.

    Raises:
        InvalidArgument: a name or an option is not allowed.
        InvalidDefinition: `definition` is none.

    >>> sm = StateMachine("orders")
    >>> sm.pass_("Prepare") >> "Done"
    Prepare >> Done
    >>> sm.succeed("Done")
    Succeed 'Done'
    >>> sm.definition["States"]["Prepare"]
    {'Type': 'Pass', 'Next': 'Done'}
    """

    @checked
    def __init__(
        self,
        name: str,
        *,
        session: SessionLike | None = None,
        query_language: str | None = None,
        type: str | None = None,
        definition: Definition | None = None,
        comment: str | None = None,
        timeout_seconds: int | None = None,
        role: str | None = None,
        logging: str | Mapping[str, Any] | None = None,
    ) -> None:
        self.blueprint = Blueprint(checked_name(name), machine=self)
        self.session = session
        self.deployed: Deployed | None = None
        self.origin: formats.Found | None = None
        self._loaded: dict[str, Any] = {}
        self._ignored: dict[str, str] = {}
        self.reconfigure(
            query_language=query_language,
            type=type,
            definition=definition,
            comment=comment,
            timeout_seconds=timeout_seconds,
            role=role,
            logging=logging,
        )

    @checked
    def reconfigure(
        self,
        *,
        query_language: str | None = None,
        type: str | None = None,
        definition: Definition | None = None,
        comment: str | None = None,
        timeout_seconds: int | None = None,
        role: str | None = None,
        logging: str | Mapping[str, Any] | None = None,
    ) -> None:
        """Set the options anew, as `session.state_machine("orders", ...)` does when its cell runs again.

        States stay, unless a `definition` is given: it takes their place. An option that is not given goes back to
        what the definition says, else to its default.

        Raises:
            InvalidArgument: an option is not allowed.
            InvalidDefinition: `definition` is none.
        """
        if type not in (None, *TYPES):
            raise InvalidArgument(f"type is 'STANDARD' or 'EXPRESS'; given was {type!r}.")
        fields, flow, origin = dict(self._loaded), self.blueprint.flow, self.origin
        if definition is not None:
            flow, origin = Flow(), _origin(definition)
            fields = load.load(flow, origin.definition)
        loaded = dict(fields)
        if query_language is not None:
            fields["QueryLanguage"] = checked_language(query_language)
        elif not loaded and definition is None:
            fields["QueryLanguage"] = JSONATA
        given = {"Comment": comment, "TimeoutSeconds": timeout_seconds}
        fields.update({key: value for key, value in given.items() if value is not None})
        self._loaded = loaded
        there = origin or formats.Found(self.name, {}, "json")
        self.origin = origin
        self.type, self.role = type or there.type or "STANDARD", role or there.role
        self.logging = checked_logging(logging or there.logging)
        self.blueprint.fields, self.blueprint.flow = fields, flow

    @property
    def name(self) -> str:
        """Its name."""
        return self.blueprint.name

    @property
    def query_language(self) -> str:
        """Its query language."""
        return self.blueprint.query_language

    @property
    def arn(self) -> str | None:
        """Its ARN, once it was deployed."""
        return self.deployed.arn if self.deployed else None

    @property
    def definition(self) -> dict[str, Any]:
        """The definition in Amazon States Language; a fresh dict each time."""
        return self.blueprint.definition()

    @checked
    def lint(self, *, ignore: Mapping[str, str] | None = None) -> lint.Report:
        """What is wrong with the definition, doubtful in it, or worth knowing.

        Args:
            ignore: Codes of problems to live with, each with the reason. The machine keeps them until it is told
                others; `{}` takes all of them back.

        Raises:
            InvalidArgument: there is no such code, or a reason is missing.

        >>> import sfn_notebook as sfn
        >>> sm = sfn.StateMachine("orders")
        >>> _ = sm.choice("Big?").when(sfn.q("$states.input.n > 9"), sm.succeed("Done"))
        >>> sm.lint(ignore={"CHOICE_WITHOUT_DEFAULT": "n is checked before"})
        no problems
        ignored: CHOICE_WITHOUT_DEFAULT, 1 (n is checked before)
        """
        if ignore is not None:
            self._ignored = lint.checked_ignore(ignore)
        functions = self.session.function_sources if self.session is not None else {}
        machine = asl.read(self.definition)
        substitutions = self.origin.substitutions if self.origin else {}
        told = lint.check(machine, type=self.type, functions=functions)
        found = seen_as_template(told, machine, substitutions)
        return lint.ignoring(lint.Report([*found, *unseen_problems(self._flow)]), self._ignored)

    def fix(self) -> Fixed:
        """Mend what `lint()` finds and what needs no guess; all else stays as it is. `undo()` takes it back.

        Returns:
            What was changed, and what is left.
        """
        made = lint.fix(self.definition, type=self.type, ignore=self._ignored)
        if made.edits:
            mended = Flow()
            self.blueprint.fields = load.load(mended, made.definition)
            self._flow.adopt(mended)
        return made

    @checked
    def graph(self, *, theme: Literal["light", "dark"] = "light") -> draw.Graph:
        """The picture: `.svg`, `.png`, `.pdf`, `.dot`, `.mermaid`, `.text`, `.save(file)`."""
        return self._drawn(self.name, theme)

    def _drawn(self, title: str, theme: Literal["light", "dark"] = "light") -> draw.Graph:
        return draw.graph(asl.read(self.definition), marks=self.lint().marks(), title=title, theme=theme)

    def deploy(self) -> Deployed:
        """Create the state machine in the session's world, or update it where it differs; log what was done.

        A machine that has not changed since costs no call.

        Raises:
            InvalidDefinition: the definition has errors; nothing was called.
            NotAvailable: the machine has no session.
        """
        session = self._session()
        self._refuse_errors()
        definition, role = self.to_json(), self.role or session.role_arn
        logging = None if self.logging is None else configuration(self.logging, session.world.log_group(self.name))
        if self.deployed is None or self.deployed.digest != digest(definition, self.type, role, logging):
            client = session.client("stepfunctions")
            with translated():
                self.deployed = deploy(
                    client,
                    name=self.name,
                    definition=definition,
                    type=self.type,
                    role=role,
                    arn=self.arn,
                    logging=logging,
                )
        return self.deployed

    @checked
    def start(self, input: Any = _NO_INPUT, *, name: str | None = None, mocks: Mocks | None = None) -> Any:
        """Start an execution, after deploying what changed; returns at once.

        Args:
            input: A JSON value, or a JSON text (str). Without it, an empty object.
            name: The execution's name; Step Functions makes one up when it is not given.
            mocks: What tasks are told instead of being run: state name -> a value, `sfn.error(...)`, a list of those
                (one for each call), a function, or `sfn.mocks.per_item(...)`. See `sfn.mocks`.

        Returns:
            The `Execution`.

        Raises:
            InvalidDefinition: the definition has errors; nothing was called.
            InvalidInput: the input is no JSON, or longer than 262,144 bytes.
            NotAvailable: the machine has no session, or there are mocks and it is not on the embedded engine.
            UnknownName, InvalidArgument: `mocks` names what is no Task state, or holds what is no answer.

        >>> import sfn_notebook as sfn
        >>> with sfn.local(clock="instant") as session:
        ...     sm = session.state_machine("orders")
        ...     charge = sm.lambda_invoke("Charge", "charge").retry("Lambda.TooManyRequestsException")
        ...     busy = sfn.error("Lambda.TooManyRequestsException")
        ...     sm.run(mocks={"Charge": [busy, {"Payload": "paid"}]}).result()
        {'Payload': 'paid'}
        """
        return self._begin("start_execution", input, name, mocks)[0]

    @checked
    def run(
        self,
        input: Any = _NO_INPUT,
        *,
        timeout: float | None = None,
        name: str | None = None,
        mocks: Mocks | None = None,
    ) -> Any:
        """Start an execution and wait to its end, whatever the end.

        Args:
            input: As in `start`.
            timeout: How many seconds to wait at most.
            name: As in `start`.
            mocks: As in `start`.

        Returns:
            The `Execution`; it still runs when the time is over first. One of an Express machine is waited for with
            StartSyncExecution, up to its five minutes, and has the events that it logs with `logging="ALL"`.
        """
        if self.type == "EXPRESS":
            execution, answer = self._begin("start_sync_execution", input, name, mocks)
            execution.concluded(answer)
            return execution
        execution = self.start(input, name=name, mocks=mocks)
        execution.wait(timeout)
        return execution

    def _begin(self, operation: str, input: Any, name: str | None, mocks: Mocks | None) -> tuple[Any, Any]:
        if mocks is None:
            return self._asked_for(operation, input, name)
        kinds = {state.name: state.type for state in asl.read(self.definition).walk()}
        with self._session().world.mocking(self.name, name, checked_mocks(mocks, kinds)) as named:
            return self._asked_for(operation, input, named)

    def _asked_for(self, operation: str, input: Any, name: str | None) -> tuple[Any, Any]:
        session = self._session()
        given: dict[str, Any] = {"input": input_text(input), **({"name": name} if name is not None else {})}
        try:
            made = self._asked(session, operation, given)
        except NotFound as error:
            if error.code != GONE:
                raise
            self.deployed = None  # somebody deleted it since
            made = self._asked(session, operation, given)
        return session._execution(made["executionArn"], self), made  # noqa: SLF001  # session and machine are one room

    def _asked(self, session: SessionLike, operation: str, given: Mapping[str, Any]) -> Any:
        arn = self.deploy().arn
        options = {"config": _SYNC} if operation == "start_sync_execution" else {}
        with translated():
            return getattr(session.client("stepfunctions", **options), operation)(stateMachineArn=arn, **given)

    def _session(self) -> SessionLike:
        if self.session is None:
            raise NotAvailable(
                f"the machine {self.name!r} has no session to run in.",
                hint=f"Make it by sfn.local().state_machine({self.name!r}), or pass session=.",
            )
        return self.session

    def _refuse_errors(self) -> None:
        report = self.lint()
        if report.ok:
            return
        listed = "\n".join(str(one) for one in report.errors)
        count = len(report.errors)
        raise InvalidDefinition(
            f"the state machine {self.name!r} cannot run: {count} error{'s' if count > 1 else ''}.\n{listed}",
            problems=report.errors,
        )

    def __repr__(self) -> str:
        head = f"StateMachine {self.name!r} ({self.type}, {self.query_language})"
        if not len(self):
            return f"{head}: no states yet"
        report = self.lint()
        # what is about a state stands beside it in the drawing; how to mend it, in lint()
        found = [f"{lint.GLYPHS[one.severity]} {one.message}" for one in report if one.state is None]
        if report.errors or report.warnings:
            found.append(f"lint(): {report.summary}")
        return "\n".join([head, self._drawn("").text.rstrip("\n"), *found])
