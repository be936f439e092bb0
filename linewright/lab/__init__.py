"""Real and simulated networks to practise on: FRR routers, EOS twins, a disposable NetBox."""
