"""The domain: campaigns, inspections, findings and conclusions."""
