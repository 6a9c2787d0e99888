"""`thanhtra sample`: texts to values, files to tables, results to JSON."""
