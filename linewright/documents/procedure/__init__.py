"""The method of procedure of a change: what people print, tick, sign and file. Content, and its writers to PDF and Word."""
