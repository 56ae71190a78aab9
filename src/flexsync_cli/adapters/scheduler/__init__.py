"""Looks into the machine's schedulers for what starts a configuration. Reads only, and never fails."""
