{{ with_overlay('assessment_rule', ['rule_id'], {
    'rule_id': 'varchar',
    'valid_from': 'date',
    'valid_to': 'date',
    'w_resp': 'decimal(6,4)',
    'w_reso': 'decimal(6,4)',
    'w_sati': 'decimal(6,4)',
    'basic_credit': 'decimal(6,4)',
    'source_doc': 'varchar'
}, about=[]) }}
