"""Environments for learning machines: wire and catheter in vessels behind Gymnasium's interface.

Importing this room registers ``angiosuite/Navigate-v0`` and its variants by target and anatomy. It needs the
extra ``gym``; ``docs/explain/navigate.md`` says what an agent sees, does and is rewarded for.
"""

from angiosuite.kit.errors import WrongUse

try:
    import gymnasium
except ImportError as missing:  # an extra
    raise WrongUse(
        "Gymnasium is not installed",
        code="gymnasium-missing",
        where="angiosuite.gym",
        way_out='pip install "angiosuite[gym]"',
    ) from missing

from angiosuite.gym.case import Case, make_case
from angiosuite.gym.navigate import HZ, Navigate, hands
from angiosuite.gym.registry import environments, register_all
from angiosuite.gym.targets import TARGETS

__all__ = ["HZ", "TARGETS", "Case", "Navigate", "environments", "hands", "make_case", "register_all"]

del gymnasium
register_all()
