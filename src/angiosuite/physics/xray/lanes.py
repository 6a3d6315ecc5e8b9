"""Sixteen neighbours at once: the two vector operations that the projector's inner loops need.

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


def _address(context: Any, builder: Any, array_type: Any, array: Any, offset: Any) -> Any:
    data = context.make_array(array_type)(context, builder, array).data
    return builder.bitcast(builder.gep(data, [offset]), _VECTOR.as_pointer())


def _pattern(lanes: list[int]) -> Any:
    return ir.Constant(ir.VectorType(_INDEX, len(lanes)), lanes)


def _everywhere(builder: Any, value: Any) -> Any:
    nothing = ir.Constant(_VECTOR, ir.Undefined)
    one = builder.insert_element(nothing, value, ir.Constant(_INDEX, 0))
    return builder.shuffle_vector(one, nothing, _pattern([0] * LANES))


@intrinsic
def add_blend(typing: Any, target: Any, at: Any, source: Any, first: Any, weight: Any) -> Any:
    """``target[at + k] += s0 + weight (s1 - s0)``, s0 = source[first + k], s1 = source[first + 16 + k].

    For k = 0 ... 15; contiguous float32 arrays, offsets uint64, weight float32; nothing is checked.
    """
    signature = types.void(target, at, source, first, weight)

    def generate(context: Any, builder: Any, signature: Any, args: Any) -> Any:
        into = _address(context, builder, signature.args[0], args[0], args[1])
        lower = _address(context, builder, signature.args[2], args[2], args[3])
        upper = builder.gep(lower, [ir.Constant(_INDEX, 1)])
        a, b = builder.load(lower, align=4), builder.load(upper, align=4)
        slope = builder.fmul(_everywhere(builder, args[4]), builder.fsub(b, a))
        total = builder.fadd(builder.load(into, align=4), builder.fadd(a, slope))
        builder.store(total, into, align=4)
        return context.get_dummy_value()

    return signature, generate


@intrinsic
def transpose(typing: Any, source: Any, at: Any, stride: Any, target: Any, to: Any) -> Any:
    """``target[to + 16 i + j] = source[at + stride j + i]`` for i, j = 0 ... 15.

    Contiguous float32 arrays, offsets uint64; nothing is checked.
    """
    signature = types.void(source, at, stride, target, to)

    def generate(context: Any, builder: Any, signature: Any, args: Any) -> Any:
        rows, place = [], args[1]
        for _ in range(LANES):
            rows.append(builder.load(_address(context, builder, signature.args[0], args[0], place), align=4))
            place = builder.add(place, args[2])
        for bit in (1, 2, 4, 8):  # exchange this bit of the row's number and of the lane's
            keep = [lane if not lane & bit else (lane ^ bit) + LANES for lane in range(LANES)]
            swap = [lane | bit if not lane & bit else lane + LANES for lane in range(LANES)]
            for r in range(LANES):
                if not r & bit:
                    a, b = rows[r], rows[r | bit]
                    rows[r] = builder.shuffle_vector(a, b, _pattern(keep))
                    rows[r | bit] = builder.shuffle_vector(a, b, _pattern(swap))
        for i in range(LANES):
            place = builder.add(args[4], ir.Constant(args[4].type, LANES * i))
            builder.store(rows[i], _address(context, builder, signature.args[3], args[3], place), align=4)
        return context.get_dummy_value()

    return signature, generate
