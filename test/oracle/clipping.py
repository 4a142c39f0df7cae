"""Asks PyTorch to clip gradients and to make vectors of parameters; writes test/fixtures/clipping.json."""

import json
import math
import pathlib

import torch
from torch.nn.utils import clip_grad_norm_, clip_grad_value_, parameters_to_vector

OUT = pathlib.Path(__file__).parent.parent / "fixtures" / "clipping.json"

torch.manual_seed(5)
SHAPES = [[3, 2], [4], []]
VALUES = [torch.randn(shape) for shape in SHAPES]
GRADIENTS = [torch.randn(shape) * 2 for shape in SHAPES]


def rounded(t):
    return [float(f"{v:.8g}") for v in t.flatten().tolist()]


def parameters():
    made = [v.clone().requires_grad_() for v in VALUES]
    for p, g in zip(made, GRADIENTS):
        p.grad = g.clone()
    return made


def by_norm(max_norm, norm_type):
    made = parameters()
    norm = clip_grad_norm_(made, max_norm, norm_type=norm_type).item()
    shown = "inf" if math.isinf(norm_type) else norm_type
    return {"maxNorm": max_norm, "normType": shown, "norm": norm, "gradients": [rounded(p.grad) for p in made]}


def by_value(limit):
    made = parameters()
    clip_grad_value_(made, limit)
    return {"clipValue": limit, "gradients": [rounded(p.grad) for p in made]}


fixtures = {
    "torch": torch.__version__.split("+")[0],
    "shapes": SHAPES,
    "values": [rounded(v) for v in VALUES],
    "gradients": [rounded(g) for g in GRADIENTS],
    "byNorm": [by_norm(m, p) for m in (0.5, 3, 100) for p in (1, 2, 3, 2.5, math.inf)],
    "byValue": [by_value(v) for v in (0, 0.3, 2)],
    "vector": rounded(parameters_to_vector(VALUES)),
}
OUT.write_text(json.dumps(fixtures, separators=(",", ":")).replace('},{"', '},\n{"') + "\n")
