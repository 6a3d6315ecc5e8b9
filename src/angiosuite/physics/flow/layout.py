"""Which row of the packed arrays holds what: nodes, edges, and the integers of both."""

from __future__ import annotations

# Rows of the nodes' numbers, shape (N_ROWS, n). The first seven are state.
N_PRESSURE, N_VOLUME, N_SOURCE, N_V0, N_STIFFNESS, N_P0, N_HIGH = range(7)
# What follows from the spec, or is work of a step.
N_CONTRACTION, N_RISE, N_INVERSE, N_COMPLIANCE, N_SHARE, N_C, N_LINE, N_NET, N_GUESS, N_OUTSIDE = range(7, 17)
N_ROWS = 17

# Rows of the nodes' integers, shape (3, n).
NI_LAW, NI_REGION, NI_PLACE = range(3)

# Rows of the edges' numbers, shape (E_ROWS, e): flow of the step, momentum at its end, whether a valve is
# open, then what the hooks have set ...
E_FLOW, E_MOMENTUM, E_OPEN = range(3)
E_AREA, E_CATHETER, E_THROAT, E_THROAT_CM, E_ECCENTRIC, E_FACTOR, E_REGULATED, E_FLOOR = range(3, 11)
# ... and what follows from both: of the live lumen (resistance, inertance / step), and fixed beside it.
E_R, E_LDT, E_RX, E_LXDT, E_K = range(11, 16)
# Work of a step.
E_X, E_HX, E_G, E_GH = range(16, 20)
E_ROWS = 20

# Rows of the edges' integers, shape (6, e).
EI_A, EI_B, EI_KIND, EI_SLOT, EI_A_PLACE, EI_B_PLACE = range(6)
