"""What the floor leaves out of the pipeline's work."""

OMISSIONS: tuple[tuple[str, str, str], ...] = ()
