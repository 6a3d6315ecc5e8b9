"""A scripted operator: it sees what `Navigate` shows and moves what hands move, nothing else."""

from angiosuite.gym.operating.operator import Operator

__all__ = ["Operator"]
