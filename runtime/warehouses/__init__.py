"""One file a warehouse: runs compiled SQL where the data is."""
