"""Jobs: what `.sync` waits for, how it ends, and jobs of this session that only exist in it."""

from typing import TYPE_CHECKING

from sfn_notebook._lazy import loaded_when_used

if TYPE_CHECKING:
    from sfn_notebook.engine.jobs.simulation import SimulatedJob, Simulation
    from sfn_notebook.engine.jobs.table import JOBS
else:
    __getattr__ = loaded_when_used(__name__, simulation="SimulatedJob Simulation", table="JOBS")

__all__ = ["JOBS", "SimulatedJob", "Simulation"]
