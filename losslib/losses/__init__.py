"""One file per family; a loss is a function and its entry, side by side."""
