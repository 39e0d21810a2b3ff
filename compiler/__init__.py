"""Pure: definitions in, SQL out. No file, clock, network or environment is read here."""
