"""Measures the product beside the limit of the machine and beside what one would write otherwise.

`python -m script.benchmark` starts a child process for each database and measurement; the children speak JSON.
"""
