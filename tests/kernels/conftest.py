"""Kernels of several versions."""

from __future__ import annotations

import os
import subprocess
import sys
import sysconfig
from collections.abc import Callable
from pathlib import Path

import endpoints
import pytest


@pytest.fixture(scope="session")
def kernel_python() -> Callable[[str], str]:
    """version of ipykernel -> the Python that has it, and all else that this one has."""
    made: dict[str, str] = {"newest": sys.executable}

    def of(version: str) -> str:
        if version not in made:
            try:
                made[version] = _environment(version)
            except endpoints.Unavailable as error:
                if os.environ.get("CI"):
                    raise
                pytest.skip(str(error))
        return made[version]

    return of


def _environment(version: str) -> str:
    """An environment with an older ipykernel before our own packages."""
    python = endpoints.environment(f"kernel-{version}", f"ipykernel=={version}")
    ask = [str(python), "-c", "import sysconfig; print(sysconfig.get_path('purelib'))"]
    packages = Path(subprocess.run(ask, check=True, capture_output=True, text=True).stdout.strip())
    ours = sysconfig.get_path("purelib")
    (packages / "ours.pth").write_text(f"import site; site.addsitedir({ours!r})\n", "utf-8")
    return str(python)
