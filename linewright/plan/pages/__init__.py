"""A plan as a page to be read, printed and signed: HTML and the method of procedure. Pure functions of the plan."""
