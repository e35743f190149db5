"""The hook through which a thing in a lower room asks `display/` to show it.

The rooms named with `filled_by` fill these registries when something is first to be shown. Without them every object
still has its `text/plain`, so the lower rooms can be used and tested alone.
"""

import importlib
from collections.abc import Callable, Collection, Mapping
from typing import Any

Bundle = dict[str, Any]
Renderer = Callable[[Any], Mapping[str, Any]]

_renderers: dict[type, Renderer] = {}
_views: dict[str, Callable[..., Any]] = {}
_fillers: dict[str, None] = {}


def filled_by(*modules: str) -> None:
    """Import these modules when something is first to be shown: they register how."""
    _fillers.update(dict.fromkeys(modules))


def _fill() -> None:
    for module in tuple(_fillers):
        importlib.import_module(module)


def renders(cls: type) -> Callable[[Renderer], Renderer]:
    """Decorator: the function makes the MIME bundle (without `text/plain`) of instances of `cls`."""

    def register(renderer: Renderer) -> Renderer:
        _renderers[cls] = renderer
        return renderer

    return register


def mimebundle(thing: Any, include: Collection[str] | None = None, exclude: Collection[str] | None = None) -> Bundle:
    """The MIME bundle of a thing: `text/plain` is its repr, the rest comes from its renderer.

    Never raises: a renderer that fails is shown as text beside the plain form.
    """
    bundle: Bundle = {"text/plain": repr(thing)}
    try:
        _fill()
        renderer = next((_renderers[cls] for cls in type(thing).__mro__ if cls in _renderers), None)
        if renderer is not None:
            bundle.update(renderer(thing))
    except Exception as error:  # noqa: BLE001 - a display must never fail the cell; the reason is shown instead
        bundle["text/plain"] += f"\n(could not be drawn: {type(error).__name__}: {error})"
    return {
        kind: data
        for kind, data in bundle.items()
        if (not include or kind in include) and (not exclude or kind not in exclude)
    }


def provides(view: str) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """Decorator: the function makes the live view of that name (`"watch"`)."""

    def register(factory: Callable[..., Any]) -> Callable[..., Any]:
        _views[view] = factory
        return factory

    return register


def live_view(view: str) -> Callable[..., Any] | None:
    """The factory of a live view, or None when there is none."""
    _fill()
    return _views.get(view)


def loaded_view(view: str) -> Callable[..., Any] | None:
    """As `live_view`, and None as well while nothing has been shown yet."""
    return _views.get(view)


class Shown:
    """Mixin: an object that notebooks show through its registered renderer."""

    __slots__ = ()

    def _repr_mimebundle_(
        self, include: Collection[str] | None = None, exclude: Collection[str] | None = None
    ) -> Bundle:
        return mimebundle(self, include, exclude)
