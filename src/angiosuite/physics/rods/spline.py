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
    knots are summed as vectors of four, by value and slope side by side: compilers don't find that in three,
    and it halves the time. Single precision (knots have 16 bits); no operation is contracted or reordered, so
    every processor tells the same. Held by ``tests/physics/rods/test_bricks.py``.
    """
    number = types.float64
    signature = types.UniTuple(number, 4)(knots, first, number, number, number)

    def build(context: Any, builder: Any, signature: Any, given: Any) -> Any:
        data = context.make_array(signature.args[0])(context, builder, given[0]).data
        across = [_weights(builder, one) for one in given[2:]]
        (wx, sx), (wy, sy), (wz, sz) = across
        both = [
            _side_by_side(builder, _spread(builder, w), _spread(builder, s))
            for w, s in zip(wy, sy, strict=True)
        ]
        total = by_x = None
        for a in range(3):
            plane = None
            for b in range(3):
                offset = builder.add(given[1], ir.Constant(given[1].type, (a * KNOTS + b) * KNOTS))
                place = builder.bitcast(builder.gep(data, [offset]), KNOTS_OF_FOUR.as_pointer())
                row = builder.sitofp(builder.load(place, align=2), FOUR)
                plane = _added(builder, plane, both[b], _side_by_side(builder, row, row))
            wide_x, steep_x = _spread(builder, wx[a]), _spread(builder, sx[a])
            total = _added(builder, total, _side_by_side(builder, wide_x, wide_x), plane)
            by_x = _added(builder, by_x, steep_x, _half(builder, plane, 0))
        value, by_y = _half(builder, total, 0), _half(builder, total, 4)
        wide, steep = _row_of(builder, wz), _row_of(builder, sz)
        rows = [builder.fmul(*one) for one in ((value, wide), (by_x, wide), (by_y, wide), (value, steep))]
        found = builder.fpext(_summed(builder, rows), ir.VectorType(DOUBLE, 4))
        return context.make_tuple(
            builder, signature.return_type, [builder.extract_element(found, LANE(n)) for n in range(4)]
        )

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


def _side_by_side(builder: Any, a: Any, b: Any) -> Any:
    """Two rows as one."""
    return builder.shuffle_vector(a, b, ir.Constant(ir.VectorType(LANE, 8), list(range(8))))


def _half(builder: Any, pair: Any, first: int) -> Any:
    """One of two rows that are one."""
    lanes = ir.Constant(ir.VectorType(LANE, 4), list(range(first, first + 4)))
    return builder.shuffle_vector(pair, ir.Constant(pair.type, ir.Undefined), lanes)


def _added(builder: Any, total: Any, weight: Any, row: Any) -> Any:
    """A weighted row on top of a sum."""
    product = builder.fmul(weight, row)
    return product if total is None else builder.fadd(total, product)


def _row_of(builder: Any, numbers: list[Any]) -> Any:
    """Three numbers in the first three lanes."""
    row = ir.Constant(FOUR, [0.0] * 4)
    for n, number in enumerate(numbers):
        row = builder.insert_element(row, number, LANE(n))
    return row


def _summed(builder: Any, rows: list[Any]) -> Any:
    """The sums of the first three lanes of four rows."""

    def mixed(a: Any, b: Any, *lanes: int) -> Any:
        return builder.shuffle_vector(a, b, ir.Constant(ir.VectorType(LANE, 4), lanes))

    a, b = mixed(rows[0], rows[1], 0, 4, 1, 5), mixed(rows[2], rows[3], 0, 4, 1, 5)
    c, d = mixed(rows[0], rows[1], 2, 6, 3, 7), mixed(rows[2], rows[3], 2, 6, 3, 7)
    first, second, third = mixed(a, b, 0, 1, 4, 5), mixed(a, b, 2, 3, 6, 7), mixed(c, d, 0, 1, 4, 5)
    return builder.fadd(builder.fadd(first, second), third)
