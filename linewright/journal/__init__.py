"""What was done and what was last applied: the site's state folder."""
