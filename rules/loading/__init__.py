"""From the files of a pack to its values; whatever is wrong is refused with file and line."""
