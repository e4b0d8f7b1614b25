"""The private warehouse: what dbt is given, how it is run, and what is taken out of it.

Here belong the run's cut, the configuration at the cut, the source views over landed rows, the dbt
invocation and the export of the candidate. All arithmetic is in dbt; nothing here computes a figure.
"""
