"""Symmetric banded systems, factored row by row in registers, for the few widths that a chain has."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
from llvmlite import ir
from numba import njit, types
from numba.core.errors import RequireLiteralValue
from numba.extending import intrinsic
from numpy.typing import NDArray

__all__ = ["LEAD", "columns_of", "room_of", "solve_from"]

LANES = 4
"""Elements that are reckoned at once."""
NARROW, MIDDLE, WIDE = 11, 13, 17
"""Bands, diagonal included, that there is a solver for: of one tool, of two, and of up to four."""
EMPTY = LANES - 1
"""Zeros behind each row, so that the last elements of a row can be read as a whole vector."""
LEAD = WIDE - 1
"""Elements that stand in front of `scale` and `forward` and behind `answer`."""

REAL, WHOLE, LANE = ir.DoubleType(), ir.IntType(64), ir.IntType(32)
ROW = ir.VectorType(REAL, LANES)
ALL_FIRST = ir.Constant(ir.VectorType(LANE, LANES), [0] * LANES)
NOTHING = ir.Constant(ROW, ir.Undefined)


@njit(cache=True, nogil=True, error_model="numpy", boundscheck=False)
def columns_of(width: int) -> int:
    """Columns that a band of such a width (diagonal included, 17 at most) is stored in."""
    if width <= NARROW:
        return NARROW + EMPTY
    return MIDDLE + EMPTY if width <= MIDDLE else WIDE + EMPTY


@njit(cache=True, nogil=True, error_model="numpy", boundscheck=False)
def room_of(size: int, columns: int) -> int:
    """Elements of the factor of a system of such a size."""
    return (size + LEAD) * columns


@intrinsic
def _eliminate(
    typing: Any, width: Any, i: Any, band: Any, right: Any, upper: Any, scale: Any, forward: Any
) -> Any:
    """Write row `i` of D U, 1 / D and the half-solved right side.

    Notes
    -----
    **Model** the row of the matrix less, for each of the `width - 1` rows above, farthest first (so that rows
    overlap in the processor), its share of that row. A compiler keeps a row of such a length in registers
    only where it is told so. No operation is contracted or reordered: every processor tells the same.
    """
    if not isinstance(width, types.IntegerLiteral):
        raise RequireLiteralValue("width")
    signature = types.void(width, i, band, right, upper, scale, forward)
    wide = width.literal_value
    columns, lead = wide + EMPTY, wide - 1

    def build(context: Any, builder: Any, signature: Any, given: Any) -> Any:
        own, wanted, factor, per, half = (
            context.make_array(kind)(context, builder, array).data
            for kind, array in zip(signature.args[2:], given[2:], strict=True)
        )
        here = builder.mul(builder.add(given[1], WHOLE(lead)), WHOLE(columns))

        def at(array: Any, begin: Any, offset: int, kind: Any = REAL) -> Any:
            place = builder.gep(array, [builder.add(begin, WHOLE(offset))])
            return builder.bitcast(place, kind.as_pointer())

        def read(array: Any, begin: Any, offset: int, kind: Any = REAL) -> Any:
            return builder.load(at(array, begin, offset, kind), align=8)

        first = builder.mul(given[1], WHOLE(columns))
        row = [read(own, first, n, ROW) for n in range(0, wide, LANES)]
        value = read(wanted, given[1], 0)
        for up in range(lead, 0, -1):
            above = up - up * columns
            share = builder.fmul(read(factor, here, above), read(per, given[1], lead - up))
            value = builder.fsub(value, builder.fmul(share, read(half, given[1], lead - up)))
            shares = builder.shuffle_vector(
                builder.insert_element(NOTHING, share, LANE(0)), NOTHING, ALL_FIRST
            )
            for n in range(0, wide - up, LANES):
                taken = builder.fmul(shares, read(factor, here, above + n, ROW))
                row[n // LANES] = builder.fsub(row[n // LANES], taken)
        for n, part in enumerate(row):
            builder.store(part, at(factor, here, n * LANES, ROW), align=8)
        pivot = builder.extract_element(row[0], LANE(0))
        builder.store(builder.fdiv(REAL(1.0), pivot), at(per, given[1], lead))
        builder.store(value, at(half, given[1], lead))
        return context.get_dummy_value()

    return signature, build


def _solver(width: int) -> Callable[..., None]:
    """The solver of bands of one width."""
    lead, columns = width - 1, width + EMPTY

    @njit(cache=True, nogil=True, error_model="numpy", boundscheck=False)
    def solve(
        first: int,
        size: int,
        band: NDArray,
        right: NDArray,
        upper: NDArray,
        scale: NDArray,
        forward: NDArray,
        answer: NDArray,
    ) -> None:
        for i in range(first, size):
            _eliminate(width, i, band, right, upper, scale, forward)
        for i in range(size - 1, -1, -1):
            here, row = np.uint64(i), np.uint64((i + lead) * columns)
            value = forward[here + np.uint64(lead)]
            for m in range(lead, 0, -1):
                value -= upper[row + np.uint64(m)] * answer[here + np.uint64(m)]
            answer[here] = value * scale[here + np.uint64(lead)]

    return solve


_solve_narrow, _solve_middle, _solve_wide = _solver(NARROW), _solver(MIDDLE), _solver(WIDE)


@njit(cache=True, nogil=True, error_model="numpy", boundscheck=False)
def solve_from(
    first: int,
    size: int,
    band: NDArray,  # float64 (size, columns): (i, k) is the element (i, i + k); zero beyond the band
    right: NDArray,  # float64 (size,)
    upper: NDArray,  # float64, zero at first: D U, written from row `first`
    scale: NDArray,  # float64 (size + LEAD,), zero at first: 1 / D, likewise
    forward: NDArray,  # float64 (size + LEAD,), zero at first: half-solved right side, likewise
    answer: NDArray,  # float64 (size + LEAD,), zero at first: written
) -> None:
    """Solve a positive system, of which rows before `first` are as they were at the last call."""
    if band.shape[1] == NARROW + EMPTY:
        _solve_narrow(first, size, band, right, upper, scale, forward, answer)
    elif band.shape[1] == MIDDLE + EMPTY:
        _solve_middle(first, size, band, right, upper, scale, forward, answer)
    else:
        _solve_wide(first, size, band, right, upper, scale, forward, answer)
