"""All faults, by their id."""

from collections.abc import Mapping

from benchmarks.faults import governance, hotline, registers, tax
from benchmarks.faults.fault import Fault

FAULTS: Mapping[str, Fault] = {
    fault.id: fault for fault in (*tax.FAULTS, *registers.FAULTS, *hotline.FAULTS, *governance.FAULTS)
}
