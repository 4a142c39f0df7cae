"""Asks PyTorch's line search, in float64, along functions of one number; writes test/fixtures/line-search.json."""

import json
import pathlib

import torch
from torch.optim.lbfgs import _strong_wolfe

OUT = pathlib.Path(__file__).parent.parent / "fixtures" / "line-search.json"

# The test has them by the same names. All fall at 0, and curve by more than rounding does.
FUNCTIONS = {
    "bowl": lambda x: (x - 3) ** 2,
    "steep": lambda x: (x - 0.01) ** 4 - x,
    "waves": lambda x: torch.cos(3 * x) * 0.6 - 0.7 * x + 0.05 * x**2,
    "valley": lambda x: 1 / (1 + (x - 2) ** 2) * -1 + 0.01 * x**2,
    "far": lambda x: torch.log(1 + (x - 500) ** 2),
    "slope": lambda x: -x,
    "kink": lambda x: torch.sqrt((x - 1) ** 2 + 1e-2),
}


def search(name, t, limit):
    places = []

    def value(x):
        x = torch.tensor([x], dtype=torch.float64, requires_grad=True)
        y = FUNCTIONS[name](x).sum()
        y.backward()
        return y.item(), x.grad

    def objective(_, step, __):
        places.append(float(step))
        return value(float(step))

    loss, gradient = value(0.0)
    d = torch.ones(1, dtype=torch.float64)
    found, _, length, evaluations = _strong_wolfe(objective, None, t, d, loss, gradient, gradient.dot(d), max_ls=limit)
    return {
        "name": name, "t": t, "limit": limit, "places": places,
        "length": float(length), "loss": float(found), "evaluations": evaluations,
    }


fixtures = {
    "torch": torch.__version__.split("+")[0],
    "cases": [search(name, t, limit) for name in FUNCTIONS for t in (1e-4, 0.05, 1.0, 7.0, 300.0) for limit in (0, 3, 25)],
}
OUT.write_text(json.dumps(fixtures, separators=(",", ":")).replace('},{"', '},\n{"') + "\n")
