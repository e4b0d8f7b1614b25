"""The guide to layouts knows every option that a layout has."""

import re

import pytest

from common.contracts import PROJECT, Layout, LayoutColumn

PAGE = (PROJECT / "docs" / "onboarding.md").read_text(encoding="utf-8")


@pytest.mark.parametrize("option", sorted({*Layout.model_fields, *LayoutColumn.model_fields}))
def test_every_option_of_a_layout_is_explained_in_both_languages(option: str) -> None:
    assert len(re.findall(rf"^\| `{option}` \| .+ \|$", PAGE, re.MULTILINE)) == 2


def test_the_guide_names_no_option_that_a_layout_does_not_have() -> None:
    named = set(re.findall(r"^\| `(\w+)` \|", PAGE, re.MULTILINE))
    assert named <= {*Layout.model_fields, *LayoutColumn.model_fields}
