"""What a site description becomes in NetBox, through its REST API: the order in which things refer to each other."""
