{{ with_overlay('area', ['area_type', 'area_code'], {
    'area_type': 'varchar',
    'area_code': 'varchar',
    'parent_code': 'varchar',
    'name_zh': 'varchar',
    'name_en': 'varchar',
    'also': 'varchar'
}) }}
