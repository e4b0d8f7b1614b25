"""The leaf room: what every other room may use and what uses none of them.

Here belong values and small rules without a subject of their own: text and number forms, periods,
contracts, the home folder and its lock, the ledger, bilingual messages. No Dagster, no dbt, no figures.
"""
