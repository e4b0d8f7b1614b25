"""A simulated city: sixteen districts whose systems send what a full year brings, drawn column by column.

The district beside it (``sample``) shows every way in which offices write; here it is the amount that counts. Each
district is an inbox of its own, ``OUT/<code>/<FEED>/…``, in the words of the same contracts. Its streets are named by
the building codes of its register, so that nothing but the inbox has to be told to ``louyu run``.

==============================  =============================================================================
``plan``, ``districts``         what is asked for, and how much of everything that makes; the districts' names
``chance``, ``columns``         numbers drawn from seed, district and subject; columns made of them
``registers``                   buildings, enterprises and who occupies what (B01, B02, E01, O01)
``tax``, ``hotline``            what there is most of (T01; H01, H02)
``stations``, ``services``      what is done in the buildings (G01 to G03, A01, A02, V01; M01, M02, P01, N01 to N03)
``titles``                      titles and listings of enterprises (R01, R02)
``faults``                      which rows are broken, and by which rule each of them must wait
``write``                       all of it into files, month by month
==============================  =============================================================================
"""

from sample.city.plan import Plan
from sample.city.write import CitySummary, write_city

__all__ = ["CitySummary", "Plan", "write_city"]
