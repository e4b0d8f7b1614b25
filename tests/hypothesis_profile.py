"""How properties are tried here: the same examples on every machine, and no verdict by the clock."""

from hypothesis import HealthCheck, settings

settings.register_profile(
    "louyu", deadline=None, max_examples=60, database=None, derandomize=True,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture],
)  # fmt: skip
settings.load_profile("louyu")
