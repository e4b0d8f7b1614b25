"""The code location that ``workspace.yaml`` names."""

from common.home import find_home
from dagster_project.definitions import build_definitions
from dagster_project.months import months_of

defs = build_definitions(months=months_of(find_home()))
