"""A model's compiled SQL from DuckDB's dialect to PostgreSQL's."""

import re
from collections.abc import Callable, Mapping

import sqlglot
from sqlglot import exp
from sqlglot.optimizer.qualify import qualify

_DATE_PARTS = {"%Y": "YYYY", "%m": "MM", "%d": "DD", "%H": "HH24", "%M": "MI", "%S": "SS"}
_INTERVALS = {"to_months": "months", "to_years": "years", "to_days": "days"}


Columns = Mapping[str, Mapping[str, Mapping[str, str]]]


def translated(sql: str, models: Mapping[str, str], columns: Columns | None = None) -> str:
    """Return a query as PostgreSQL's, with references for dbt to ``models`` (schema by name).

    ``columns`` gives by schema, relation and column its type: where they are known, a star and an alias that is used in
    its own query, which PostgreSQL reads otherwise or not at all, are written out.

    Raises sqlglot.errors.SqlglotError where the query cannot be read or written.
    """
    tree: exp.Expr = sqlglot.parse_one(sql, read="duckdb")
    for table in tree.find_all(exp.Table):
        table.set("catalog", None)
    for query in list(tree.find_all(exp.Select)):
        _group_by_named(query)
    if columns:
        tree = qualify(tree, dialect="duckdb", schema=dict(columns), validate_qualify_columns=False,
                       quote_identifiers=False, identify=False)  # fmt: skip
        _keep_lists_whole(tree, columns)
    for query in list(tree.find_all(exp.Select)):
        if query.args.get("qualify"):
            _qualify_outside(query)
    # inner ones first: what is written anew takes them with it
    for node in reversed(list(tree.bfs())):
        other = _rewritten(node)
        if other is not node:
            node.replace(other)
    for join in tree.find_all(exp.Join):
        _join_by_hash(join)
    for place in list(tree.find_all(exp.Bracket)):
        if not isinstance(place.this, (exp.Column, exp.Paren)):
            place.set("this", exp.Paren(this=place.this))
    named = {}
    for table in tree.find_all(exp.Table):
        if table.db and models.get(table.name) == table.db:
            named[f'"{table.db}"."{table.name}"'] = f"{{{{ ref('{table.name}') }}}}"
    written = tree.sql(dialect="postgres", identify=True, pretty=True, unsupported_level=sqlglot.ErrorLevel.IGNORE)
    for plain, reference in named.items():
        written = written.replace(plain, reference)
    return written


def _qualify_outside(query: exp.Select) -> None:
    """Put a query with a condition on windows into another that holds the condition."""
    inner = query.copy()
    condition = inner.args.pop("qualify").this
    inner.set("with_", None)
    inner.set("expressions", [*inner.selects, exp.alias_(condition, "_kept")])
    names = [exp.column(one.alias_or_name) if one.alias_or_name != "*" else exp.Star() for one in query.selects]
    for name in list(query.args):
        if name not in ("with_", "expressions"):
            query.set(name, None)
    query.set("expressions", names)
    query.set("from_", exp.From(this=exp.Subquery(this=inner, alias=exp.TableAlias(this=exp.to_identifier("_told")))))
    query.set("where", exp.Where(this=exp.column("_kept")))


def _join_by_hash(join: exp.Join) -> None:
    """Hold lists against each other where NULL is to equal NULL: PostgreSQL looks up equal keys of ``=`` only."""
    for same in list(join.find_all(exp.NullSafeEQ)):
        sides = [exp.Array(expressions=[exp.cast(side, "text")]) for side in (same.left, same.right)]
        same.replace(exp.EQ(this=sides[0], expression=sides[1]))


def _keep_lists_whole(tree: exp.Expr, columns: Columns) -> None:
    """Let an aggregate take a list as one text: of lists PostgreSQL would make a table of texts."""
    relations = [relation for schema in columns.values() for relation in schema.values()]
    lists = {name for relation in relations for name, kind in relation.items() if kind.endswith("[]")}
    mark = exp.Anonymous(this="chr", expressions=[exp.Literal.number(31)])
    for node in list(tree.find_all(exp.ArgMax, exp.ArgMin)):
        if isinstance(node.this, exp.Column) and node.this.name in lists:
            whole = exp.Anonymous(this="string_to_array", expressions=[node.copy(), mark.copy()])
            told = exp.Anonymous(this="array_to_string", expressions=[node.this.copy(), mark.copy()])
            whole.expressions[0].set("this", told)
            node.replace(whole)


def _group_by_named(query: exp.Select) -> None:
    """Write out what a query is grouped by where it says no more than that it is."""
    group = query.args.get("group")
    if group is None or not group.args.get("all"):
        return
    plain = [one.unalias() for one in query.selects if not one.find(exp.AggFunc)]
    query.set("group", exp.Group(expressions=[one.copy() for one in plain if not isinstance(one, exp.Literal)]))


def _rewritten(node: exp.Expr) -> exp.Expr:
    change = _CHANGES.get(type(node))
    return change(node) if change else node


def _cast(node: exp.Expr) -> exp.Expr:
    kind = node.args["to"]
    if kind.this in (exp.DataType.Type.INT128, exp.DataType.Type.UINT128):
        node.set("to", exp.DataType.build("numeric"))
    elif kind.this == exp.DataType.Type.DECIMAL and kind.expressions:
        digits, *_ = (int(one.name) for one in kind.expressions)
        places = int(kind.expressions[1].name) if len(kind.expressions) > 1 else 0
        node.set("to", exp.DataType.build(f"numeric({digits}, {places})"))
    return node


def _sign(node: exp.Expr) -> exp.Expr:
    """Of whole numbers PostgreSQL's sign is a double."""
    return exp.Sign(this=exp.cast(node.this, "numeric"))


def _anonymous(node: exp.Expr) -> exp.Expr:
    name = node.name.lower()
    if name == "divide":
        return exp.Anonymous(this="div", expressions=[exp.cast(one, "numeric") for one in node.expressions])
    if name in _INTERVALS:
        return _interval(_INTERVALS[name], node.expressions[0])
    if name == "to_microseconds":
        return exp.Mul(
            this=exp.Paren(this=node.expressions[0]), expression=sqlglot.parse_one("interval '1 microsecond'")
        )
    if name == "epoch_us":
        return sqlglot.parse_one(
            f"cast(extract(epoch from {node.expressions[0].sql('postgres')}) * 1000000 as bigint)", read="postgres"
        )
    if name == "arg_max_null":
        return _first(node.expressions[0], node.expressions[1], is_last=True, keeps_null=True)
    if name == "hash":
        return exp.Anonymous(
            this="hashtextextended", expressions=[exp.cast(node.expressions[0], "text"), exp.Literal.number(0)]
        )
    if name == "list_aggregate":
        return exp.Anonymous(this="array_to_string", expressions=[node.expressions[0], node.expressions[2]])
    if name == "list_position":
        return exp.Anonymous(this="array_position", expressions=node.expressions)
    return node


def _interval(unit: str, amount: exp.Expr) -> exp.Expr:
    return sqlglot.parse_one(f"make_interval({unit} => cast({amount.sql('postgres')} as int))", read="postgres")


def _first(value: exp.Expr, order: exp.Expr, is_last: bool, keeps_null: bool = False) -> exp.Expr:
    """Return the value of the row that comes first or last; what has no place in the order never does."""
    told, by = value.sql("postgres", identify=True), order.sql("postgres", identify=True)
    needed = f"({by}) is not null" + ("" if keeps_null else f" and ({told}) is not null")
    ordered = f"array_agg({told} order by {by}{' desc' if is_last else ''}) filter (where {needed})"
    return sqlglot.parse_one(f"({ordered})[1]", read="postgres")


def _arg(node: exp.Expr) -> exp.Expr:
    return _first(node.this, node.expression, isinstance(node, exp.ArgMax))


def _percentile(node: exp.Expr) -> exp.Expr:
    value, share = node.this.sql("postgres", identify=True), node.expression.sql("postgres")
    return sqlglot.parse_one(f"percentile_disc({share}) within group (order by {value})", read="postgres")


def _series(node: exp.Expr) -> exp.Expr:
    """Make the list that DuckDB's is."""
    bounds = ", ".join(one.sql("postgres", identify=True) for one in node.args.values() if isinstance(one, exp.Expr))
    return sqlglot.parse_one(
        f"array(select cast(one as timestamp) from generate_series({bounds}) as one)", read="postgres"
    )


def _mode(node: exp.Expr) -> exp.Expr:
    value = node.this.sql("postgres", identify=True)
    return sqlglot.parse_one(f"mode() within group (order by {value})", read="postgres")


def _extracted(node: exp.Expr) -> exp.Expr:
    """Take the group that is asked for; the whole is one where none is."""
    text, pattern = node.this.sql("postgres", identify=True), node.expression.sql("postgres")
    asked = node.args.get("group")
    number = int(asked.name) if asked else 0
    if not number:
        number, pattern = 1, f"'(' || {pattern} || ')'"
    told = f"(regexp_match({text}, {pattern}))[{number}]"
    return sqlglot.parse_one(f"coalesce({told}, '')", read="postgres")


def _formatted(node: exp.Expr) -> exp.Expr:
    """Quote the letters of a format that are meant as they stand."""
    parts = re.split("(%.)", node.args["format"].name)
    told = "".join(_DATE_PARTS.get(part, f'"{part}"' if part.isascii() else part) for part in parts if part)
    return exp.Anonymous(this="to_char", expressions=[node.this, exp.Literal.string(told)])


def _split(node: exp.Expr) -> exp.Expr:
    return exp.Anonymous(this="string_to_array", expressions=[node.this, node.expression])


def _quarter(node: exp.Expr) -> exp.Expr:
    return exp.cast(sqlglot.parse_one(f"extract(quarter from {node.this.sql('postgres', identify=True)})"), "int")


def _weekday(node: exp.Expr) -> exp.Expr:
    return exp.cast(exp.Extract(this=exp.var("isodow"), expression=node.this), "int")


def _contains(node: exp.Expr) -> exp.Expr:
    return exp.Paren(this=exp.GT(this=exp.Anonymous(this="strpos", expressions=[node.this, node.expression]),
                                 expression=exp.Literal.number(0)))  # fmt: skip


def _days(node: exp.Expr) -> exp.Expr:
    return _interval("days", node.this)


_CHANGES: Mapping[type, Callable[[exp.Expr], exp.Expr]] = {
    exp.Cast: _cast, exp.TryCast: _cast, exp.Sign: _sign, exp.Anonymous: _anonymous, exp.ArgMax: _arg,
    exp.ArgMin: _arg, exp.PercentileDisc: _percentile, exp.RegexpExtract: _extracted, exp.Split: _split,
    exp.TimeToStr: _formatted,
    exp.ToDays: _days, exp.Mode: _mode, exp.Contains: _contains, exp.Quarter: _quarter,
    exp.DayOfWeekIso: _weekday, exp.GenerateSeries: _series,
}  # fmt: skip
