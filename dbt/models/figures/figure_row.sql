-- the figures of all kinds in one form, but for those that are about other figures
{% set no_base = ['base_period', 'base_window_start_on', 'base_window_end_on'] -%}
{% set no_parts = ['numerator', 'denominator'] -%}
{% set alone = ['basis', 'building_set_id'] -%}
{{ figure_rows({
    'fig_level': no_base + no_parts + alone,
    'fig_ratio': no_base + alone,
    'fig_rank': no_base + no_parts + alone + ['is_partial'],
    'fig_leading': no_base + alone + ['caliber'],
    'fig_yoy': alone + ['is_partial'],
    'fig_window': alone + ['is_partial', 'caliber'],
    'fig_l4l': ['is_partial', 'caliber'],
    'fig_decomposition': no_parts + alone + ['is_partial', 'caliber', 'reason'],
    'fig_unresolved': no_base + no_parts + alone + ['is_partial', 'caliber', 'missing_feeds'],
}) }}
