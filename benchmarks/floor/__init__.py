"""The least honest work for the headline figures of a city's district, in polars and with no framework.

It reads every file of a district's inbox, refuses the rows that the contracts refuse, finds enterprises and buildings,
allocates tax to buildings in fen, and aggregates. It remembers nothing, explains nothing and protects nobody. It knows
the one way in which the city's systems write (``louyu sample --scale city``), where the pipeline reads all of them; it
shares the contracts and the office's parameters with the pipeline, and no code. Everything else that it leaves out of
the pipeline's work stands in ``omissions.yml``, rule by rule.

====================  ==========================================================================
``vocabulary``        the contracts: headers, types, words
``reading``           files to rows of the contract's types, without those that must wait
``intervals``         monthly lists to who was where from when until when
``resolving``         codes, names and places to enterprises and buildings; newest versions
``allocating``        tax rows to buildings
``counting``          amounts to figures by area and period
``comparing``         these figures beside the pipeline's
``omissions``         what it leaves out
====================  ==========================================================================
"""

from benchmarks.floor.comparing import Compared, compare
from benchmarks.floor.work import Floor, work

__all__ = ["Compared", "Floor", "compare", "work"]
