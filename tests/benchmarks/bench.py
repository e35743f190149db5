"""`make bench`: ratios measured in one run on this machine. Nothing is asserted; read the ratios, not the times."""

from __future__ import annotations

import os
import platform
import sys
from collections.abc import Callable

import measure_catalogue
import measure_drawing
import measure_engine
import measure_formats
import measure_import
import measure_widget

PARTS: dict[str, Callable[[], None]] = {
    "import": measure_import.report,
    "engine": measure_engine.report,
    "catalogue": measure_catalogue.report,
    "widget": measure_widget.report,
    "drawing": measure_drawing.report,
    "formats": measure_formats.report,
}


def main(names: list[str]) -> None:
    print(f"Python {platform.python_version()}, {platform.machine()}, {os.cpu_count()} cores")
    for name, report in PARTS.items():
        if not names or name in names:
            report()


if __name__ == "__main__":
    main(sys.argv[1:])
