"""Forgetting executions that ended long ago, or of which there are too many: what keeps a session's memory bounded."""

from __future__ import annotations

from typing import Final

from sfn_notebook.engine.api.store import Store
from sfn_notebook.engine.records import Execution

_SLACK: Final = 1.1  # how much over the bound before the oldest go, so that it is not looked for at every start


def forget_old(store: Store) -> None:
    """Forget what is not to be kept any longer. Under the lock.

    Of those that have ended, first all that are over the retention, then the ones started earliest.
    """
    most = store.engine.limits.kept_executions
    if len(store.executions) <= most * _SLACK:
        return
    gone = [one for one in store.executions.values() if store.expired(one)]
    excess = len(store.executions) - len(gone) - most
    if excess > 0:
        ended = (one for one in store.executions.values() if not one.running and not store.expired(one))
        gone += [one for one, _ in zip(ended, range(excess), strict=False)]
    _forget(store, gone)


def _forget(store: Store, gone: list[Execution]) -> None:
    if not gone:
        return
    old = set(gone)
    for execution in gone:
        if store.executions.get(execution.arn) is execution:
            del store.executions[execution.arn]
        store.redrive_tokens.pop(execution.arn, None)
    for entry in store.machines.values():
        entry.executions = [one for one in entry.executions if one not in old]
    children = store.engine.map_runs.forget(old)
    if store.archive is not None:
        store.archive.forgotten([*gone, *children])
