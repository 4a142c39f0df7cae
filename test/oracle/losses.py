"""Asks PyTorch for the value and the gradients of every loss; writes test/fixtures/losses.json.

TORCH says what each of our losses is in PyTorch; the functions below list the cases, one line each. Every case has its
own random numbers, seeded by its text, so changing one changes no other. `edge` marks kinks, infinities and huge numbers,
where difference quotients say nothing.
"""

import json
import pathlib
import re
import warnings
import zlib

import torch
import torch.nn.functional as F

OUT = pathlib.Path(__file__).parent.parent / "fixtures" / "losses.json"
INF, NAN = float("inf"), float("nan")
REDUCTIONS = ("mean", "sum", "none")

# ---- what our losses are in PyTorch ----

DISTANCES = {"manhattan": lambda a, b: (a - b).abs().sum(-1), "squared": lambda a, b: (a - b).square().sum(-1)}


def with_distance(*triplet, distance_function=None, **options):
    return F.triplet_margin_with_distance_loss(*triplet, distance_function=DISTANCES.get(distance_function), **options)


def soft_margin(output, target, **options):
    """In double precision: in float32 it overflows from 89 on. It has no gradient of the target."""
    return F.soft_margin_loss(output.double(), target.detach().double(), **options).float()


def ctc(log_probabilities, targets, input_lengths, target_lengths, **options):
    lengths = (torch.tensor(x) if isinstance(x, (int, list)) else x for x in (input_lengths, target_lengths))
    return F.ctc_loss(log_probabilities, targets, *lengths, **options)


TORCH = {
    "l1Loss": F.l1_loss, "mseLoss": F.mse_loss, "smoothL1Loss": F.smooth_l1_loss, "huberLoss": F.huber_loss,
    "crossEntropyLoss": F.cross_entropy, "nllLoss": F.nll_loss, "bceLoss": F.binary_cross_entropy,
    "bceWithLogitsLoss": F.binary_cross_entropy_with_logits, "klDivLoss": F.kl_div,
    "cosineEmbeddingLoss": F.cosine_embedding_loss, "hingeEmbeddingLoss": F.hinge_embedding_loss,
    "marginRankingLoss": F.margin_ranking_loss, "multiMarginLoss": F.multi_margin_loss,
    "multiLabelMarginLoss": F.multilabel_margin_loss, "multiLabelSoftMarginLoss": F.multilabel_soft_margin_loss,
    "softMarginLoss": soft_margin, "tripletMarginLoss": F.triplet_margin_loss, "tripletMarginWithDistanceLoss": with_distance,
    "poissonNLLLoss": F.poisson_nll_loss, "gaussianNLLLoss": F.gaussian_nll_loss, "ctcLoss": ctc,
}  # fmt: skip

# ---- inputs ----

DRAWS = {
    "n": lambda shape, g: torch.randn(shape, generator=g),
    "u": lambda shape, g: torch.rand(shape, generator=g) * 0.9 + 0.05,
    "counts": lambda shape, g: torch.randint(0, 6, shape, generator=g).float(),
    "signs": lambda shape, g: torch.randint(0, 2, shape, generator=g).float() * 2 - 1,
    "bits": lambda shape, g: torch.randint(0, 2, shape, generator=g).float(),
    "softmax": lambda shape, g: torch.randn(shape, generator=g).softmax(-1),
    "logSoftmax": lambda shape, g: torch.randn(shape, generator=g).log_softmax(-1),
}


class Draw:
    """A tensor that is drawn, or the values themselves; it prints as it was written, which seeds its case."""

    def __init__(self, draw, *shape, whole=False):
        self.draw, self.shape, self.whole = draw, shape, whole

    def __repr__(self):
        return f"{self.draw}{list(self.shape)}{'int' if self.whole else ''}"

    def tensor(self, generator):
        if self.draw == "labels":
            return torch.randint(self.shape[0], self.shape[1], self.shape[2:], generator=generator)
        if not isinstance(self.draw, str):
            return torch.tensor(self.draw, dtype=torch.int64 if self.whole else torch.float32)
        drawn = DRAWS[self.draw](self.shape, generator)
        return drawn.long() if self.whole else drawn


def draw(name, whole=False):
    return lambda *shape: Draw(name, *shape, whole=whole)


n, u, counts, signs, bits, softmax, log_softmax = map(draw, DRAWS)
whole_signs = draw("signs", whole=True)


def labels(classes, *shape, low=0):
    return Draw("labels", low, classes, *shape)


def of(*values):
    return Draw(list(values))


def whole(*values):
    return Draw(list(values), whole=True)


def number(v):
    return "NaN" if v != v else "Infinity" if v == INF else "-Infinity" if v == -INF else f"{v:.9g}"


def text(t):
    return " ".join(number(v) for v in t.detach().flatten().tolist())


def listed(t):
    dtype = "int32" if t.dtype == torch.int64 else str(t.dtype).removeprefix("torch.")
    return {"shape": list(t.shape), "dtype": dtype, "values": text(t)}


def shown(x):
    return listed(x) if isinstance(x, torch.Tensor) else x


def snake(key):
    return re.sub(r"[A-Z]", lambda letter: "_" + letter.group().lower(), key).replace("_n_l_l", "_nll")


def case(loss, inputs, edge=False, constant=(), **options):
    """What PyTorch answers; inputs numbered in `constant` are given without a gradient."""
    generator = torch.Generator().manual_seed(zlib.crc32(f"{loss} {inputs} {options}".encode()))
    given, options = ([x.tensor(generator) if isinstance(x, Draw) else x for x in xs] for xs in (inputs, options.items()))
    options = {key: value.tensor(generator) if isinstance(value, Draw) else value for key, value in options}
    for i, x in enumerate(given):
        if isinstance(x, torch.Tensor) and x.is_floating_point() and i not in constant:
            x.requires_grad_()
    out = TORCH[loss](*given, **{snake(key): value for key, value in options.items()})
    upstream = DRAWS["n"](out.shape, generator)
    out.backward(upstream)
    grads = [text(x.grad) if isinstance(x, torch.Tensor) and x.grad is not None else None for x in given]
    return {
        "loss": loss, "inputs": [shown(x) for x in given], "options": {key: shown(value) for key, value in options.items()},
        "out": listed(out), "upstream": text(upstream), "grads": grads, **({"edge": True} if edge else {}),
    }  # fmt: skip


def reduced(loss, inputs, **options):
    for reduction in REDUCTIONS:
        yield case(loss, inputs, reduction=reduction, **options)


# ---- cases ----

ENDS = of(-INF, INF, 0.0, 1.0, -1.0, 2.0, INF, 1e30, -1e30, 0.5)
TO = of(0.0, 0.0, 0.0, 0.0, 0.0, 0.0, INF, 0.0, 1.0, 0.5)
LOGITS = [-INF, -1e30, -200.0, -100.0, -89.0, -20.0, -1e-3, 0.0, 1e-8, 20.0, 89.0, 100.0, 200.0, 1e30, INF, NAN]


def differences():
    for loss, more in (("l1Loss", [{}]), ("mseLoss", [{}]), ("smoothL1Loss", [{}, {"beta": 0.3}, {"beta": 0}]), ("huberLoss", [{}, {"delta": 0.3}])):
        for options in more:
            for shape in ([3, 4], [], [2, 1, 3]):
                yield from reduced(loss, [n(*shape), n(*shape)], **options)
            yield case(loss, [n(0, 3), n(0, 3)], reduction="sum", **options)
            yield case(loss, [ENDS, TO], edge=True, reduction="none", **options)
    for loss in ("l1Loss", "mseLoss", "huberLoss"):
        yield from reduced(loss, [n(3, 4), n(3, 4)], weight=u(3, 4))


def classes():
    for loss, output in (("crossEntropyLoss", n), ("nllLoss", log_softmax)):
        for shape, target in (([5], labels(5)), ([4, 5], labels(5, 4)), ([2, 5, 3], labels(5, 2, 3)), ([2, 5, 2, 3], labels(5, 2, 2, 3))):
            for options in ({}, {"weight": u(5)}, {"weight": u(5), "ignoreIndex": 2}):
                yield from reduced(loss, [output(*shape), target], **options)
        yield case(loss, [output(3, 5), whole(0, -100, 4)], weight=u(5))
        yield case(loss, [output(2, 5), whole(-100, -100)], edge=True)
        # what is ignored may be infinite, and what has no probability costs infinitely much
        rows = Draw([[-INF, 1.0, 2.0], [0.0, -INF, -1.0], [-INF, -1.0, 0.5]])
        yield case(loss, [rows, whole(-100, 0, 2)], edge=True)
        yield case(loss, [rows, whole(-100, 1, 0)], edge=True, reduction="none")
        yield case(loss, [Draw([[1e30, -1e30], [300.0, 1.0], [NAN, 1.0]]), whole(1, 0, 1)], edge=True, reduction="none")
    for options in ({}, {"weight": u(5)}, {"labelSmoothing": 0.2}, {"weight": u(5), "labelSmoothing": 1.0}):
        yield from reduced("crossEntropyLoss", [n(3, 5, 2), softmax(3, 5, 2)], **options)
        yield case("crossEntropyLoss", [n(5), softmax(5)], **options)
    yield case("crossEntropyLoss", [n(3, 5), whole(1, -100, 4)], labelSmoothing=0.2, weight=u(5))


def binary():
    for shape, weights in (([3, 4], ([3, 4], [4], [3, 1])), ([], ([],)), ([2, 1, 3], ([1],))):
        for loss, output in (("bceLoss", u), ("bceWithLogitsLoss", n)):
            yield from reduced(loss, [output(*shape), u(*shape)])
            for weight in weights:
                yield from reduced(loss, [output(*shape), bits(*shape)], constant=[1], weight=u(*weight))
        for weight in weights:
            yield from reduced("bceWithLogitsLoss", [n(*shape), u(*shape)], posWeight=counts(*weight))
    yield case("bceWithLogitsLoss", [n(3, 4), u(3, 4)], weight=u(3, 1), posWeight=u(4))
    for target in (0.0, 1.0, 0.3):
        ends = [0.0, 1e-30, 1e-7, 0.5, 1 - 6e-8, 1.0]
        yield case("bceLoss", [of(*ends), of(*[target] * 6)], edge=True, reduction="none")
        for options in ({}, {"posWeight": of(2.0)}, {"posWeight": of(0.5)}):
            yield case("bceWithLogitsLoss", [of(*LOGITS), of(*[target] * len(LOGITS))], edge=True, reduction="none", **options)


def divergences():
    for shape in ([3, 4], [5], [], [2, 3, 2]):
        for reduction in (*REDUCTIONS, "batchmean"):
            yield case("klDivLoss", [n(*shape), u(*shape)], reduction=reduction)
            yield case("klDivLoss", [n(*shape), n(*shape)], reduction=reduction, logTarget=True)
    yield case("klDivLoss", [of(-INF, -INF, 0.0, -1.0, -2.0, NAN, -1.0), of(0.0, 0.5, 0.0, 0.3, 1.0, 0.2, -0.5)], edge=True, reduction="none")
    yield case("klDivLoss", [of(-INF, -INF, 0.0, -1.0, -2.0, NAN), of(-INF, -1.0, -INF, -0.3, 0.0, 0.2)], edge=True, reduction="none", logTarget=True)
    for shape in ([3, 4], []):
        for options in ({}, {"full": True}, {"logInput": False}, {"logInput": False, "full": True, "eps": 0.1}):
            output = u if options.get("logInput") is False else n
            # with `full` PyTorch's gradient of a target 0 is NaN
            yield from reduced("poissonNLLLoss", [output(*shape), counts(*shape)], constant=[1] if options.get("full") else [], **options)
            yield case("poissonNLLLoss", [output(4), of(0.5, 1.0, 2.0, 7.5)], edge=True, **options)
    yield case("poissonNLLLoss", [of(-INF, INF, 0.0, 100.0, -1.0, 1.0), of(0.0, 1.0, 0.0, 2.0, 1.0, 5.0)], edge=True, reduction="none")
    yield case("poissonNLLLoss", [of(0.0, INF, 1.0, 100.0, 0.0), of(0.0, 1.0, 0.0, 2.0, 1.0)], edge=True, reduction="none", logInput=False)
    for variance in (u(2, 3), u(2, 1), u(2), u(1, 3), 0.5):
        for full in (False, True):
            yield from reduced("gaussianNLLLoss", [n(2, 3), n(2, 3), variance], full=full)
    yield case("gaussianNLLLoss", [n(2, 3, 2), n(2, 1, 2), u(2, 1, 2)], eps=0.01)
    yield case("gaussianNLLLoss", [n(), n(), u()])
    yield case("gaussianNLLLoss", [of(0.0, INF, 1.0, 1.0, 1.0, 1.0), of(0.0, 0.0, 0.0, 2.0, 0.0, 0.5), of(0.0, 1.0, 0.0, INF, 1e-30, 0.2)], edge=True, reduction="none", eps=0.3)


def pairs():
    for target in (signs, whole_signs):
        yield from reduced("softMarginLoss", [n(3, 4), target(3, 4)])
        yield from reduced("hingeEmbeddingLoss", [n(3, 4), target(3, 4)])
        yield from reduced("hingeEmbeddingLoss", [n(2, 2), target(2, 2)], margin=0.3)
        for margin in ({}, {"margin": 0.4}, {"margin": -0.3}):
            yield from reduced("cosineEmbeddingLoss", [n(4, 3), n(4, 3), target(4)], **margin)
            yield from reduced("marginRankingLoss", [n(5), n(5), target(5)], **margin)
        yield case("cosineEmbeddingLoss", [n(3), n(3), target()])
        yield case("marginRankingLoss", [n(), n(), target()], margin=2)
    yield case("marginRankingLoss", [n(2, 3), n(2, 3), n(2, 3)], reduction="sum")
    for sign in (1.0, -1.0):
        ends = [x for x in LOGITS if abs(x) < 1e30]  # its gradient at infinity is NaN
        yield case("softMarginLoss", [of(*ends), of(*[sign] * len(ends))], edge=True, reduction="none")
        yield case("hingeEmbeddingLoss", [of(-INF, -1.0, 0.0, 1.0, 2.0, INF, NAN), of(*[sign] * 7)], edge=True, reduction="none")
    yield case("softMarginLoss", [of(100.0, -50.0, 1.0), of(0.5, -0.3, 0.0)], edge=True, reduction="none")
    yield case("marginRankingLoss", [of(0.0, INF, 1.0, -INF, 2.0), of(0.0, 0.0, 1.0, 2.0, NAN), of(1.0, 1.0, -1.0, 1.0, 1.0)], edge=True, constant=[2], reduction="none")
    flat = Draw([[0.0, 0.0], [1.0, 0.0], [1.0, 0.0], [1e30, 0.0], [INF, 0.0], [3.0, 4.0]])
    other = Draw([[0.0, 0.0], [0.0, 0.0], [0.0, 1.0], [1e30, 0.0], [1.0, 0.0], [-4.0, 3.0]])
    for target in (whole(1, -1, -1, 1, 1, 1), whole(-1, 1, 1, -1, 1, -1)):
        yield case("cosineEmbeddingLoss", [flat, other, target], edge=True, reduction="none")


def margins():
    for options in ({}, {"p": 2}, {"margin": 0.4}, {"weight": u(5)}, {"p": 2, "margin": 1.5, "weight": u(5)}):
        yield from reduced("multiMarginLoss", [n(4, 5), labels(5, 4)], **options)
        yield case("multiMarginLoss", [n(5), labels(5)], **options)
    rows = Draw([[1.0, 0.0, 1.0, 5.0], [INF, 0.0, 0.0, 0.0], [INF, 0.0, 0.0, 0.0], [-INF, 0.0, 0.0, 0.0], [2.0, 1.0, 1.0, 0.0]])
    for p in (1, 2):
        yield case("multiMarginLoss", [rows, whole(0, 0, 1, 0, 0)], edge=True, p=p, reduction="none")
    for output, target in ((n(3, 4), Draw([[3, 0, -1, 1], [-1, 2, 2, 2], [1, 1, 2, -1]], whole=True)), (n(4), whole(0, 1, 2, 3)), (n(2, 1), Draw([[0], [-1]], whole=True)), (n(2, 5), labels(5, 2, 5, low=-1))):
        yield from reduced("multiLabelMarginLoss", [output, target])
    yield case("multiLabelMarginLoss", [rows, Draw([[0, 3, -1, 0], [0, -1, -1, -1], [1, -1, -1, -1], [0, -1, 1, 1], [0, -1, 0, 0]], whole=True)], edge=True, reduction="none")
    for shape, weight in (([3, 4], [4]), ([4], [4]), ([2, 3, 4], [3, 1]), ([1, 1], [1])):
        yield from reduced("multiLabelSoftMarginLoss", [n(*shape), bits(*shape)])
        yield from reduced("multiLabelSoftMarginLoss", [n(*shape), u(*shape)], weight=u(*weight))
    yield case("multiLabelSoftMarginLoss", [Draw([[-200.0, 200.0, 1e30], [INF, 1.0, -1.0], [20.0, -20.0, -1e-8]]), Draw([[1.0, 0.0, 1.0], [0.0, 1.0, 0.0], [1.0, 0.0, 0.5]])], edge=True, reduction="none")


def triplets():
    for options in ({}, {"p": 1}, {"p": 3}, {"p": 1.5, "margin": 2}, {"p": 0.5}, {"swap": True}, {"p": 3, "swap": True, "eps": 0.01}):
        yield from reduced("tripletMarginLoss", [n(4, 3), n(4, 3), n(4, 3)], **options)
    yield case("tripletMarginLoss", [n(3), n(3), n(3)], margin=0.5)
    yield case("tripletMarginLoss", [n(2, 2, 3), n(2, 2, 3), n(2, 2, 3)], reduction="none")
    same = Draw([[0.0, 0.0], [1.0, 0.0], [INF, 0.0]]), Draw([[0.0, 0.0], [0.0, 0.0], [1.0, 0.0]]), Draw([[0.0, 0.0], [0.0, 0.0], [0.0, 0.0]])
    for options in ({}, {"eps": 0}, {"eps": 0, "p": 1}, {"eps": 0, "p": 3}, {"eps": 0, "p": 0.5}, {"eps": 0, "p": 1.5}):
        yield case("tripletMarginLoss", [x if "p" not in options else Draw(x.draw[:2]) for x in same], edge=True, reduction="none", **options)
    for options in ({}, {"distanceFunction": "manhattan"}, {"distanceFunction": "squared", "swap": True}, {"margin": 0.2}):
        yield from reduced("tripletMarginWithDistanceLoss", [n(4, 3), n(4, 3), n(4, 3)], **options)
    yield case("tripletMarginWithDistanceLoss", [n(3), n(3), n(3)])


def sequences():
    padded, joined = Draw([[1, 2, 2, 0], [3, 9, 9, 9], [1, 1, 1, 2]], whole=True), whole(1, 2, 2, 3, 1, 1, 1, 2)
    for targets in (padded, joined):
        for options in ({}, {"zeroInfinity": True}):
            yield from reduced("ctcLoss", [log_softmax(8, 3, 5), targets, [8, 5, 7], [3, 1, 4]], **options)
    yield from reduced("ctcLoss", [log_softmax(6, 2, 4), labels(3, 2, 3), [6, 4], [3, 2]], blank=3)
    yield from reduced("ctcLoss", [log_softmax(6, 2, 4), labels(4, 2, 3, low=1), [6, 3], [2, 0]])
    yield case("ctcLoss", [log_softmax(12, 1, 3), Draw([[1, 2, 1, 1, 2]], whole=True), [12], [5]])
    yield case("ctcLoss", [n(5, 2, 3), labels(3, 2, 2, low=1), [5, 5], [2, 2]])
    for options in ({}, {"reduction": "none"}):
        yield case("ctcLoss", [log_softmax(5, 4), labels(4, 3, low=1), 5, 3], **options)
        yield case("ctcLoss", [log_softmax(5, 4), labels(4, 1, 3, low=1), [5], [2]], **options)
    for zero in (False, True):
        for reduction in REDUCTIONS:
            yield case("ctcLoss", [log_softmax(3, 3, 3), Draw([[1, 1], [1, 2], [2, 1]], whole=True), [2, 3, 0], [2, 2, 1]], edge=True, zeroInfinity=zero, reduction=reduction)
    yield case("ctcLoss", [log_softmax(3, 2, 3), whole(), [3, 0], [0, 0]], edge=True, reduction="none")
    # where a probability is 0 PyTorch's gradient is NaN, even where no way goes through it
    certain = [Draw([[[0.0, x, x]], [[x, 0.0, x]], [[x, x, 0.0]]]) for x in (-1e30, -INF)]
    yield case("ctcLoss", [certain[0], whole(1, 2), [3], [2]], edge=True, reduction="none")
    yield case("ctcLoss", [certain[1], whole(2, 1), [3], [2]], edge=True, reduction="none", zeroInfinity=True)


def main():
    warnings.simplefilter("ignore")  # integers where PyTorch would rather have floats, and KLDiv's 'mean'
    cases = [c for family in (differences, classes, binary, divergences, pairs, margins, triplets, sequences) for c in family()]
    lines = ",\n".join(json.dumps(c, separators=(",", ":"), allow_nan=False) for c in cases)
    OUT.write_text(f'{{"torch":"{torch.__version__.split("+")[0]}","cases":[\n{lines}\n]}}\n')


main()
