"""What every command takes, before or after its name; what stands nearer to the command wins."""

from __future__ import annotations

from dataclasses import dataclass, replace


@dataclass(frozen=True, slots=True)
class Settings:
    """``verbose`` counts -v: 2 shows tracebacks. ``log_format``: "text" or "json"."""

    project: str = "."
    target: str | None = None
    quiet: bool = False
    verbose: int = 0
    log_format: str = "text"
    no_color: bool = False

    def with_given(
        self,
        project: str | None,
        target: str | None,
        quiet: bool,
        verbose: int,
        log_format: str | None,
        no_color: bool,
    ) -> Settings:
        """Return the settings with what was given here; ``None``, ``False`` and 0 were not."""
        return replace(
            self,
            project=project if project is not None else self.project,
            target=target if target is not None else self.target,
            quiet=quiet or self.quiet,
            verbose=verbose + self.verbose,
            log_format=log_format or self.log_format,
            no_color=no_color or self.no_color,
        )
