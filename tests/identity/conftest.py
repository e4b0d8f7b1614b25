"""Properties of identity run under the project's profile."""

import hypothesis_profile

__all__ = ["hypothesis_profile"]
