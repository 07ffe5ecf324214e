"""What needs more than one loss of the catalogue: formulas that are wrong on purpose, risks, rounding, descents."""
