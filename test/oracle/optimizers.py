"""Asks PyTorch for thirty steps of every optimizer; writes test/fixtures/optimizers.json.

Lion, LAMB and ScheduleFreeAdamW, which PyTorch does not have, are the papers' formulas in numpy, in float64. Muon iterates
in float32 here, where PyTorch rounds to bfloat16. Cases in which PyTorch itself, in float32 and in float64, goes two ways
are refused: there is nothing to compare.
"""

import json
import pathlib

import numpy as np
import torch

OUT = pathlib.Path(__file__).parent.parent / "fixtures" / "optimizers.json"
NOTED = (1, 2, 5, 10, 20, 30)

CASES = [
    ("SGD", {"lr": 0.1}),
    ("SGD", {"lr": 0.05, "weight_decay": 0.1, "momentum": 0.9, "dampening": 0.3}),
    ("SGD", {"lr": 0.05, "momentum": 0.9, "nesterov": True, "weight_decay": 0.01}),
    ("SGD", {"lr": 0.01, "momentum": 0.5, "maximize": True}),
    ("ASGD", {}),
    ("ASGD", {"lr": 0.1, "lambd": 0.1, "alpha": 0.5, "t0": 4}),
    ("ASGD", {"lr": 0.02, "weight_decay": 0.1, "maximize": True}),
    ("Adagrad", {}),
    ("Adagrad", {"lr": 0.1, "lr_decay": 0.05, "weight_decay": 0.1}),
    ("Adagrad", {"lr": 0.05, "initial_accumulator_value": 0.5, "eps": 1e-3, "maximize": True}),
    ("Adadelta", {}),
    ("Adadelta", {"lr": 0.5, "rho": 0.7, "eps": 1e-4, "weight_decay": 0.1}),
    ("Adadelta", {"lr": 0.3, "maximize": True}),
    ("RMSprop", {}),
    ("RMSprop", {"lr": 0.02, "alpha": 0.9, "eps": 1e-3, "weight_decay": 0.1}),
    ("RMSprop", {"lr": 0.01, "momentum": 0.9}),
    ("RMSprop", {"lr": 0.01, "centered": True, "alpha": 0.8, "eps": 1e-2}),
    ("RMSprop", {"lr": 0.005, "centered": True, "momentum": 0.5, "eps": 1e-2, "maximize": True}),
    ("Rprop", {}),
    ("Rprop", {"lr": 0.05, "etas": [0.4, 1.3], "step_sizes": [0.01, 0.1]}),
    ("Rprop", {"lr": 0.002, "maximize": True}),
    ("Adam", {"lr": 0.05, "betas": [0.8, 0.95], "eps": 1e-4, "weight_decay": 0.1}),
    ("Adam", {"lr": 0.05, "amsgrad": True}),
    ("Adam", {"lr": 0.01, "maximize": True}),
    ("AdamW", {"lr": 0.05, "betas": [0.8, 0.95], "weight_decay": 0.2}),
    ("AdamW", {"lr": 0.05, "amsgrad": True}),
    ("AdamW", {"lr": 0.01, "maximize": True}),
    ("Adamax", {}),
    ("Adamax", {"lr": 0.05, "betas": [0.8, 0.9], "eps": 1e-3, "weight_decay": 0.1}),
    ("Adamax", {"lr": 0.01, "maximize": True}),
    ("NAdam", {}),
    ("NAdam", {"lr": 0.05, "betas": [0.8, 0.95], "eps": 1e-4, "weight_decay": 0.1, "momentum_decay": 0.1}),
    ("NAdam", {"lr": 0.05, "weight_decay": 0.1, "decoupled_weight_decay": True}),
    ("NAdam", {"lr": 0.01, "maximize": True}),
    ("RAdam", {}),
    ("RAdam", {"lr": 0.05, "betas": [0.8, 0.95], "eps": 1e-4, "weight_decay": 0.1}),
    ("RAdam", {"lr": 0.05, "weight_decay": 0.1, "decoupled_weight_decay": True}),
    ("RAdam", {"lr": 0.01, "maximize": True}),
    ("Adafactor", {}),
    ("Adafactor", {"lr": 0.03, "beta2_decay": -0.5, "eps": [1e-3, 0.01], "d": 2, "weight_decay": 0.1}),
    ("Adafactor", {"lr": 0.05, "maximize": True}),
    ("Muon", {}),
    ("Muon", {"lr": 0.01, "momentum": 0.8, "nesterov": False, "weight_decay": 0, "adjust_lr_fn": "original"}),
    ("Muon", {"lr": 0.02, "ns_coefficients": [3, -3.2, 1.2], "ns_steps": 3, "adjust_lr_fn": "match_rms_adamw"}),
    ("LBFGS", {"max_iter": 2}),
    ("LBFGS", {"max_iter": 2, "history_size": 2}),
    ("LBFGS", {"lr": 0.5, "max_iter": 4, "max_eval": 3}),
    ("LBFGS", {"lr": 0.2, "max_iter": 6, "tolerance_grad": 1e-2, "tolerance_change": 1e-3}),
    ("LBFGS", {"max_iter": 1, "max_eval": 20, "history_size": 5, "tolerance_grad": 1e-3, "line_search_fn": "strong_wolfe"}),
    ("LBFGS", {"lr": 3, "max_iter": 2, "max_eval": 12, "tolerance_grad": 1e-2, "line_search_fn": "strong_wolfe"}),
    ("LBFGS", {"lr": 10, "max_iter": 1, "max_eval": 20, "tolerance_grad": 1e-2, "line_search_fn": "strong_wolfe"}),
    ("Lion", {}),
    ("Lion", {"lr": 0.01, "betas": [0.8, 0.9], "weight_decay": 0.5}),
    ("Lion", {"lr": 0.003, "maximize": True}),
    ("LAMB", {}),
    ("LAMB", {"lr": 0.05, "betas": [0.8, 0.95], "eps": 1e-4, "weight_decay": 0.1}),
    ("LAMB", {"lr": 0.01, "weight_decay": 0, "maximize": True}),
    ("ScheduleFreeAdamW", {}),
    ("ScheduleFreeAdamW", {"lr": 0.05, "betas": [0.8, 0.95], "eps": 1e-4, "weight_decay": 0.1, "warmup_steps": 7}),
    ("ScheduleFreeAdamW", {"lr": 0.01, "maximize": True}),
]


class Lion:
    """https://arxiv.org/abs/2302.06675, algorithm 2."""

    def __init__(self, lr=1e-4, betas=(0.9, 0.99), weight_decay=0.0):
        self.lr, self.betas, self.weight_decay = lr, betas, weight_decay
        self.m = 0

    def step(self, p, g, t):
        c = self.betas[0] * self.m + (1 - self.betas[0]) * g
        self.m = self.betas[1] * self.m + (1 - self.betas[1]) * g
        return p - self.lr * (np.sign(c) + self.weight_decay * p)


class LAMB:
    """https://arxiv.org/abs/1904.00962, algorithm 2."""

    def __init__(self, lr=1e-3, betas=(0.9, 0.999), eps=1e-6, weight_decay=0.01):
        self.lr, self.betas, self.eps, self.weight_decay = lr, betas, eps, weight_decay
        self.m = self.v = 0

    def step(self, p, g, t):
        self.m = self.betas[0] * self.m + (1 - self.betas[0]) * g
        self.v = self.betas[1] * self.v + (1 - self.betas[1]) * g**2
        m, v = self.m / (1 - self.betas[0] ** t), self.v / (1 - self.betas[1] ** t)
        update = m / (np.sqrt(v) + self.eps) + self.weight_decay * p
        ratio = np.linalg.norm(p.ravel()) / np.linalg.norm(update.ravel())
        return p - self.lr * ratio * update


class ScheduleFreeAdamW:
    """https://arxiv.org/abs/2405.15682, algorithm 1. What `step` returns is y, where the next gradient is taken."""

    def __init__(self, lr=2.5e-3, betas=(0.9, 0.999), eps=1e-8, weight_decay=0.0, warmup_steps=0):
        self.lr, self.betas, self.eps, self.weight_decay, self.warmup = lr, betas, eps, weight_decay, warmup_steps
        self.x = self.z = None
        self.v = 0
        self.rates = 0

    def step(self, y, g, t):
        if t == 1:
            self.x = self.z = y
        self.v = self.betas[1] * self.v + (1 - self.betas[1]) * g**2
        rate = self.lr * np.sqrt(1 - self.betas[1] ** t) * (min(1, t / self.warmup) if self.warmup else 1)
        self.z = self.z - rate * g / (np.sqrt(self.v) + self.eps) - rate * self.weight_decay * y
        self.rates += rate**2
        c = rate**2 / self.rates
        self.x = (1 - c) * self.x + c * self.z
        return (1 - self.betas[0]) * self.z + self.betas[0] * self.x


PAPERS = {"Lion": Lion, "LAMB": LAMB, "ScheduleFreeAdamW": ScheduleFreeAdamW}


class FromPaper:
    """A formula of numpy arrays as an optimizer of tensors."""

    def __init__(self, name, parameters, maximize=False, **options):
        self.parameters, self.sign, self.t = parameters, -1 if maximize else 1, 0
        self.formulas = [PAPERS[name](**options) for _ in parameters]
        self.values = [p.detach().numpy().astype(np.float64) for p in parameters]

    def zero_grad(self):
        for p in self.parameters:
            p.grad = None

    def step(self):
        self.t += 1
        for i, (p, formula) in enumerate(zip(self.parameters, self.formulas)):
            self.values[i] = formula.step(self.values[i], self.sign * p.grad.numpy().astype(np.float64), self.t)
            p.data = torch.tensor(self.values[i], dtype=torch.float32)

    def averages(self):
        return [formula.x for formula in self.formulas]


def rounded(values):
    return [float(f"{v:.8g}") for v in values]


def listed(tensors):
    return [rounded(np.asarray(t.detach() if isinstance(t, torch.Tensor) else t).ravel().tolist()) for t in tensors]


torch.manual_seed(1)
START = [torch.randn(3, 4), torch.randn(4), torch.randn(4, 2)]
X, Y = torch.randn(8, 3), torch.randn(8, 2)


def run(name, options, dtype=torch.float32):
    """A network with a hidden layer on one batch; the gradients come from the model, so errors would add up."""
    torch.Tensor.bfloat16 = lambda t: t.clone()
    parameters = [p.to(dtype, copy=True).requires_grad_() for p in START]
    w, b, v = parameters
    x, y = X.to(dtype), Y.to(dtype)
    trained = [w, v] if name == "Muon" else parameters
    optimizer = FromPaper(name, trained, **options) if name in PAPERS else getattr(torch.optim, name)(trained, **options)
    losses = []

    def closure():
        optimizer.zero_grad()
        loss = ((torch.tanh(x @ w + b) @ v - y) ** 2).mean()
        if name == "LBFGS":  # one minimum
            loss = loss + 0.3 * sum((p**2).sum() for p in parameters)
        loss.backward()
        return loss

    steps = []
    for t in range(1, 31):
        if name == "LBFGS":
            losses.append(optimizer.step(closure).item())
        else:
            closure()
            optimizer.step()
        if t in NOTED:
            steps.append(listed(parameters))
    case = {"name": name, "options": options, "steps": steps}
    if name == "ScheduleFreeAdamW":
        case["averages"] = listed(optimizer.averages())
    if name == "LBFGS":
        case["losses"] = rounded(losses)
    return case


def checked(name, options):
    case = run(name, options)
    exact = case if name in PAPERS else run(name, options, torch.float64)
    pairs = [(np.array(a), np.array(b)) for one, other in zip(case["steps"], exact["steps"]) for a, b in zip(one, other)]
    worst = max(np.abs(a - b).max() / np.abs(b).max() for a, b in pairs)
    assert worst < 5e-6, f"{name} {options} goes two ways: {worst}"
    return case


def main():
    shown = [{"shape": list(t.shape), "values": t.flatten().tolist()} for t in (*START, X, Y)]
    fixtures = {
        "torch": torch.__version__.split("+")[0],
        "noted": NOTED,
        "start": shown[:3],
        "x": shown[3],
        "y": shown[4],
        "cases": [checked(*case) for case in CASES],
    }
    text = json.dumps(fixtures, separators=(",", ":"))
    OUT.write_text(text.replace('},{"', '},\n{"') + "\n")


main()
