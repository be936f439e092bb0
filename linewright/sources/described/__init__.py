"""How a site description is read and what it means (docs/site-description.md). `linewright.sources.description` is the door."""
