"""Files that NetBox's own interpreter runs: NetBox's configuration and gunicorn's. They import nothing of linewright."""
