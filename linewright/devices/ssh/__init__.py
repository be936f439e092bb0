"""SSH as OpenSSH's users know it: their configuration, their agent, jump hosts; host keys by the site's own trust."""
