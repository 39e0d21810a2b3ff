"""All benchmarks, one after another.

python -m benchmarks [--scale 0.1]
"""

from __future__ import annotations

import argparse
import subprocess
import sys
from pathlib import Path

NAMES = ("startup", "compile", "review", "latest", "training_set", "on_demand", "online_load", "windows")
_SCALED = NAMES[1:]


def main() -> int:
    """Return 1 if any of them failed; the others still run."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument("--scale", default="1")
    args = parser.parse_args()
    failed = 0
    for name in NAMES:
        scale = ("--scale", args.scale) if name in _SCALED else ()
        script = Path(__file__).with_name(f"{name}.py")
        failed |= subprocess.run((sys.executable, str(script), *scale), check=False).returncode
        print(flush=True)
    return min(failed, 1)


if __name__ == "__main__":
    sys.exit(main())
