select
    project.row_id,
    project.delivery_id,
    scope.scope_key,
    scope.scope_on,
    coalesce(project.raw_project_id, {{ fingerprint(['project.project_name', 'project.owner_name']) }}) as project_id,
    project.project_status,
    project.need_ids,
    project.planned_end_on,
    project.actual_end_on
from {{ ref('stg_n03__project') }} as project
inner join {{ ref('stg_ledger__delivery_scope') }} as scope on scope.delivery_id = project.delivery_id
