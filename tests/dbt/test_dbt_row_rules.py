"""Rows that break a rule are found, and rows that only come close to it are not."""

import shutil
from pathlib import Path

import duckdb
import pytest

from warehouse.store import WAREHOUSE_FILE
from warehouse.transform import run_dbt

pytest_plugins = ["dbt_project"]

ROWS = """
insert into core.dlv_scope (feed, scope_key, scope_on, delivery_id, is_addition, known_from, known_to) values
    ('T01', '', '2023-09-01', 'whole', false, '2023-10-10', '9999-12-31'),
    ('T01', '', '2023-09-01', 'added', true, '2023-10-12', '9999-12-31'),
    ('T01', '', '2023-09-01', 'added too', true, '2023-10-14', '9999-12-31'),
    ('T01', '', '2023-09-01', 'whole too', false, '2023-10-16', '9999-12-31');
insert into cut.cur_building (building_id, valid_from, valid_to) values
    ('overlaps', '2020-01-01', '2021-01-01'), ('overlaps', '2020-06-01', '2022-01-01'),
    ('hides', '2020-01-01', '2023-01-01'), ('hides', '2020-02-01', '2020-03-01'), ('hides', '2021-02-01', '2021-03-01'),
    ('backward', '2020-01-01', '2019-01-01'),
    (null, '2020-01-01', '2021-01-01'),
    ('follows', '2020-01-01', '2021-01-01'), ('follows', '2021-01-01', '2022-01-01');
insert into cut.cur_enterprise (enterprise_id, valid_from, valid_to) values
    ('E', '0001-01-01', '2020-01-01'), ('E', '2020-01-01', '2020-01-01'), ('E', '2020-01-01', '9999-12-31');
insert into cut.cur_ticket (ticket_no, building_id, street_code) values
    ('T1', 'A', 'S1'), ('T1', 'A', 'S1'), ('T2', null, 'S1'), ('T3', null, null);
insert into cut.cur_tax_receipt
    (row_id, treasury_month_on, total_fen, district_fen, attributed_enterprise_id, attributed_on) values
    ('whole', '2023-08-01', 100, 25, 'E', '2023-08-31'), ('lost', '2023-09-01', 100, 25, 'E', '2023-08-31');
insert into cut.cur_tax_allocation (row_id, bucket, building_id, treasury_month_on, total_fen, district_fen) values
    ('whole', 'BUILDING', 'A', '2023-08-01', 60, 15), ('whole', 'BUILDING', 'B', '2023-08-01', 40, 10),
    ('lost', 'BUILDING', 'A', '2023-09-01', 100, 24);
insert into aggregates.agg_tax
    (measure_id, area_type, area_code, breakdown_type, breakdown_code, timing, period_type, period) values
    ('m', 'district', 'D', '_T', '_T', 'IN', 'M', '2023-09');
insert into aggregates.agg_ticket
    (measure_id, area_type, area_code, breakdown_type, breakdown_code, timing, period_type, period) values
    ('m', 'district', 'D', '_T', '_T', 'IN', 'M', '2023-09'),
    ('m', 'district', 'D', 'unit', '_T', 'IN', 'M', '2023-09');
insert into figures.figure (figure_key, obs_status, value, numerator, denominator, base_period, is_signed, note) values
    ('quotient', 'A', 0.33333333, 1, 3, null, false, null), ('no quotient', 'A', 0.5, 1, 3, null, false, null),
    ('change', 'A', -0.53393665, 103, 221, 'base', true, null), ('no change', 'A', 0.5, 103, 221, 'base', true, null),
    ('refunded', 'A', -5, null, null, null, true, null), ('below zero', 'A', -5, null, null, null, false, null),
    ('missing', 'M', null, null, null, null, false, 'not delivered'),
    ('unsaid', 'M', null, null, null, null, false, null),
    ('hidden', 'A', null, null, null, null, false, 'not delivered');
"""

BROKEN = {
    # what only adds stands beside the whole delivery; two whole ones never stand at once
    "row_rules_dlv_scope": 1,
    # each overlap is found once, at the interval that begins too early; a key that is null is no key
    "row_rules_cur_building": 5,
    "row_rules_cur_enterprise": 0,
    "row_rules_cur_ticket": 3,
    "row_rules_cur_tax_receipt": 0,
    "row_rules_cur_tax_allocation": 0,
    "tax_is_conserved": 1,
    "row_rules_measure_value": 3,
    "row_rules_figure_": 5,
}


@pytest.fixture(scope="module")
def failures(empty_warehouse: Path, tmp_path_factory: pytest.TempPathFactory) -> dict[str, int]:
    """Number of rows that each dbt test returned over the rows above."""
    path = tmp_path_factory.mktemp("broken") / WAREHOUSE_FILE
    shutil.copy(empty_warehouse, path)
    with duckdb.connect(str(path)) as connection:
        connection.execute(ROWS)
    chosen = "dlv_scope cur_building cur_enterprise cur_ticket cur_tax_receipt cur_tax_allocation measure_value figure"
    words = ["test", "--exclude-resource-type", "unit_test", "--select", *chosen.split()]
    results = run_dbt(words, path, path.parent / "target")
    return {result.unique_id.split(".")[2]: result.failures or 0 for result in results}


@pytest.mark.parametrize("name", BROKEN)
def test_rules_find_the_rows_that_break_them_and_no_others(failures: dict[str, int], name: str) -> None:
    [found] = [count for test, count in failures.items() if test.startswith(name) and "figure_source" not in test]
    assert found == BROKEN[name]
