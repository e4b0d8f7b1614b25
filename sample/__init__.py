"""A simulated district that writes deliveries the way departments write them (SPEC 0.1a, Appendix D).

Here belong invented facts (buildings, enterprises, occupancies, tax, titles, organisations, services,
tickets) and the forms in which offices send them: workbooks with titles, merged cells and signatures,
GB18030 text, pages of a hotline interface, sidecars. Headers and words come from the contracts, so the
district writes what a feed accepts. Nothing here reads a delivery or computes a figure: the facts are
drawn so that the totals of ``targets`` come out, and only the pipeline computes them.

======================================  ====================================================================
``targets``                             what the sample adds up to, whatever the seed
``timeline``, ``draw``, ``names``       time, chance, invented names
``words``, ``forms``, ``xlsx``          how an office spells things and fills in a form
``delivery``                            a form that is sent, and its sidecar
``buildings`` … ``lists``               one subject each: its facts, then the deliveries that tell them
``district``, ``write``                 all subjects together, and their files
``marker``                              which sample a folder holds
``city``                                a whole city, by its amounts
``broken``                              bad input of every kind, beside the good district, and what is expected of it
======================================  ====================================================================
"""

from sample.write import SampleSummary, write_sample

__all__ = ["SampleSummary", "write_sample"]
