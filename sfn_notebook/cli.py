"""The console script `sfn-notebook`: parse argv, call one thing below, print what it gives."""

from __future__ import annotations

import importlib.util
import json
import signal
import subprocess
import sys
import threading
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, Final, Literal

import click

import sfn_notebook as sfn
from sfn_notebook import _json, asl, demo, draw, formats, history, lint
from sfn_notebook.notebook import sources
from sfn_notebook.notebook.filled_later import seen_as_template
from sfn_notebook.notebook.loading import name_from

DEFINITION = click.Path(exists=True, allow_dash=True, path_type=Path)


class _Commands(click.Group):
    """A group that turns every error of this package into its message, without a traceback."""

    def invoke(self, ctx: click.Context) -> Any:
        try:
            return super().invoke(ctx)
        except sfn.SfnNotebookError as error:
            raise click.ClickException(str(error)) from error
        except OSError as error:  # a file that is not there, a disk that is full
            raise click.ClickException(f"{error.filename or 'file'}: {error.strerror or error}") from error


CLOCK: Final = click.option(
    "--clock",
    type=click.Choice(["real", "instant"]),
    default="real",
    show_default=True,
    help="With the instant clock a Wait takes no time.",
)

MACHINE: Final = click.option("--machine", help="Which state machine, where FILE holds several.")
FORMAT: Final = click.option(
    "--from", "format", type=click.Choice(formats.FORMATS), help="FILE's format; without it, what it looks like."
)
WRITERS: Final[dict[str, Callable[[sfn.StateMachine], str]]] = {
    "json": lambda machine: machine.to_json() + "\n",
    "yaml": lambda machine: machine.to_yaml(),
    "code": lambda machine: machine.to_code(),
    "cloudformation": lambda machine: machine.to_cloudformation(),
    "sam": lambda machine: machine.to_sam(),
    "cdk": lambda machine: machine.to_cdk(),
    "terraform": lambda machine: machine.to_terraform(),
    "terraform-json": lambda machine: machine.to_terraform(format="json"),
}


@click.group(cls=_Commands, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="sfn-notebook")
def main() -> None:
    """Build, run and watch AWS Step Functions on this machine; no AWS account is needed."""


@main.command("demo")
@click.option(
    "--answer",
    type=click.Choice(demo.ANSWERS),
    help="Answer the task token so, without asking. Without a terminal the default is to approve.",
)
@click.option(
    "--html",
    type=click.Path(dir_okay=False, writable=True, path_type=Path),
    default="sfn-notebook-demo.html",
    show_default=True,
    help="Where the finished picture goes.",
)
def demo_command(answer: str | None, html: Path) -> None:
    """An order workflow: its graph, each event as it comes, and a task token that waits for you."""
    demo.run(answer=answer, html=html, interactive=sys.stdin.isatty() and sys.stdout.isatty())


@main.command("lab", context_settings={"ignore_unknown_options": True})
@click.argument("folder", type=click.Path(exists=True, file_okay=False, path_type=Path), default=".")
@click.argument("options", nargs=-1, type=click.UNPROCESSED)
def lab_command(folder: Path, options: tuple[str, ...]) -> None:
    """Open JupyterLab on FOLDER (default: where you are); OPTIONS are JupyterLab's own, such as --no-browser."""
    if importlib.util.find_spec("jupyterlab") is None:
        raise sfn.MissingDependency("JupyterLab is not installed", hint="pip install 'sfn-notebook[lab,local]'")
    try:
        code = subprocess.call([sys.executable, "-m", "jupyterlab", str(folder), *options])  # noqa: S603 - our own interpreter
    except KeyboardInterrupt:  # Ctrl-C is how one leaves JupyterLab
        code = 0
    raise SystemExit(code)


@main.command("run")
@click.argument("file", type=DEFINITION)
@click.option("--input", "text", default="{}", show_default=True, help="The input: JSON, or @FILE.")
@MACHINE
@FORMAT
@CLOCK
@click.option("--quiet", is_flag=True, help="Only the output, no events.")
def run_command(
    file: Path, text: str, machine: str | None, format: str | None, clock: Literal["real", "instant"], *, quiet: bool
) -> None:
    """Run the definition in FILE on the embedded engine.

    FILE is ASL in JSON or YAML, a CloudFormation, SAM or CDK template, a Terraform plan or a serverless.yml; - is the
    standard input.

    Prints the events on the standard error and the output on the standard output; the exit code is 1 when the
    execution does not end with success.
    """
    given = _json.loads(Path(text[1:]).read_text("utf-8") if text.startswith("@") else text)
    found = sources.read(_source(file), name=machine, format=format)
    with sfn.local(clock=clock) as session:
        execution = session.state_machine(name_from(found.name), definition=found).start(given)
        for event in execution.stream():
            if not quiet:
                click.echo(history.describe(event), err=True)
        click.echo(_json.dumps(execution.result()))


def _wait_for_the_end() -> None:
    """Wait for Ctrl-C or SIGTERM, also in a shell's background, where Ctrl-C is switched off by the shell."""
    ended = threading.Event()
    before = {kind: signal.signal(kind, lambda *_: ended.set()) for kind in (signal.SIGINT, signal.SIGTERM)}
    try:
        ended.wait()
    finally:
        for kind, handler in before.items():
            signal.signal(kind, handler)


@main.command("serve")
@click.option("--port", type=click.IntRange(0, 65535), default=4566, show_default=True, help="0 takes a free one.")
@click.option("--region", default="us-east-1", show_default=True)
@click.option("--account", default="000000000000", show_default=True, help="The account id in every ARN.")
@click.option("--path", type=click.Path(dir_okay=False), help="A file that keeps it all; what waits there goes on.")
@CLOCK
def serve_command(port: int, region: str, account: str, path: str | None, clock: Literal["real", "instant"]) -> None:
    """Serve Step Functions and the services its tasks call at a URL of this machine, until Ctrl-C.

    For the AWS CLI (--endpoint-url), Terraform, and SDKs of any language. Any credentials will do.
    """
    with sfn.local(region=region, clock=clock, account=account, path=path) as session:
        click.echo(f"Step Functions and the services behind it answer at {session.serve(port)}; Ctrl-C ends it.")
        _wait_for_the_end()


@main.command("graph")
@click.argument("file", type=DEFINITION)
@click.option("-o", "--output", type=click.Path(dir_okay=False, path_type=Path), help="svg, png, pdf, dot, mmd or txt.")
@click.option("--theme", type=click.Choice(["light", "dark"]), default="light", show_default=True)
@MACHINE
@FORMAT
def graph_command(file: Path, output: Path | None, theme: draw.Theme, machine: str | None, format: str | None) -> None:
    """Draw the definition in FILE, of any format; without --output as text."""
    graph = draw.graph(asl.read(sources.read(_source(file), name=machine, format=format).definition), theme=theme)
    if output is None:
        click.echo(graph.text)
    else:
        graph.save(str(output))
        click.echo(f"wrote {output}", err=True)


@main.command("lint")
@click.argument("files", type=DEFINITION, nargs=-1, required=True)
@click.option("--express", is_flag=True, help="Check against the rules of an EXPRESS state machine.")
@click.option("--ignore", "ignored", multiple=True, metavar="CODE=REASON", help="Live with these problems; repeatable.")
@click.option(
    "--severity",
    type=click.Choice(list(lint.GLYPHS)),
    default="info",
    show_default=True,
    help="Tell only what is at least so severe.",
)
@click.option("--fix", is_flag=True, help="Mend what needs no guess, and write the file back.")
@click.option("--format", "form", type=click.Choice(["text", "json"]), default="text", show_default=True)
@FORMAT
def lint_command(
    files: tuple[Path, ...],
    format: str | None,
    *,
    express: bool,
    ignored: tuple[str, ...],
    severity: lint.Severity,
    fix: bool,
    form: Literal["text", "json"],
) -> None:
    """Check each definition in FILES, all of those in a template; the exit code is 1 when one of them has an error."""
    ignore = lint.checked_ignore({code: why for code, _, why in (one.partition("=") for one in ignored)})
    sound, told = True, []
    for file in files:
        machines = sources.read_all(_source(file), format=format)
        if fix and file.name != "-" and len(machines) == 1 and machines[0].format == "json":
            _fix(file, type="EXPRESS" if express else "STANDARD", ignore=ignore)
            machines = sources.read_all(file, format=format)
        elif fix:
            click.echo(f"{file}: --fix mends files of ASL in JSON only; nothing was changed.", err=True)
        for found in machines:
            place = f"{file}#{found.name}" if len(machines) > 1 else str(file)
            definition = asl.read(found.definition)
            checked = lint.check(definition, type="EXPRESS" if express else found.type or "STANDARD")
            seen = lint.Report(seen_as_template(checked, definition, found.substitutions))
            report = lint.ignoring(seen, ignore).only(severity)
            sound = sound and report.ok
            told += [{"file": place, **_written(one)} for one in report]
            for one in report if form == "text" else ():
                click.echo(f"{place}:{one.pointer or '/'}: {one.severity}: {one.message} [{one.code}]")
                if one.hint:
                    click.echo(f"    {one.hint}")
    if form == "json":
        click.echo(json.dumps(told, indent=2, ensure_ascii=False))
    raise SystemExit(0 if sound else 1)


def _written(one: lint.Problem) -> dict[str, Any]:
    names = ("code", "severity", "pointer", "message", "hint", "state", "rule")
    return {**{name: getattr(one, name) for name in names}, "fixable": bool(one.edits)}


def _fix(file: Path, *, type: str, ignore: Mapping[str, str]) -> None:
    """Mend what needs no guess, and write the file back; one with nothing to mend is left as it is."""
    made = lint.fix(_json.loads(file.read_text("utf-8")), type=type, ignore=ignore)
    for edit in made.edits:
        click.echo(f"{file}: {edit}", err=True)
    if made.edits:
        text = json.dumps(made.definition, indent=2, ensure_ascii=False, allow_nan=False)
        file.write_text(f"{text}\n", "utf-8")


@main.command("convert")
@click.argument("file", type=DEFINITION)
@click.option("--to", type=click.Choice(list(WRITERS)), required=True, help="What it becomes.")
@click.option("-o", "--output", type=click.Path(dir_okay=False, path_type=Path), help="Where it goes.")
@MACHINE
@FORMAT
def convert_command(file: Path, to: str, output: Path | None, machine: str | None, format: str | None) -> None:
    """Write the state machine in FILE in another format: as cells of a notebook, say, or as a template.

    FILE is ASL in JSON or YAML, a CloudFormation, SAM or CDK template, a Terraform plan or a serverless.yml; - is the
    standard input.
    """
    text = WRITERS[to](sfn.load(_source(file), name=machine, format=format))
    if output is None:
        click.echo(text, nl=False)
    else:
        output.write_text(text, "utf-8")
        click.echo(f"wrote {output}", err=True)


@main.command("policy")
@click.argument("file", type=DEFINITION)
@click.option(
    "--to", type=click.Choice(["text", "json", "cloudformation", "terraform"]), default="text", show_default=True
)
@MACHINE
@FORMAT
def policy_command(file: Path, to: str, machine: str | None, format: str | None) -> None:
    """Tell what the role of the definition in FILE must allow, and why; or write that role."""
    found = sfn.load(_source(file), name=machine, format=format).policy()
    written = {"json": found.to_json, "cloudformation": found.to_cloudformation, "terraform": found.to_terraform}
    click.echo(written[to]() if to in written else f"{found!r}\n", nl=False)


@main.command("cost")
@click.argument("file", type=DEFINITION)
@click.option("--per-month", type=click.FloatRange(min=0), default=1, show_default=True, help="Executions a month.")
@click.option("--seconds", type=click.FloatRange(min=0), help="How long one takes.")
@click.option("--rate", "rates", multiple=True, metavar="NAME=NUMBER", help="As 'Big?→Approve=0.3' or 'Each=50'.")
@MACHINE
@FORMAT
def cost_command(
    file: Path,
    per_month: float,
    seconds: float | None,
    *,
    rates: tuple[str, ...],
    machine: str | None,
    format: str | None,
) -> None:
    """Tell what executions of the definition in FILE cost, and what that rests on."""
    try:
        given = {name: float(number) for name, _, number in (rate.rpartition("=") for rate in rates)}
    except ValueError as error:
        raise click.BadParameter(f"a rate is NAME=NUMBER: {error}") from error
    sm = sfn.load(_source(file), name=machine, format=format)
    click.echo(repr(sm.cost(rates=given, per_month=per_month, seconds=seconds)))


@main.command("diff")
@click.argument("old", type=DEFINITION)
@click.argument("new", type=DEFINITION)
@MACHINE
@FORMAT
@click.option("-o", "--output", type=click.Path(dir_okay=False, path_type=Path), help="Draw both here: svg, png, …")
def diff_command(old: Path, new: Path, machine: str | None, format: str | None, output: Path | None) -> None:
    """Tell what differs from the definition in OLD to the one in NEW; the exit code is 1 when something does."""
    before, after = (sfn.load(_source(file), name=machine, format=format) for file in (old, new))
    found = after.diff(before)
    click.echo(repr(found))
    if output is not None:
        found.graph().save(output)
        click.echo(f"wrote {output}", err=True)
    raise SystemExit(1 if found else 0)


def _source(file: Path) -> Path | bytes:
    return sys.stdin.buffer.read() if file.name == "-" else file
