"""What was found, in the forms that people and machines read: text, JSON, JUnit, Markdown. Pure; nothing prints."""
