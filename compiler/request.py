"""What a caller asks for (``view:feature``, a view, a service), resolved to features and column names."""

from __future__ import annotations

from dataclasses import dataclass

from fcompile.compiler.definitions import Feature, Selected


@dataclass(frozen=True, slots=True)
class OutputColumn:
    """A result column: the feature of one selected view, under the name it gets in the result."""

    name: str
    selected: Selected
    feature: Feature


@dataclass(frozen=True, slots=True)
class Request:
    """Features in the order asked for; ``columns`` names are unique."""

    selected: tuple[Selected, ...]
    columns: tuple[OutputColumn, ...]

    @property
    def spine_keys(self) -> tuple[str, ...]:
        """The spine columns that the request joins on, each once, in order of first use."""
        return tuple(
            dict.fromkeys(s.spine_key(k.name) for s in self.selected for k in s.view.join_keys)
        )
