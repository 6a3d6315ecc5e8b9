"""Value and gradient of a quadratic spline in a brick, four knots at a time: the core of every query."""

from __future__ import annotations

from typing import Any

from llvmlite import ir
from numba import types
from numba.extending import intrinsic

__all__ = ["CELLS", "KNOTS", "spline_at"]

CELLS = 8
"""Cells a side of a brick."""
KNOTS = CELLS + 2
"""Knots of its spline a side: one cell more all round."""

SINGLE, DOUBLE = ir.FloatType(), ir.DoubleType()
FOUR = ir.VectorType(SINGLE, 4)
KNOTS_OF_FOUR = ir.VectorType(ir.IntType(16), 4)
LANE = ir.IntType(32)


@intrinsic
def spline_at(typing: Any, knots: Any, first: Any, x: Any, y: Any, z: Any) -> Any:
    """Value and gradient, a cell, of the tensor product of quadratic B-splines.

    Parameters
    ----------
    knots : int16, contiguous
        Coefficients, in steps; one more is read behind the last of the twenty-seven and counts nothing.
    first : int64
        Where the first of the twenty-seven lies in memory.
    x, y, z : float64
        Place in the cell, 0 to 1.

    Returns
    -------
    value, by_x, by_y, by_z : float64

    Notes
    -----
    **Model** ``sum B_a(x) B_b(y) B_c(z) knot[a, b, c]`` with ``B = (1-t)^2/2, 1/2 + t(1-t), t^2/2``. Rows of
    knots are summed as vectors of four: compilers don't find that in three, and it halves the time. Single
    precision (knots have 16 bits); no operation is contracted or reordered, so every processor tells the
    same. Held by ``tests/physics/rods/test_bricks.py``.
    """
    number = types.float64
    signature = types.UniTuple(number, 4)(knots, first, number, number, number)

    def build(context: Any, builder: Any, signature: Any, given: Any) -> Any:
        data = context.make_array(signature.args[0])(context, builder, given[0]).data
        across = [_weights(builder, one) for one in given[2:]]
        (wx, sx), (wy, sy) = ([[_spread(builder, w) for w in pair] for pair in one] for one in across[:2])
        wz, sz = across[2]
        value = by_x = by_y = None
        for a in range(3):
            plane = slope = None
            for b in range(3):
                offset = builder.add(given[1], ir.Constant(given[1].type, (a * KNOTS + b) * KNOTS))
                place = builder.bitcast(builder.gep(data, [offset]), KNOTS_OF_FOUR.as_pointer())
                row = builder.sitofp(builder.load(place, align=2), FOUR)
                plane = _added(builder, plane, wy[b], row)
                slope = _added(builder, slope, sy[b], row)
            value = _added(builder, value, wx[a], plane)
            by_x = _added(builder, by_x, sx[a], plane)
            by_y = _added(builder, by_y, wx[a], slope)
        found = [_row(builder, *one) for one in ((value, wz), (by_x, wz), (by_y, wz), (value, sz))]
        return context.make_tuple(builder, signature.return_type, found)

    return signature, build


def _weights(builder: Any, at: Any) -> tuple[list[Any], list[Any]]:
    """Weights of three knots at a place in the cell, and their slopes."""
    t, half, one = builder.fptrunc(at, SINGLE), ir.Constant(SINGLE, 0.5), ir.Constant(SINGLE, 1.0)
    rest = builder.fsub(one, t)
    first, last = (builder.fmul(half, builder.fmul(u, u)) for u in (rest, t))
    middle = builder.fsub(builder.fsub(one, first), last)
    return [first, middle, last], [builder.fsub(t, one), builder.fsub(rest, t), t]


def _spread(builder: Any, number: Any) -> Any:
    """The same number in all lanes."""
    alone = builder.insert_element(ir.Constant(FOUR, ir.Undefined), number, LANE(0))
    return builder.shuffle_vector(
        alone, ir.Constant(FOUR, ir.Undefined), ir.Constant(ir.VectorType(LANE, 4), [0] * 4)
    )


def _added(builder: Any, total: Any, weight: Any, row: Any) -> Any:
    """A weighted row on top of a sum."""
    product = builder.fmul(weight, row)
    return product if total is None else builder.fadd(total, product)


def _row(builder: Any, row: Any, weights: Any) -> Any:
    """The first three lanes of a row, weighted and summed."""
    parts = [builder.fmul(builder.extract_element(row, LANE(n)), weights[n]) for n in range(3)]
    return builder.fpext(builder.fadd(builder.fadd(parts[0], parts[1]), parts[2]), DOUBLE)
