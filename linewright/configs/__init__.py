"""Configurations as trees: normal form, diff, three-way merge, the lines that lead from one to another."""
