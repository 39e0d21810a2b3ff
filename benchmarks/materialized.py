"""One run of ``fcompile run`` in this process, timed without the start-up: imports, the project's files, compiling.

python -m benchmarks.materialized FOLDER VIEW END [--full-refresh]   prints the seconds as JSON

What is timed is what a scheduler that is up would do: open the warehouse, check the source, the statements, the
state, and close the warehouse, which writes its checkpoint. The online store is left out.
"""

from __future__ import annotations

import argparse
import json
import sys
import time
from datetime import datetime
from pathlib import Path


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.materialized")
    parser.add_argument("folder", type=Path)
    parser.add_argument("view")
    parser.add_argument("end", type=datetime.fromisoformat)
    parser.add_argument("--full-refresh", action="store_true")
    args = parser.parse_args()
    import duckdb

    from fcompile.runtime.project import load_project
    from fcompile.runtime.run import compiled, materialize

    duckdb.connect().close()
    project = load_project(args.folder)
    view = project.definitions.feature_views[args.view]
    compiled(project, view)
    wall, cpu = time.perf_counter(), time.process_time()
    done = materialize(project, [view], end=args.end, full_refresh=args.full_refresh, warehouse_only=True)
    taken = {"wall": time.perf_counter() - wall, "cpu": time.process_time() - cpu}
    print(json.dumps(taken))
    return done.exit_code


if __name__ == "__main__":
    sys.exit(main())
