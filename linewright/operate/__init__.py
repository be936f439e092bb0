"""The jobs people run: snapshot, plan, apply, verify, documents. Each is a function of a Workplace; nothing prints."""
