"""Preparing Dagster's own folder for its pages (``make ui``): prints where it lies."""

from common.home import find_home
from dagster_project.launch import prepare_instance

if __name__ == "__main__":
    print(prepare_instance(find_home()))
