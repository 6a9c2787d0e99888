"""The lives of campaigns, inspections, deposits, evaluations, findings and conclusions, as data."""
