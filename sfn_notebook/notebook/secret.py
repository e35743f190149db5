"""A secret that is typed in, used, and never shown."""

from __future__ import annotations

import getpass
import warnings
from typing import Final, NoReturn

from sfn_notebook.errors import InvalidArgument, NotAvailable

_ASK: Final = "Or read it from the environment: os.environ['…']."


class Secret:
    """A secret value. Nothing that shows, compares, copies or saves it gives it away; `reveal()` does.

    Args:
        label: What it is called.
        value: The secret.
    """

    __slots__ = ("_value", "label")

    def __init__(self, label: str, value: str) -> None:
        self.label = label
        self._value = value

    def reveal(self) -> str:
        """The secret itself."""
        return self._value

    def __repr__(self) -> str:
        return f"<Secret {self.label!r}>"

    def __reduce__(self) -> NoReturn:
        raise NotAvailable(f"the secret {self.label!r} is not saved.", hint="Have it typed in again: sfn.secret(...).")


def secret(label: str) -> Secret:
    """Ask for a secret: a password field opens below the cell, and what is typed there stays out of the notebook.

    Args:
        label: What to ask for, such as "Stripe key".

    Returns:
        The secret, for `session.connection(...)`.

    Raises:
        NotAvailable: nobody can be asked, as when a notebook is run by a program.
        InvalidArgument: nothing was typed.
    """
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error", getpass.GetPassWarning)  # there what is typed would be seen
            typed = getpass.getpass(f"{label}: ")
    # ipykernel's StdinNotImplementedError is a NotImplementedError
    except (NotImplementedError, EOFError, OSError, getpass.GetPassWarning) as error:
        raise NotAvailable(f"nobody is there to type {label!r} in.", hint=_ASK) from error
    if not typed:
        raise InvalidArgument(f"nothing was typed for {label!r}.", hint=f"Run the cell again. {_ASK}")
    return Secret(label, typed)


def revealed(value: object, what: str) -> str:
    """The text of a secret, typed or given.

    Raises:
        InvalidArgument: it is no text; what it is is not told.
    """
    if isinstance(value, Secret):
        return value.reveal()
    if not isinstance(value, str) or not value:
        given = "an empty text" if value == "" else f"of type {type(value).__name__}"
        raise InvalidArgument(f"{what} is a text, or what sfn.secret(...) gives; given was {given}.")
    return value
