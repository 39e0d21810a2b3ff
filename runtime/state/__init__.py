"""Watermarks, leases, intervals and run results (SPEC 7)."""

from fcompile.runtime.state.lease import Heartbeat, Lease, Owner
from fcompile.runtime.state.records import REBUILD, Erasure, Pending, RunRecord, ViewState
from fcompile.runtime.state.store import State, open_state

__all__ = [
    "REBUILD",
    "Erasure",
    "Heartbeat",
    "Lease",
    "Owner",
    "Pending",
    "RunRecord",
    "State",
    "ViewState",
    "open_state",
]
