"""All input and output: files, warehouses, online stores, state, the command line's screen."""
