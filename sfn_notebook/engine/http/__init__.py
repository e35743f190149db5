"""The engine and the services behind it as one HTTP endpoint on this machine, for clients of any language."""

from sfn_notebook.engine.http.endpoint import Endpoint

__all__ = ["Endpoint"]
