"""What a file shows, made harmless: text in cells, and pictures painted anew."""
