"""A cable plant made from a number: every profile and every odd way of cabling, to hold tracing against a real NetBox."""

from linewright.lab.plant.chaos import chaos
from linewright.lab.plant.drawing import Drawing
from linewright.lab.plant.generate import generate
from linewright.lab.plant.seeded import up_plant
from linewright.lab.plant.seeding import seed_plant, without_cables

__all__ = ["Drawing", "chaos", "generate", "seed_plant", "up_plant", "without_cables"]
