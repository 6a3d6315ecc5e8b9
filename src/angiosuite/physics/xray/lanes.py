"""Sixteen neighbours at once: the vector operations that the projector's inner loops need.

numba does not vectorise a loop that looks up a table or that turns columns into rows. These intrinsics say
so in LLVM's own terms (vectors of sixteen single-precision numbers); LLVM cuts them to whatever the
processor has, so the same source serves AVX-512, AVX2, SSE and NEON, and every addition and
multiplication is rounded as IEEE 754 says, in the written order.
"""

from __future__ import annotations

from typing import Any

from llvmlite import ir
from numba.core import types
from numba.extending import intrinsic

LANES = 16
_FLOAT = ir.FloatType()
_VECTOR = ir.VectorType(_FLOAT, LANES)
_INDEX = ir.IntType(32)


def _address(context: Any, builder: Any, array_type: Any, array: Any, offset: Any, vector: Any) -> Any:
    data = context.make_array(array_type)(context, builder, array).data
    return builder.bitcast(builder.gep(data, [offset]), vector.as_pointer())


def _pattern(lanes: list[int]) -> Any:
    return ir.Constant(ir.VectorType(_INDEX, len(lanes)), lanes)


def _everywhere(builder: Any, value: Any) -> Any:
    nothing = ir.Constant(_VECTOR, ir.Undefined)
    one = builder.insert_element(nothing, value, ir.Constant(_INDEX, 0))
    return builder.shuffle_vector(one, nothing, _pattern([0] * LANES))


def _turn(builder: Any, rows: list[Any]) -> list[Any]:
    """Sixteen vectors, rows and lanes exchanged: four rounds, each swaps one bit of row and lane."""
    rows = list(rows)
    for bit in (1, 2, 4, 8):
        keep = [lane if not lane & bit else (lane ^ bit) + LANES for lane in range(LANES)]
        swap = [lane | bit if not lane & bit else lane + LANES for lane in range(LANES)]
        for r in range(LANES):
            if not r & bit:
                a, b = rows[r], rows[r | bit]
                rows[r] = builder.shuffle_vector(a, b, _pattern(keep))
                rows[r | bit] = builder.shuffle_vector(a, b, _pattern(swap))
    return rows


def _scalar(context: Any, builder: Any, array_type: Any, array: Any, k: int) -> Any:
    data = context.make_array(array_type)(context, builder, array).data
    return builder.load(builder.gep(data, [ir.Constant(_INDEX, k)]))


@intrinsic
def blend_rows(
    typing: Any, counts: Any, lower: Any, upper: Any, low: Any, high: Any, at: Any, target: Any, to: Any
) -> Any:
    """``target[to + 16 i + k] = low[k] counts[lower[k] + at + i] + high[k] counts[upper[k] + at + i]``.

    For i, k = 0 ... 15: sixteen rows, each a weighted sum of two rows of counts, turned so that the rows
    lie side by side. Contiguous arrays: `counts` int16 or uint8, `lower`, `upper` uint64, `low`, `high` and
    `target` float32; offsets uint64; nothing is checked.
    """
    signature = types.void(counts, lower, upper, low, high, at, target, to)
    signed = counts.dtype.signed
    vector = ir.VectorType(ir.IntType(counts.dtype.bitwidth), LANES)

    def generate(context: Any, builder: Any, signature: Any, args: Any) -> Any:
        kinds = signature.args

        def row(offsets: int, weights: int, k: int) -> Any:
            start = builder.add(_scalar(context, builder, kinds[offsets], args[offsets], k), args[5])
            place = _address(context, builder, kinds[0], args[0], start, vector)
            number = builder.load(place, align=counts.dtype.bitwidth // 8)
            real = builder.sitofp(number, _VECTOR) if signed else builder.uitofp(number, _VECTOR)
            weight = _scalar(context, builder, kinds[weights], args[weights], k)
            return builder.fmul(_everywhere(builder, weight), real)

        rows = [builder.fadd(row(1, 3, k), row(2, 4, k)) for k in range(LANES)]
        for i, turned in enumerate(_turn(builder, rows)):
            place = builder.add(args[7], ir.Constant(args[7].type, LANES * i))
            builder.store(turned, _address(context, builder, kinds[6], args[6], place, _VECTOR), align=4)
        return context.get_dummy_value()

    return signature, generate


def _blend(context: Any, builder: Any, kinds: Any, args: Any, source: int) -> Any:
    """Weighted sum of two neighbouring groups of sixteen (arguments source, first, weight)."""
    lower = _address(context, builder, kinds[source], args[source], args[source + 1], _VECTOR)
    upper = builder.gep(lower, [ir.Constant(_INDEX, 1)])
    a, b = builder.load(lower, align=4), builder.load(upper, align=4)
    return builder.fadd(a, builder.fmul(_everywhere(builder, args[source + 2]), builder.fsub(b, a)))


@intrinsic
def add_blend(typing: Any, target: Any, at: Any, source: Any, first: Any, weight: Any) -> Any:
    """``target[at + k] += s0 + weight (s1 - s0)``, s0 = source[first + k], s1 = source[first + 16 + k].

    For k = 0 ... 15; contiguous float32 arrays, offsets uint64, weight float32; nothing is checked.
    """
    signature = types.void(target, at, source, first, weight)

    def generate(context: Any, builder: Any, signature: Any, args: Any) -> Any:
        into = _address(context, builder, signature.args[0], args[0], args[1], _VECTOR)
        total = builder.fadd(builder.load(into, align=4), _blend(context, builder, signature.args, args, 2))
        builder.store(total, into, align=4)
        return context.get_dummy_value()

    return signature, generate


@intrinsic
def turn(typing: Any, source: Any, at: Any, target: Any, to: Any, stride: Any) -> Any:
    """``target[to + stride k + i] = source[at + 16 i + k]`` for i, k = 0 ... 15.

    Contiguous float32 arrays, offsets uint64; nothing is checked.
    """
    signature = types.void(source, at, target, to, stride)

    def generate(context: Any, builder: Any, signature: Any, args: Any) -> Any:
        kinds, rows, place = signature.args, [], args[3]
        for i in range(LANES):
            start = builder.add(args[1], ir.Constant(args[1].type, LANES * i))
            rows.append(builder.load(_address(context, builder, kinds[0], args[0], start, _VECTOR), align=4))
        for turned in _turn(builder, rows):
            builder.store(turned, _address(context, builder, kinds[2], args[2], place, _VECTOR), align=4)
            place = builder.add(place, args[4])
        return context.get_dummy_value()

    return signature, generate


@intrinsic
def prefetch(typing: Any, source: Any, at: Any) -> Any:
    """Ask for the cache line of ``source[at]`` ahead of its use; changes no value, may lie past the end."""
    signature = types.void(source, at)

    def generate(context: Any, builder: Any, signature: Any, args: Any) -> Any:
        data = context.make_array(signature.args[0])(context, builder, args[0]).data
        byte = ir.IntType(8).as_pointer()
        kind = ir.FunctionType(ir.VoidType(), [byte, _INDEX, _INDEX, _INDEX])
        hint = builder.module.declare_intrinsic("llvm.prefetch", [byte], kind)
        place = builder.bitcast(builder.gep(data, [args[1]]), byte)
        read, second_level, data_cache = (ir.Constant(_INDEX, n) for n in (0, 2, 1))
        builder.call(hint, [place, read, second_level, data_cache])
        return context.get_dummy_value()

    return signature, generate
