"""The code location that ``workspace.yaml`` names."""

from dagster_project.definitions import build_definitions

defs = build_definitions()
