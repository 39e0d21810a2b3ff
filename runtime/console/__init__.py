"""The command line's screen: progress, tables, diagnostics and the JSON log."""
