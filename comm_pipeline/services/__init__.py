"""The use cases, one a file: they load, ask the domain, and write. No Dagster here."""
