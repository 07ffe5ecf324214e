"""Everything that faces a person: charts, the live component, the HTTP routes, the controls."""
