"""Formulas that are shown beside the losses and trained on by nobody: wrong on purpose, expected, or counted.

Each is a ``Loss`` like any other, and is drawn, sampled and taken along as they are; the catalogue does not list it, and an
address names it as a curve of a comparison only.
"""
