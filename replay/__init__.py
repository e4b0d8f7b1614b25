"""Any text held against the grammar, a release and the reference magnitudes (SPEC 0.6, 1.3; SURFACE, replay).

A figure is found by the catalogue's names and the words of ``vocabulary.yml``; what is known of a release comes
in as :class:`replay.knowledge.Knowledge`. Nothing here reads a home or a release.
"""
