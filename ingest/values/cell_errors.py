"""What a spreadsheet shows in a cell that it could not calculate (B-LAY-06)."""

NO_RESULT = "#CALC!"
"""What stands for a formula that a program wrote and nobody ever calculated."""

CELL_ERRORS = frozenset({
    "#REF!", "#DIV/0!", "#VALUE!", "#NAME?", "#NUM!", "#NULL!", "#N/A", "#SPILL!", "#GETTING_DATA", "#FIELD!",
    "#BLOCKED!", "#CONNECT!", "#UNKNOWN!", "#BUSY!", "#EXTERNAL!", "#PYTHON!", "#TIMEOUT!", NO_RESULT,
    *(f"ERR:{number}" for number in range(501, 541)),
})  # fmt: skip
