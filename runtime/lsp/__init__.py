"""``fcompile lsp``: a language server for the YAML files, over standard input and output."""
