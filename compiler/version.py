"""The version that generated SQL and manifests name; the wheel's own is read from here."""

VERSION = "0.1.0"
