"""Rooms that are loaded when they are first used, so that `import sfn_notebook` costs next to nothing."""

import importlib
from collections.abc import Callable
from typing import Any


def loaded_when_used(package: str, **modules: str) -> Callable[[str], Any]:
    """A `__getattr__` for a package: its names come from modules that are imported when one of them is asked for.

    Args:
        package: The package's `__name__`.
        modules: For each module of the package, the names it holds, separated by spaces; "" is the module itself.

    Example:
        >>> from sfn_notebook import draw
        >>> draw.graph.__module__
        'sfn_notebook.draw.drawing'
    """
    places = {name: module for module, names in modules.items() for name in names.split() or [module]}

    def attribute(name: str) -> Any:
        if name not in places:
            raise AttributeError(f"module {package!r} has no attribute {name!r}")
        module = importlib.import_module(f"{package}.{places[name]}")
        return module if name == places[name] else getattr(module, name)

    return attribute
