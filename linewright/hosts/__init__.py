"""Linux hosts of a site, worked on by Ansible (ansible-runner) in a process of its own."""
