"""Properties of the leaf room run under the project's profile."""

import hypothesis_profile

__all__ = ["hypothesis_profile"]
