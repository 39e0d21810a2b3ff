"""fcompile: a feature store that is a compiler.

>>> from fcompile import FeatureStore
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from fcompile.compiler.version import VERSION

if TYPE_CHECKING:
    from fcompile.runtime.store import FeatureStore as FeatureStore

__version__ = VERSION
__all__ = ["FeatureStore", "__version__"]


def __getattr__(name: str) -> object:
    """Import ``FeatureStore`` when it is first asked for, so that ``fcompile --help`` stays fast."""
    if name == "FeatureStore":
        from fcompile.runtime.store import FeatureStore

        return FeatureStore
    raise AttributeError(f"module 'fcompile' has no attribute {name!r}")
