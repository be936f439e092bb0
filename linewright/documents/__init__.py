"""Drawing and writing documents."""
