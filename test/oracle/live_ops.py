"""Answers for random shapes: reads {"seed": 1, "each": 5} from stdin, writes as many cases of every operation to stdout.

MAKERS says which random arguments an operation takes; what it is in PyTorch, and how a case is written, is in ops.py.
"""

import json
import random
import sys
import warnings

import torch

import ops
from ops import BINARY, COMPARISONS, UNARY, Input, b, case, few, i, n

r = random.Random()


def shape(least=0, most=3, smallest=0, largest=4):
    return [r.randint(smallest, largest) for _ in range(r.randint(least, most))]


def permuted(size):
    order = r.sample(range(len(size)), len(size))
    return [size[order.index(axis)] for axis in range(len(size))], ["permute", order]


def sliced(size):
    axis, step, start = r.randrange(len(size)), r.randint(1, 3), r.randint(0, 2)
    end = start + step * size[axis]
    return size[:axis] + [end + r.randint(0, 1)] + size[axis + 1 :], ["slice", axis, start, end, step]


def flipped(size):
    return size, ["flip", [axis for axis in range(len(size)) if r.random() < 0.5]]


def expanded(size):
    return [1 if r.random() < 0.5 else d for d in size], ["expand", size]


VIEWS = [permuted, sliced, flipped, expanded]


def seen(draw, size, kinds=VIEWS):
    """A tensor of this size, read through up to two views."""
    views = []
    for view in r.sample(kinds, r.choice([0, 1, 1, 2])):
        if size:
            size, step = view(size)
            views.insert(0, step)
    x = draw(*size)
    for view in views:
        x = x.via(*view)
    return x


def ints(low, high):
    return lambda *size: i(low, high, *size)


def part(size):
    """A shape that broadcasts to `size`."""
    return [1 if r.random() < 0.3 else d for d in size[r.randint(0, len(size)) :]]


def axis_of(size):
    axis = r.randrange(len(size))
    return axis if r.random() < 0.5 else axis - len(size)


def axes_of(size):
    some = [axis for axis in range(len(size)) if r.random() < 0.5] or [axis_of(size)]
    return r.choice([None, axis_of(size), some])


def unary(draw):
    return lambda: [seen(draw, shape())]


def binary(x, y):
    def make():
        size = shape()
        return [seen(x, part(size)), seen(y, part(size))]

    return make


def reduction(last=lambda: r.random() < 0.5, smallest=0):
    def make():
        size = shape(1, 3, smallest)
        return [seen(n, size), axes_of(size), last()]

    return make


def along_axis(smallest=0, *rest):
    def make():
        size = shape(1, 3, smallest)
        return [seen(n, size), axis_of(size), *(f() for f in rest)]

    return make


def factors(size):
    dims = []
    for _ in range(r.randint(0, 2)):
        dims.append(r.choice([d for d in range(1, size + 1) if size % d == 0]) if size else r.randint(1, 3))
        size //= dims[-1]
    dims.append(size)
    r.shuffle(dims)
    return dims


def reshape():
    size = shape()
    return [seen(n, size), factors(torch.Size(size).numel())]


def flatten():
    size = shape(1)
    start = r.randrange(len(size))
    return [seen(n, size), start, r.randint(start, len(size) - 1)]


def slice_():
    size = shape(1)
    axis = axis_of(size)
    return [seen(n, size), axis, *sorted(r.randint(0, size[axis] + 2) for _ in range(2)), r.randint(1, 3)]


def select():
    size = shape(1, 3, 1)
    axis = axis_of(size)
    return [seen(n, size), axis, r.randint(-size[axis], size[axis] - 1)]


def expand():
    size = shape()
    return [seen(n, part(size)), size]


def pad():
    size = shape(1)
    pads = [r.randint(-(d // 2), 2) for d in size[::-1][: r.randint(1, len(size))] for _ in range(2)]
    return [seen(n, size), pads, r.choice([0, 1.5, -2])]


def concatenate():
    size, axis = shape(1), 0
    axis = axis_of(size)
    at = axis % len(size)
    return [[seen(n, size[:at] + [r.randint(0, 3)] + size[at + 1 :]) for _ in range(r.randint(1, 4))], axis]


def stack():
    size = shape()
    return [[seen(n, size) for _ in range(r.randint(1, 3))], axis_of([*size, 1])]


def indexed():
    """A shape, an axis of it, and the shape of an index that fits it off the axis."""
    size = shape(1, 3, 1)
    axis = axis_of(size)
    return size, axis, [r.randint(0, 5) if at == axis % len(size) else r.randint(0, d) for at, d in enumerate(size)]


def gather():
    size, axis, places = indexed()
    return [seen(n, size), axis, seen(ints(0, size[axis]), places)]


def scatter_add():
    size, axis, places = indexed()
    return [seen(n, size), axis, seen(ints(0, size[axis]), places), seen(n, [d + r.randint(0, 1) for d in places])]


def index_select():
    size = shape(1, 3, 1)
    axis = axis_of(size)
    return [seen(n, size), axis, seen(ints(0, size[axis]), [r.randint(0, 5)])]


def embedding():
    rows = r.randint(1, 5)
    return [seen(ints(0, rows), shape(0, 2)), seen(n, [rows, r.randint(0, 4)])]


def one_hot():
    classes = r.randint(1, 5)
    return [seen(ints(0, classes), shape()), classes]


def matmul():
    batch, (m, k, p) = shape(0, 2), shape(3, 3, 0, 6)
    left, right = r.choice([([m, k], [k, p])] * 4 + [([k], [k, p]), ([m, k], [k]), ([k], [k])])
    return [seen(n, part(batch) + left if len(left) > 1 else left), seen(n, part(batch) + right if len(right) > 1 else right)]


def where():
    size = shape()
    return [seen(draw, part(size)) for draw in (b, n, n)]


def variance(kinds=VIEWS):
    size = shape(1, 3)
    return [seen(n, size, kinds), axes_of(size), {"correction": r.randint(0, 1), "keepdim": r.random() < 0.5}]


def deviation():
    """As variance, but never of one number repeated: at 0 the derivative is a quotient of roundings, in PyTorch too."""
    return variance([kind for kind in VIEWS if kind is not expanded])


def unfold():
    size = shape(1, 3, 1)
    axis = axis_of(size)
    return [seen(n, size), axis, r.randint(1, size[axis]), r.randint(1, 3)]


def argument(op):
    def make():
        size = shape(1, 3, 1)
        return [seen(r.choice([n, few]), size), r.choice([None, axis_of(size)]), *([True] if r.random() < 0.5 else [])]

    return make


def mixed(x):
    """Now and then integers, where PyTorch takes them."""
    return lambda *size: (x if r.random() < 0.7 else ints(1, 5))(*size)


FLOATS = ("silu", "gelu")
MAKERS = (
    {op: unary(draw if op in FLOATS else mixed(draw)) for op, draw in UNARY.items()}
    | {op: binary(mixed(x), mixed(y)) for op, (x, y) in BINARY.items()}
    | {op: binary(few, mixed(few)) for op in COMPARISONS}
    | {op: binary(b, mixed(few)) for op in ("logicalAnd", "logicalOr")}
    | {op: reduction() for op in ("sum", "mean", "prod", "logsumexp")}
    | {op: reduction(smallest=1) for op in ("max", "min")}
    | {op: argument(op) for op in ("argmax", "argmin")}
    | {"var": variance, "std": deviation}
    | {op: along_axis() for op in ("softmax", "logSoftmax", "squeeze", "flip")}
    | {op: unary(mixed(few)) for op in ("float", "int", "bool", "detach")}
    | {
        "clamp": lambda: [*unary(mixed(n))(), -1, r.choice([1, 0.5, None])],
        "to": lambda: [*unary(mixed(n))(), r.choice(["float32", "int32", "bool"])],
        "where": where, "matmul": matmul, "reshape": reshape, "flatten": flatten, "slice": slice_, "select": select, "expand": expand,
        "pad": pad, "concatenate": concatenate, "stack": stack, "gather": gather, "scatterAdd": scatter_add,
        "indexSelect": index_select, "embedding": embedding, "oneHot": one_hot,
        "transpose": lambda: [seen(n, shape(2, 4)), *r.sample([-1, -2, 0], 2)],
        "permute": lambda: (lambda size: [seen(n, size), r.sample(range(len(size)), len(size))])(shape()),
        "unfold": unfold,
        "unsqueeze": lambda: (lambda size: [seen(n, size), axis_of([*size, 1])])(shape()),
    }
)  # fmt: skip


def main():
    warnings.simplefilter("ignore")  # variances of one element are asked for on purpose
    wanted = json.load(sys.stdin)
    r.seed(wanted["seed"])
    ops.seed = wanted["seed"]
    cases = [case(op, *make()) for op, make in MAKERS.items() for _ in range(wanted["each"])]
    json.dump({"torch": torch.__version__.split("+")[0], "cases": cases}, sys.stdout)


main()
