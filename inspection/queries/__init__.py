"""What pages and JSON may ask; every answer is frozen."""
