"""Documents of the site: one file per document, functions only."""
