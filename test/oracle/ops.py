"""Asks PyTorch for the value and the gradients of every operation; writes test/fixtures/ops-*.json.

TORCH says what each of our operations is in PyTorch, with our names and order of arguments; the functions below list
the cases, one line each: `case("add", n(2, 3), n(3))`. Every case has its own random numbers, seeded by its text, so
changing one changes no other. `live_ops.py` asks the same table for random shapes.
"""

import json
import pathlib
import warnings
import zlib

import torch
import torch.nn.functional as F

OUT = pathlib.Path(__file__).parent.parent / "fixtures"
INF, NAN = float("inf"), float("nan")
seed = 0  # live_ops.py sets another

# ---- what our operations are in PyTorch ----


def tensor(x):
    """A number as torch.maximum and its kin want it; a 0-dim tensor promotes as a number does."""
    return x if isinstance(x, torch.Tensor) else torch.tensor(x, dtype=torch.int32 if isinstance(x, int) else None)


def whole(x):
    """Bool as int32: our arithmetic counts them, where PyTorch's answer is bool (add, mul), int64 (square) or an error (sub, neg)."""
    return x.int() if isinstance(x, torch.Tensor) and x.dtype == torch.bool else x


def arithmetic(f):
    return lambda *x: f(*map(whole, x))


def on_tensors(f):
    return lambda a, b: f(*torch.broadcast_tensors(tensor(whole(a)), tensor(whole(b))))


def pow_(a, b):
    """Integers to negative powers are an error in PyTorch if the power is a number; with tensors both agree."""
    return torch.pow(tensor(a), b) if isinstance(b, (int, float)) else tensor(a) ** b


def over(f):
    return lambda x, axes=None, keepdim=False: f(x, list(range(x.dim())) if axes is None else axes, keepdim)


def prod(x, axes, keepdim):
    """torch.prod takes one axis at a time."""
    for axis in sorted((a % max(x.dim(), 1) for a in ([axes] if isinstance(axes, int) else axes)), reverse=True):
        x = x.prod(axis, keepdim)
    return x if x.dtype == torch.float32 else x.long()


def var(f):
    return lambda x, axes=None, o={}: f(x, axes, correction=o.get("correction", 1), keepdim=o.get("keepdim", False))


def slice_(x, axis, start=0, end=None, step=1):
    return x[(slice(None),) * (axis % x.dim()) + (slice(start, end, step),)]


def scatter_add(x, axis, index, source):
    """PyTorch has the gradient only where source and index have equal shapes; the rest of a larger source is not read."""
    return x.scatter_add(axis, index.long(), source[tuple(slice(size) for size in index.shape)])


def dtype(o={}):
    return getattr(torch, o.get("dtype", "float32"))


TORCH = {
    "add": arithmetic(lambda a, b: a + b), "sub": arithmetic(lambda a, b: a - b), "mul": arithmetic(lambda a, b: a * b),
    "div": lambda a, b: a / b, "pow": pow_, "maximum": on_tensors(torch.maximum), "minimum": on_tensors(torch.minimum),
    "eq": lambda a, b: a == b, "ne": lambda a, b: a != b, "lt": lambda a, b: a < b, "le": lambda a, b: a <= b,
    "gt": lambda a, b: a > b, "ge": lambda a, b: a >= b, "logicalAnd": torch.logical_and, "logicalOr": torch.logical_or,
    "logicalNot": torch.logical_not, "neg": arithmetic(torch.neg), "abs": arithmetic(torch.abs), "square": arithmetic(torch.square),
    "sign": arithmetic(torch.sign), "exp": torch.exp, "log": torch.log, "expm1": torch.expm1, "log1p": torch.log1p, "sqrt": torch.sqrt, "rsqrt": torch.rsqrt,
    "reciprocal": torch.reciprocal, "sin": torch.sin, "cos": torch.cos, "tanh": torch.tanh, "erf": torch.erf,
    "sigmoid": torch.sigmoid, "relu": arithmetic(torch.relu), "floor": torch.floor, "ceil": torch.ceil, "round": torch.round,
    "silu": lambda x: F.silu(x.float()), "gelu": lambda x, approximate="none": F.gelu(x.float(), approximate=approximate),
    "clamp": lambda x, low=None, high=None: torch.clamp(whole(x), low, high),
    "where": torch.where,
    "sum": over(torch.sum), "mean": over(torch.mean), "prod": over(prod), "logsumexp": over(torch.logsumexp),
    "max": over(lambda x, *a: torch.amax(whole(x), *a)), "min": over(lambda x, *a: torch.amin(whole(x), *a)),
    "var": var(torch.var), "std": var(torch.std), "argmax": torch.argmax, "argmin": torch.argmin,
    "softmax": torch.softmax, "logSoftmax": torch.log_softmax, "matmul": torch.matmul,
    "reshape": torch.reshape, "flatten": torch.flatten, "transpose": lambda x, i=-2, j=-1: x.transpose(i, j),
    "permute": torch.permute, "expand": lambda x, shape: x.expand(shape),
    "squeeze": lambda x, axis=None: x.squeeze() if axis is None else x.squeeze(axis), "unsqueeze": torch.unsqueeze,
    "slice": slice_, "select": torch.select, "unfold": torch.Tensor.unfold, "flip": lambda x, axes: torch.flip(x, [axes] if isinstance(axes, int) else axes),
    "pad": lambda x, pads, value=0: F.pad(x, pads, value=value), "concatenate": lambda xs, axis=0: torch.cat(xs, axis),
    "stack": lambda xs, axis=0: torch.stack(xs, axis),
    # PyTorch wants most indices as int64; ours are int32, which is all a GPU has
    "gather": lambda x, axis, index: x.gather(axis, index.long()),
    "scatterAdd": scatter_add,
    "indexSelect": lambda x, axis, index: x.index_select(axis, index), "embedding": F.embedding,
    "oneHot": lambda index, classes: F.one_hot(index.long(), classes),
    "to": lambda x, name: x.to(getattr(torch, name)), "float": lambda x: x.float(), "int": lambda x: x.int(), "bool": lambda x: x.bool(),
    "detach": lambda x: x.detach(),
    "full": lambda shape, value, o={}: torch.full(shape, value, dtype=dtype(o)),
    "zeros": lambda shape, o={}: torch.zeros(shape, dtype=dtype(o)), "ones": lambda shape, o={}: torch.ones(shape, dtype=dtype(o)),
    "eye": lambda n, m=None, o={}: torch.eye(n, n if m is None else m, dtype=dtype(o)),
    "arange": lambda start, end=None, step=1, o={}: torch.arange(*((0, start) if end is None else (start, end)), step, **({"dtype": dtype(o)} if o else {})),
    "linspace": lambda start, end, steps, o={}: torch.linspace(start, end, steps, dtype=dtype(o)),
}  # fmt: skip

# ---- inputs ----

DRAWS = {
    "n": lambda shape, g: torch.randn(shape, generator=g).mul(1e4).round() / 1e4,  # normal, in few digits
    "u": lambda shape, g: torch.rand(shape, generator=g).mul(2e4).add(3e3).round() / 1e4,  # positive, away from 0
    "few": lambda shape, g: torch.randint(-1, 2, shape, generator=g).float(),  # full of ties
    "b": lambda shape, g: torch.randint(0, 2, shape, generator=g).bool(),
    "i": lambda shape, g, low, high: torch.randint(low, high, shape, generator=g, dtype=torch.int32),
    "of": lambda shape, g, *values: torch.tensor(values).reshape(shape),
}


class Input:
    """A tensor to be drawn, and the views that a case reads it through: n(3, 2).via("transpose") is not contiguous."""

    def __init__(self, draw, shape, *rest, views=()):
        self.draw, self.shape, self.rest, self.views = draw, shape, rest, views

    def via(self, *view):
        return Input(self.draw, self.shape, *self.rest, views=(*self.views, list(view)))

    def __repr__(self):
        return f"{self.draw}{self.shape}{self.rest}{self.views}"

    def sample(self, generator):
        self.base = DRAWS[self.draw](self.shape, generator, *self.rest)
        self.base.requires_grad_(self.base.dtype == torch.float32)

    def tensor(self):
        x = self.base
        for op, *args in self.views:
            x = TORCH[op](x, *args)
        return x


def n(*shape):
    return Input("n", shape)


def u(*shape):
    return Input("u", shape)


def few(*shape):
    return Input("few", shape)


def b(*shape):
    return Input("b", shape)


def i(low, high, *shape):
    return Input("i", shape, low, high)


def of(*values, shape=None):
    return Input("of", shape or (len(values),), *values)


# ---- answers ----


def text(t):
    """All values in as many digits as tell them apart, as JavaScript reads them."""
    names = {"inf": "Infinity", "-inf": "-Infinity", "nan": "NaN"}
    values = t.detach().numpy().flatten()
    return " ".join(names.get(s, s.removesuffix(".0")) for s in (str(v if t.dtype != torch.bool else int(v)) for v in values))


def listed(t):
    # where PyTorch answers int64 (sums, positions) we have int32, as GPUs do: the same number modulo 2^32
    t = t.int() if t.dtype == torch.int64 else t
    return {"shape": list(t.shape), "dtype": str(t.dtype).removeprefix("torch."), "values": text(t)}


def inputs_of(args):
    return [x for arg in args for x in (arg if isinstance(arg, list) else [arg]) if isinstance(x, Input)]


def resolved(arg, of_input):
    if isinstance(arg, list):
        return [resolved(x, of_input) for x in arg]
    return of_input(arg) if isinstance(arg, Input) else arg


def shown(x):
    return listed(x.base) | ({"views": x.views} if x.views else {})


def plain(arg):
    return {INF: "Infinity", -INF: "-Infinity"}.get(arg, arg) if isinstance(arg, float) else arg


def case(op, *args, kink=False):
    """What PyTorch answers. kink: ties, jumps, infinities or huge numbers, where difference quotients say nothing."""
    generator = torch.Generator().manual_seed(zlib.crc32(f"{op} {args}".encode(), seed))
    inputs = inputs_of(args)
    for x in inputs:
        x.sample(generator)
    out = TORCH[op](*(resolved(arg, Input.tensor) for arg in args))
    answer = {"op": op, "args": [plain(resolved(arg, shown)) for arg in args], "out": listed(out)}
    if out.requires_grad:
        upstream = DRAWS["n"](out.shape, generator)
        out.backward(upstream)
        answer |= {"upstream": text(upstream), "grads": [text(x.base.grad) for x in inputs if x.base.requires_grad]}
    return answer | ({"kink": True} if kink else {})


# ---- cases ----

SPECIAL = of(0.0, -0.0, 1.0, -1.0, 0.5, -0.5, 1.5, 2.5, -2.5, 1e-8, 3.0, 20.0, -20.0, 85.0, -85.0, 95.0, -95.0, 1e30, -1e30, INF, -INF, NAN)
TURNS = of(0.0, -0.0, 3.1415927, -1.5707964, 100.0, -1000.5, 3e4, INF, -INF, NAN)  # sin and cos: their argument in reach of float32
PAIRS = [-INF, -2.0, -1.0, -0.5, -0.0, 0.0, 0.5, 1.0, 3.0, INF, NAN]
LEFT, RIGHT = of(*(a for a in PAIRS for _ in PAIRS)), of(*(c for _ in PAIRS for c in PAIRS))

UNARY = {
    "neg": n, "abs": n, "square": n, "sign": n, "exp": n, "log": u, "expm1": n, "log1p": u, "sqrt": u, "rsqrt": u, "reciprocal": u, "sin": n, "cos": n,
    "tanh": n, "erf": n, "sigmoid": n, "relu": n, "silu": n, "gelu": n, "floor": n, "ceil": n, "round": n, "logicalNot": few,
}  # fmt: skip
BINARY = {"add": (n, n), "sub": (n, n), "mul": (n, n), "div": (n, u), "pow": (u, n), "maximum": (n, n), "minimum": (n, n)}
COMPARISONS = ["eq", "ne", "lt", "le", "gt", "ge"]


def forms(draw):
    """Every kind of input: full, rank 0, size 1, size 0, and read through views."""
    yield from (draw(2, 3), draw(), draw(1), draw(1, 1, 1), draw(0, 3), draw(2, 0))
    yield draw(3, 2).via("transpose")
    yield draw(3, 6).via("slice", 1, 1, 6, 2).via("flip", [0])
    yield draw(2, 1, 3).via("expand", [2, 2, 3]).via("permute", [2, 0, 1])


def pairs(x, y):
    """Every kind of broadcast, size and view of two operands."""
    yield from ((x(2, 3), y(2, 3)), (x(2, 3), y(3)), (x(2, 1), y(1, 3)), (x(2, 1), y(4, 1, 3)), (x(), y(2, 2)), (x(3), y()), (x(), y()))
    yield from ((x(1), y(1)), (x(1, 1), y(1)), (x(0, 3), y(1, 3)), (x(2, 0), y(1)), (x(), y(0)))
    yield x(3, 2).via("transpose"), y(2, 6).via("slice", 1, 1, 6, 2)
    yield x(2, 3).via("flip", [0, 1]), y(3).via("expand", [2, 3])


def elementwise():
    for op, draw in UNARY.items():
        yield from (case(op, x) for x in forms(draw))
        if op not in ("silu", "gelu", "logicalNot"):
            yield case(op, i(-3, 9, 2, 3))
        yield case(op, TURNS if op in ("sin", "cos") else SPECIAL, kink=True)
    yield case("logicalNot", b(2, 3))
    yield case("log", of(1e-40, 1e-38, 1e-20, 1.0000001, 3e38), kink=True)
    yield from (case(op, of(-1e-3, -1e-7, 1e-30, 1e-7, 1e-3, 0.9, 20.0, 3e38), kink=True) for op in ("expm1", "log1p"))
    yield from (case("gelu", x, "tanh") for x in forms(n))
    yield case("gelu", SPECIAL, "tanh", kink=True)
    yield from (case(op, b(2, 3)) for op in ("neg", "abs", "square", "sign", "relu", "exp", "sqrt"))
    yield case("neg", of(-(2**31), 2**31 - 1, 0).via("to", "int32"))
    yield case("abs", of(-(2**31), 2**31 - 1, -5).via("to", "int32"))
    yield case("square", of(46341, -65536, 3).via("to", "int32"))
    for op, (x, y) in BINARY.items():
        yield from (case(op, *pair) for pair in pairs(x, y))
        yield case(op, x(2, 3), 1.5)
        yield case(op, 2.5, y(2, 3))
        yield case(op, LEFT, RIGHT, kink=True)
        yield case(op, i(-3, 5, 2, 3), i(1, 4, 3))
        yield case(op, u(2, 3), i(-3, 4, 3), kink=op in ("maximum", "minimum"))
        yield case(op, i(1, 9, 2, 3), y(3), kink=op in ("maximum", "minimum"))
        yield case(op, i(-3, 9, 2, 3), 2)
        yield case(op, i(1, 9, 2, 3), 0.5)
    yield from (case(op, b(2, 3), i(1, 5, 3)) for op in BINARY)
    yield from (case(op, b(2, 3), b(3)) for op in BINARY if op not in ("div", "pow"))
    yield from (case(op, n(2, 3), b(3), kink=True) for op in ("add", "sub", "mul", "maximum", "minimum"))
    yield from (case("pow", n(2, 3), k) for k in (2, 3, 0, 1))
    yield from (case("pow", u(2, 3), k) for k in (0.5, -1, -2.5))
    yield from (case("pow", SPECIAL, k, kink=True) for k in (2, 0.5, 3, -1))
    yield case("pow", i(-9, 10, 4, 4), i(-3, 20, 4, 1))
    yield case("pow", of(7, 3, -3, 2, 46341).via("to", "int32"), of(10, 33, 21, 31, 2).via("to", "int32"))
    yield case("mul", of(46341, 65536, -7).via("to", "int32"), of(46341, 65536, 3).via("to", "int32"))
    yield case("add", of(2**31 - 1, -(2**31)).via("to", "int32"), of(1, -1).via("to", "int32"))
    yield from (case(op, few(3), few(2, 3), kink=True) for op in ("maximum", "minimum"))
    for op in COMPARISONS:
        yield from (case(op, *pair) for pair in pairs(few, few))
        yield from (case(op, *pair) for pair in ((few(2, 3), 0), (1, few(2, 3)), (LEFT, RIGHT)))
        yield from (case(op, *pair) for pair in ((i(0, 2, 2, 3), i(0, 2, 3)), (i(0, 3, 4), 1.5), (b(2, 3), b(3)), (b(4), few(4)), (i(-1, 2, 4), few(4))))
    for op in ("logicalAnd", "logicalOr"):
        yield from (case(op, *pair) for pair in pairs(b, few))
        yield from (case(op, *pair) for pair in ((LEFT, RIGHT), (i(0, 2, 2, 3), b(3))))
    yield from (case("where", b(2, 3), *pair) for pair in ((n(2, 3), n(2, 3)), (n(3), n(2, 1)), (n(), 0.5), (1.5, n(1, 3)), (i(0, 5, 3), i(0, 5, 2, 1)), (i(0, 5, 3), n()), (b(3), b(2, 3)),))
    yield case("where", b(2, 3), LEFT.via("slice", 0, 0, 3), n(), kink=True)
    yield from (case("where", c, x, y) for c, x, y in ((b(), n(), n()), (b(1), n(1), n(1)), (b(2, 1), n(0), n(1)), (b(3, 2).via("transpose"), n(2, 1).via("expand", [2, 3]), n(4, 3).via("slice", 0, 1, 4, 2)), (b(4, 1, 3), n(2, 1), n(3))))
    yield from (case("clamp", x, -0.5, 0.7) for x in forms(n))
    yield from (case("clamp", n(2, 3), *bounds) for bounds in ((0,), (None, 0.3), (0.5, -0.5), (-INF, 0.2)))
    yield from (case("clamp", SPECIAL, *bounds, kink=True) for bounds in ((-1, 1), (0,), (None, 0.5), (1, -1)))
    yield from (case("clamp", i(-5, 6, 2, 3), *bounds) for bounds in ((-2, 3), (0.5, 2.5), (0,), (None, 1)))
    yield case("clamp", of(-(2**31), 2**31 - 1).via("to", "int32"), 0)
    yield case("clamp", of(-(2**31), 2**31 - 1).via("to", "int32"), None, 0)


def reductions():
    reach = [(), (0,), (1,), (-1,), (None, True), (1, True), ([0, 2],), ([-1, 0], True), ([0, 1, 2],), ([],)]
    for op in ("sum", "mean", "max", "min", "prod", "logsumexp"):
        yield from (case(op, n(2, 3, 4), *axes) for axes in reach if not (op in ("prod", "logsumexp") and axes == ([],)))
        yield from (case(op, *args) for args in ((n(),), (n(1),), (n(1, 1), 0), (n(5),), (n(3, 7), 1), (n(2, 0, 3), 0), (n(2, 0, 3), [2, 0])))
        if op not in ("max", "min"):
            yield from (case(op, *args) for args in ((n(0),), (n(2, 0, 3), 1), (n(2, 0), 1, True), (n(0, 2),)))
        yield case(op, n(3, 2).via("transpose"), 0)
        yield case(op, n(3, 8).via("slice", 1, 1, 8, 3).via("flip", [1]), -1)
        yield case(op, n(2, 1, 3).via("expand", [2, 2, 3]).via("permute", [2, 0, 1]), [0, 1], kink=op in ("max", "min"))
        yield from (case(op, few(4, 3), *axes, kink=True) for axes in ((), (0,), (1, True)))
        yield case(op, of(1.0, INF, -INF, NAN, 0.0, -INF, -INF, -INF, 2.0, INF, INF, 3.0, NAN, NAN, 1.0, 0.0, NAN, 5.0, INF, 1.0, NAN, shape=(7, 3)), 1, kink=True)
        if op not in ("mean", "logsumexp"):
            yield from (case(op, x, *axes) for x in (i(-4, 5, 3, 4), b(3, 4)) for axes in ((), (0,), (1, True)))
    yield case("prod", of(0.0, 2.0, 3.0, 0.0, 0.0, 4.0, 1.0, -2.0, 0.5, shape=(3, 3)), 1)
    yield from (case("prod", n(k), kink=k > 20) for k in (2, 3, 4, 6, 7, 9))
    yield case("prod", of(65537, 65539, 3, -7).via("to", "int32"))
    yield case("sum", of(2**31 - 1, 5, -9).via("to", "int32"))
    for op in ("var", "std"):
        # with an empty list of axes PyTorch 2.13 divides the gradient by zero
        yield from (case(op, n(2, 3, 4), *axes) for axes in reach if axes != ([],) and len(axes) < 2)
        yield from (case(op, n(2, 3, 4), *axes, o) for axes in ((1,), ([0, 2],), (None,)) for o in ({"correction": 0}, {"correction": 2, "keepdim": True}, {"keepdim": True}))
        yield from (case(op, x, *axes) for x, *axes in ((n(2, 0, 3), 0), (n(5),), (n(3, 2).via("transpose"), 1), (n(3, 8).via("slice", 1, 1, 8, 3), 0)))
        yield from (case(op, x, *axes, kink=True) for x, *axes in ((n(),), (n(1),), (n(0),), (n(2, 0), 1), (n(1, 3), 0), (of(2.0, 2.0, 2.0),), (of(1.0, INF, NAN),), (n(2, 1).via("expand", [2, 3]), 1)))
        yield case(op, n(1), None, {"correction": 0}, kink=op == "std")
    for op in ("argmax", "argmin"):
        yield from (case(op, x, *axes) for x in (n(2, 3, 4), few(4, 3, 2), i(-2, 3, 3, 4, 2)) for axes in ((), (0,), (-1,), (1, True)))
        yield from (case(op, *args) for args in ((n(),), (n(1),), (n(1, 1), 1), (n(0, 3), 1), (n(3, 2).via("transpose"), 0), (n(3, 8).via("slice", 1, 1, 8, 3).via("flip", [1]), 1), (few(1, 5).via("expand", [3, 5]), 0), (few(1, 5).via("expand", [3, 5]),)))
        yield case(op, of(1.0, INF, -INF, NAN, 0.0, NAN, -INF, -INF, 2.0, INF, INF, 3.0, 0.0, NAN, 5.0, 7.0, 1.0, NAN, shape=(6, 3)), 1)
    for op in ("softmax", "logSoftmax"):
        yield from (case(op, n(2, 3, 4), axis) for axis in (0, 1, -1))
        yield from (case(op, *args) for args in ((n(1), 0), (n(5), -1), (n(1, 1), 1), (n(0, 3), 1), (n(3, 0), 1), (n(3, 0), 0), (n(3, 2).via("transpose"), 0), (n(3, 8).via("slice", 1, 1, 8, 3).via("flip", [1]), 1), (n(2, 1).via("expand", [2, 3]), 1)))
        yield case(op, of(100.0, 200.0, -300.0, 1e4, 1e4, -1e4, shape=(2, 3)), 1, kink=True)
        yield case(op, of(1.0, INF, -INF, NAN, 0.0, -INF, -INF, -INF, 2.0, -INF, -INF, -INF, 0.0, 1.0, NAN, shape=(5, 3)), 1, kink=True)
    yield case("logsumexp", of(100.0, 200.0, -300.0, 1e4, 1e4, -1e4, shape=(2, 3)), 1, kink=True)
    # a scalar may be reduced along 0 and -1
    for op in ("sum", "mean", "max", "min", "prod", "logsumexp", "argmax", "argmin"):
        yield from (case(op, n(), *axes) for axes in ((0,), (-1,), (-1, True)))
    yield from (case(op, n(), axis) for op in ("softmax", "logSoftmax") for axis in (0, -1))
    yield from (case(op, n(), [0], {"correction": 0}, kink=op == "std") for op in ("var", "std"))
    yield case("logsumexp", i(-4, 5, 3, 4), 1)


def matrices():
    products = [
        ([3, 4], [4, 5]), ([1, 4], [4, 1]), ([3, 1], [1, 5]), ([1, 1], [1, 1]), ([4], [4]), ([1], [1]), ([4], [4, 5]), ([3, 4], [4]), ([4], [2, 4, 5]),
        ([2, 3, 4], [4]), ([2, 3, 4], [2, 4, 5]), ([2, 3, 4], [4, 5]), ([3, 4], [2, 4, 5]), ([2, 1, 3, 4], [5, 4, 2]), ([1, 2, 3], [3, 3, 1]),
        ([0, 4], [4, 5]), ([3, 0], [0, 5]), ([3, 4], [4, 0]), ([0], [0]), ([0, 3, 4], [4, 5]), ([2, 3, 0], [2, 0, 2]), ([0, 1, 2, 3], [4, 3, 2]),
        ([17, 9], [9, 13]), ([5, 33], [33, 6]),
    ]  # fmt: skip
    yield from (case("matmul", n(*x), n(*y)) for x, y in products)
    yield case("matmul", n(4, 3).via("transpose"), n(5, 4).via("transpose"))
    yield case("matmul", n(3, 9).via("slice", 1, 0, 9, 2), n(5, 4).via("flip", [0, 1]))
    yield case("matmul", n(3, 2, 4).via("permute", [1, 0, 2]), n(2, 5, 4).via("transpose"))
    yield case("matmul", n(1, 4).via("expand", [3, 4]), n(4, 1).via("expand", [4, 5]))
    yield case("matmul", n(1, 3, 4).via("expand", [2, 3, 4]), n(4, 8).via("slice", 1, 1, 8, 3))
    yield case("matmul", n(8).via("slice", 0, 0, 8, 2), n(5, 4).via("transpose"))
    yield case("matmul", of(1.0, INF, 0.0, NAN, shape=(2, 2)), of(1.0, 0.0, 2.0, -1.0, shape=(2, 2)), kink=True)


def movement():
    strided = n(2, 8).via("slice", 1, 1, 8, 2).via("flip", [1])  # [2, 4], runs backwards in steps of 2
    turned = n(4, 3, 2).via("permute", [2, 0, 1])  # [2, 4, 3]
    spread = n(2, 1, 3).via("expand", [2, 4, 3])
    yield from (case("reshape", x, shape) for x, shape in ((n(2, 6), [3, 4]), (n(2, 6), [-1]), (n(2, 6), [4, -1]), (n(1), []), (n(), [1, 1]), (n(0, 3), [3, 0, 2]), (n(0, 3), [-1]), (strided, [8]), (strided, [4, 2]), (turned, [8, 3]), (turned, [6, 4]), (turned, [2, 2, 2, 3]), (spread, [8, 3]), (spread, [2, 2, 2, 1, 3]), (i(0, 9, 2, 3), [6]), (b(2, 3), [3, 2])))
    yield from (case("flatten", *args) for args in ((n(2, 3, 4),), (n(2, 3, 4), 1), (n(2, 3, 4), 0, 1), (n(2, 3, 4), -2, -1), (n(),), (n(1),), (n(2, 0, 3), 1), (turned, 1), (spread,), (n(5), 0, 0), (i(0, 9, 2, 3),)))
    yield from (case("transpose", *args) for args in ((n(2, 3),), (n(2, 3, 4), 0, 2), (n(2, 3, 4), -1, 0), (n(2, 3), 1, 1), (n(1, 1),), (n(0, 3),), (strided,), (turned, 0, 1), (spread, 1, 2), (i(0, 9, 2, 3),), (b(2, 3),)))
    yield from (case("permute", *args) for args in ((n(2, 3, 4), [2, 0, 1]), (n(2, 3, 4), [-1, 1, 0]), (n(2, 3), [0, 1]), (n(), []), (n(1, 1, 1), [2, 1, 0]), (n(2, 0, 3), [1, 2, 0]), (strided, [1, 0]), (turned, [1, 2, 0]), (spread, [2, 1, 0]), (b(2, 3), [1, 0])))
    yield from (case("expand", *args) for args in ((n(3), [2, 3]), (n(2, 1), [2, 3]), (n(1, 1), [2, 2]), (n(), [2, 3]), (n(2, 1), [4, -1, 3]), (n(1), [1]), (n(1), [0]), (n(0, 1), [0, 3]), (n(1, 3), [0, 3]), (n(3, 1).via("transpose"), [2, 3]), (n(1, 8).via("slice", 1, 1, 8, 3), [2, 3]), (n(1, 3).via("flip", [1]), [4, 2, 3]), (i(0, 9, 1), [3])))
    yield from (case("squeeze", *args) for args in ((n(2, 1, 3),), (n(2, 1, 3), 1), (n(2, 1, 3), 0), (n(1, 1), -1), (n(1, 1),), (n(),), (n(1, 0),), (n(1, 3).via("transpose"),), (n(1, 8).via("slice", 1, 1, 8, 3), 0), (b(1, 2),)))
    yield from (case("unsqueeze", *args) for args in ((n(2, 3), 0), (n(2, 3), -1), (n(2, 3), 1), (n(2, 3), -2), (n(), 0), (n(1), 0), (n(0, 3), 1), (strided, 1), (turned, 3), (i(0, 9, 2), 1)))
    yield from (case("slice", n(3, 5), *args) for args in ((1, 1, 4), (1, 1, 5, 2), (0, 0, 3, 2), (-1, -3), (1, -4, -1), (1, 2, 100), (1, -100, 2), (1, 3, 1), (0,), (1, 0, 5, 7), (1, 4, 5, 3), (1, 5)))
    yield from (case("slice", *args) for args in ((n(1), 0, 0, 1), (n(0, 3), 1, 1), (n(0, 3), 0, 0, 5, 2), (strided, 1, 1, 4, 2), (turned, 1, 1, 4), (turned, 2, 0, 3, 2), (spread, 1, 1, 3), (i(0, 9, 5), 0, 1, 5, 3), (b(4, 2), 0, 1, 3)))
    yield from (case("select", *args) for args in ((n(2, 3), 0, 1), (n(2, 3), 1, -1), (n(2, 3, 4), -2, 0), (n(4), 0, 2), (n(1), 0, 0), (n(0, 3), 1, 2), (strided, 1, 1), (turned, 0, -2), (spread, 1, 3), (i(0, 9, 2, 3), 0, 0), (b(3), 0, 1)))
    yield from (case("unfold", *args) for args in ((n(7), 0, 3, 2), (n(2, 6), -1, 2, 3), (n(5, 3), 0, 5, 1), (n(2, 5, 3), 1, 3, 1), (n(1), 0, 1, 1), (n(4), 0, 4, 7), (n(0, 4), 1, 2, 2), (n(2, 4), 1, 0, 1), (strided, 1, 2, 1), (turned, 0, 2, 1), (spread, 0, 2, 1), (i(0, 9, 6), 0, 2, 2), (b(5), 0, 3, 1)))
    yield from (case("flip", *args) for args in ((n(2, 3), 0), (n(2, 3), [0, 1]), (n(2, 3, 4), [-1, 0]), (n(2, 3), []), (n(), []), (n(1), 0), (n(0, 3), [0, 1]), (strided, [0, 1]), (turned, [1]), (spread, [0, 1]), (i(0, 9, 2, 3), 1), (b(5), 0)))
    yield from (case("pad", *args) for args in ((n(2, 3), [1, 2]), (n(2, 3), [1, 0, 0, 2], 1.5), (n(2, 3), [-1, 1]), (n(2, 3), [-1, -1, 1, 1], -2), (n(2, 3), []), (n(2, 3), [0, 0]), (n(1), [1, 1]), (n(0, 3), [0, 1, 1, 0], 2), (n(0), [2, 1]), (n(2, 2, 2), [1, 1, 0, 0, 2, 0]), (n(2, 3), [-3, 1]), (strided, [1, 1, 1, 1]), (turned, [0, 1, 1, 0]), (spread, [1, 0, -1, 1], 0.5), (i(0, 9, 2, 3), [1, 1], 7), (b(2, 3), [1, 0])))
    yield case("pad", n(2, 3), [1, 1], INF, kink=True)
    yield from (case("concatenate", *args) for args in (([n(2, 3), n(1, 3)],), ([n(2, 3), n(2, 1), n(2, 2)], 1), ([n(2, 3), n(2, 3)], -1), ([n(2, 3)],), ([n(1), n(1)],), ([n(0, 3), n(2, 3)],), ([n(2, 0), n(2, 0)], 1), ([n(0), n(0)],), ([strided, n(2, 2)], 1), ([turned, spread], 2), ([n(3, 2).via("transpose"), n(3).via("expand", [2, 3])], 0), ([i(0, 9, 2), i(0, 9, 3)],), ([b(2, 1), b(2, 2)], 1)))
    yield from (case("stack", *args) for args in (([n(2, 3), n(2, 3)],), ([n(2, 3), n(2, 3), n(2, 3)], 1), ([n(2, 3), n(2, 3)], -1), ([n(), n()],), ([n(1)], 1), ([n(0, 2), n(0, 2)], 1), ([strided, n(2, 4)], 2), ([turned, spread], 1), ([i(0, 9, 2), i(0, 9, 2)],), ([b(2), b(2)], 1)))
    yield from (case(op, x) for op in ("float", "int", "bool") for x in (few(2, 3), i(-2, 3, 2, 3), b(2, 3), few(), few(1), few(0, 2), few(3, 2).via("transpose")))
    yield from (case("to", x, name) for name in ("float32", "int32", "bool") for x in (n(2, 3), i(-2, 3, 2, 3), b(2, 3), n(1), n(0, 2), n(3, 2).via("transpose")))
    yield case("int", of(1.9, -1.9, 0.0, -0.0, 0.5, 16777217.0, -2147483648.0))
    yield case("bool", of(0.0, -0.0, NAN, INF, 1e-30, -2.0))
    yield from (case("detach", x) for x in (n(2, 3), n(), n(1), n(0, 2), n(3, 2).via("transpose"), i(0, 3, 2)))


def indexing():
    turned = i(0, 3, 4, 3).via("transpose")  # [3, 4]
    yield from (case("gather", *args) for args in ((n(3, 4), 0, i(0, 3, 2, 4)), (n(3, 4), 1, i(0, 4, 3, 6)), (n(3, 4), -1, i(0, 4, 2, 2)), (n(3, 4), 0, i(0, 3, 5, 2)), (n(2, 3, 4), 1, i(0, 3, 2, 5, 3)), (n(4), 0, i(0, 4, 7)), (n(1), 0, i(0, 1, 1)), (n(3, 4), 0, i(0, 1, 0, 4)), (n(3, 0), 0, i(0, 3, 2, 0)), (n(0, 3), 1, i(0, 3, 0, 2))))
    yield from (case("gather", *args) for args in ((n(4, 3).via("transpose"), 0, turned), (n(3, 8).via("slice", 1, 1, 8, 2).via("flip", [1]), 1, turned), (n(1, 4).via("expand", [3, 4]), 0, i(0, 3, 1, 4).via("expand", [2, 4])), (i(0, 9, 3, 4), 1, i(0, 4, 3, 2)), (b(3, 4), 0, i(0, 3, 2, 4))))
    yield from (case("scatterAdd", *args) for args in ((n(3, 4), 0, i(0, 3, 5, 4), n(5, 4)), (n(3, 4), 1, i(0, 4, 3, 6), n(3, 6)), (n(3, 4), -1, i(0, 4, 2, 3), n(3, 5)), (n(3, 4), 0, i(0, 3, 2, 2), n(4, 3)), (n(2, 3, 4), 1, i(0, 3, 2, 5, 3), n(2, 5, 4)), (n(4), 0, i(0, 4, 9), n(9)), (n(1), 0, i(0, 1, 1), n(1)), (n(3, 4), 0, i(0, 3, 0, 4), n(0, 4)), (n(3, 0), 0, i(0, 3, 2, 0), n(2, 0))))
    yield from (case("scatterAdd", *args) for args in ((n(4, 3).via("transpose"), 0, turned, n(3, 4).via("flip", [0])), (n(1, 4).via("expand", [3, 4]), 1, i(0, 3, 3, 1).via("expand", [3, 4]), n(3, 8).via("slice", 1, 1, 8, 2)), (i(0, 9, 3, 4), 1, i(0, 4, 3, 6), i(0, 9, 3, 6))))
    yield from (case("indexSelect", *args) for args in ((n(3, 4), 0, i(0, 3, 5)), (n(3, 4), 1, i(0, 4, 2)), (n(2, 3, 4), -2, i(0, 3, 4)), (n(4), 0, i(0, 4, 6)), (n(1), 0, i(0, 1, 1)), (n(3, 4), 0, i(0, 3, 0)), (n(3, 0), 0, i(0, 3, 2)), (n(4, 3).via("transpose"), 0, i(0, 3, 8).via("slice", 0, 1, 8, 3)), (n(3, 8).via("slice", 1, 1, 8, 2).via("flip", [1]), 1, i(0, 4, 5).via("flip", [0])), (n(1, 4).via("expand", [3, 4]), 0, i(0, 3, 1).via("expand", [4])), (i(0, 9, 3, 4), 1, i(0, 4, 2)), (b(3, 2), 0, i(0, 3, 4))))
    yield from (case("embedding", *args) for args in ((i(0, 5, 4), n(5, 3)), (i(0, 5, 2, 3), n(5, 2)), (i(0, 5), n(5, 3)), (i(0, 1, 1), n(1, 1)), (i(0, 5, 0), n(5, 3)), (i(0, 5, 2, 0), n(5, 3)), (i(0, 5, 2), n(5, 0)), (i(0, 3, 4, 3).via("transpose"), n(2, 3).via("transpose")), (i(0, 2, 8).via("slice", 0, 1, 8, 2), n(5, 3).via("slice", 0, 1, 5, 2)), (i(0, 3, 1, 4).via("expand", [2, 4]), n(3, 2).via("flip", [0]))))
    yield from (case("oneHot", *args) for args in ((i(0, 4, 5), 4), (i(0, 3, 2, 3), 3), (i(0, 3), 5), (i(0, 1, 1), 1), (i(0, 3, 0), 3), (i(0, 3, 2, 0), 3), (turned, 3), (i(0, 3, 8).via("slice", 0, 1, 8, 3).via("flip", [0]), 3), (i(0, 3, 1).via("expand", [4]), 3)))


def creation():
    shapes = [[2, 3], [], [1], [0, 3]]
    yield from (case("full", shape, 2.5) for shape in shapes)
    yield from (case("full", [2, 2], value, {"dtype": name}) for value, name in ((7, "int32"), (-3, "float32"), (1, "bool"), (0, "bool"), (2, "bool")))
    yield case("full", [3], INF)
    yield from (case(op, shape) for op in ("zeros", "ones") for shape in shapes)
    yield from (case(op, [2, 3], {"dtype": name}) for op in ("zeros", "ones") for name in ("float32", "int32", "bool"))
    yield from (case("eye", *args) for args in ((3,), (2, 4), (4, 2), (1,), (0,), (0, 3), (3, None, {"dtype": "int32"}), (2, 3, {"dtype": "bool"})))
    yield from (case("arange", *args) for args in ((5,), (2, 7), (1, 8, 3), (5, 0, -2), (0,), (2, 2), (2, 2, -1), (0.5, 3), (0, 1, 0.1), (1, 2, 0.25), (-1.5, 1, 0.5), (2.5,), (0, 5, 2, {"dtype": "float32"}), (1, 10, 4, {"dtype": "int32"}), (1000000, 1000003)))
    yield from (case("linspace", *args) for args in ((0, 1, 5), (-1, 1, 4), (2, -3, 11), (1, 2, 1), (1, 2, 0), (0.1, 0.7, 7), (5, 5, 3), (0, 10, 11), (0, 10, 5, {"dtype": "int32"})))


FAMILIES = [elementwise, reductions, matrices, movement, indexing, creation]


def main():
    warnings.simplefilter("ignore")  # variances of one element are asked for on purpose
    for family in FAMILIES:
        head = json.dumps({"torch": torch.__version__.split("+")[0]}).removesuffix("}")
        lines = ",\n".join(json.dumps(answer, separators=(",", ":")) for answer in family())
        (OUT / f"ops-{family.__name__}.json").write_text(f'{head},"cases":[\n{lines}\n]}}\n')


if __name__ == "__main__":
    main()
