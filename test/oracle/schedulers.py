"""Asks PyTorch for the rates, and momenta, of forty epochs of every scheduler; writes test/fixtures/schedulers.json."""

import json
import math
import pathlib

import torch
from torch.optim import lr_scheduler as schedulers

OUT = pathlib.Path(__file__).parent.parent / "fixtures" / "schedulers.json"
RATES = (0.1, 0.02)

# The functions of LambdaLR, MultiplicativeLR and CyclicLR, which the test has by the same names.
FUNCTIONS = {
    "decay": lambda epoch: 0.9**epoch,
    "alternate": lambda epoch: 0.5 if epoch % 3 == 0 else 1.1,
    "inverse": lambda x: 1 / x,
    "wave": lambda x: 0.5 * (1 + math.sin(x)),
}
MEASURES = [1 / (1 + 0.3 * min(epoch, 7)) + 0.01 * math.sin(epoch) for epoch in range(40)]

CASES = [
    ("LambdaLR", {"lr_lambda": "decay"}),
    ("LambdaLR", {"lr_lambda": ["decay", "alternate"]}),
    ("MultiplicativeLR", {"lr_lambda": "alternate"}),
    ("MultiplicativeLR", {"lr_lambda": ["alternate", "decay"]}),
    ("StepLR", {"step_size": 7}),
    ("StepLR", {"step_size": 3, "gamma": 0.7}),
    ("MultiStepLR", {"milestones": [4, 9, 9, 30]}),
    ("MultiStepLR", {"milestones": [12, 5], "gamma": 0.5}),
    ("ConstantLR", {}),
    ("ConstantLR", {"factor": 0.2, "total_iters": 12}),
    ("ConstantLR", {"total_iters": 0}),
    ("LinearLR", {}),
    ("LinearLR", {"start_factor": 0.1, "end_factor": 0.4, "total_iters": 20}),
    ("LinearLR", {"start_factor": 1.0, "end_factor": 0.0, "total_iters": 10}),
    ("ExponentialLR", {"gamma": 0.9}),
    ("PolynomialLR", {}),
    ("PolynomialLR", {"total_iters": 25, "power": 2.5}),
    ("CosineAnnealingLR", {"T_max": 10}),
    ("CosineAnnealingLR", {"T_max": 13, "eta_min": 0.005}),
    ("CosineAnnealingLR", {"T_max": 50}),
    ("CosineAnnealingWarmRestarts", {"T_0": 7}),
    ("CosineAnnealingWarmRestarts", {"T_0": 4, "T_mult": 2, "eta_min": 0.001}),
    ("OneCycleLR", {"max_lr": 0.5, "total_steps": 40}),
    ("OneCycleLR", {"max_lr": [0.5, 0.1], "epochs": 5, "steps_per_epoch": 8, "anneal_strategy": "linear"}),
    ("OneCycleLR", {"max_lr": 0.5, "total_steps": 40, "three_phase": True, "pct_start": 0.4}),
    ("OneCycleLR", {"max_lr": 1, "total_steps": 50, "div_factor": 10, "final_div_factor": 100, "base_momentum": [0.7, 0.6], "max_momentum": 0.9}),
    ("OneCycleLR", {"max_lr": 0.5, "total_steps": 40, "cycle_momentum": False}),
    ("CyclicLR", {"base_lr": 0.01, "max_lr": 0.1, "step_size_up": 8}),
    ("CyclicLR", {"base_lr": [0.01, 0.02], "max_lr": [0.1, 0.3], "step_size_up": 4, "step_size_down": 9, "mode": "triangular2"}),
    ("CyclicLR", {"base_lr": 0.01, "max_lr": 0.1, "step_size_up": 6, "mode": "exp_range", "gamma": 0.97, "base_momentum": 0.5}),
    ("CyclicLR", {"base_lr": 0.01, "max_lr": 0.1, "step_size_up": 5, "scale_fn": "inverse", "cycle_momentum": False}),
    ("CyclicLR", {"base_lr": 0.01, "max_lr": 0.1, "step_size_up": 5, "scale_fn": "wave", "scale_mode": "iterations"}),
    ("ReduceLROnPlateau", {"patience": 3}),
    ("ReduceLROnPlateau", {"patience": 2, "factor": 0.5, "cooldown": 4, "threshold": 0.05}),
    ("ReduceLROnPlateau", {"patience": 1, "factor": 0.3, "threshold_mode": "abs", "threshold": 0.1, "min_lr": [0.01, 0.001]}),
    ("ReduceLROnPlateau", {"mode": "max", "patience": 4, "factor": 0.2, "eps": 1e-3}),
    ("ReduceLROnPlateau", {"mode": "max", "threshold_mode": "abs", "patience": 6}),
]

# Schedulers made of others: the parts, then the milestones of a sequence.
COMPOSED = [
    ("SequentialLR", [("LinearLR", {"start_factor": 0.1, "total_iters": 5}), ("CosineAnnealingLR", {"T_max": 20})], [5]),
    ("SequentialLR", [("ConstantLR", {"factor": 0.5, "total_iters": 3}), ("ExponentialLR", {"gamma": 0.9}), ("StepLR", {"step_size": 4})], [6, 20]),
    ("SequentialLR", [("PolynomialLR", {"total_iters": 9}), ("CosineAnnealingWarmRestarts", {"T_0": 5, "T_mult": 2})], [9]),
    ("SequentialLR", [("LinearLR", {}), ("LambdaLR", {"lr_lambda": "decay"}), ("MultiStepLR", {"milestones": [2, 8]})], [5, 17]),
    ("SequentialLR", [("ExponentialLR", {"gamma": 0.8})], []),
    ("ChainedScheduler", [("ConstantLR", {"factor": 0.1, "total_iters": 6}), ("ExponentialLR", {"gamma": 0.9})], None),
    ("ChainedScheduler", [("LinearLR", {"total_iters": 8}), ("StepLR", {"step_size": 5, "gamma": 0.5}), ("MultiplicativeLR", {"lr_lambda": "alternate"})], None),
]


def optimizer_of(name):
    groups = [{"params": [torch.nn.Parameter(torch.zeros(2))], "lr": lr} for lr in RATES]
    return torch.optim.SGD(groups, momentum=0.9) if name == "SGD" else torch.optim.Adam(groups)


def function_of(value):
    if isinstance(value, list):
        return [function_of(v) for v in value]
    return FUNCTIONS.get(value, value) if isinstance(value, str) else value


def scheduler_of(optimizer, name, options):
    return getattr(schedulers, name)(optimizer, **{key: function_of(value) for key, value in options.items()})


def rounded(values):
    return [float(f"{v:.10g}") for v in values]


def noted(optimizer, scheduler):
    rates = [group["lr"] for group in optimizer.param_groups]
    assert rates == scheduler.get_last_lr()
    momenta = [group["betas"][0] if "betas" in group else group["momentum"] for group in optimizer.param_groups]
    return rounded(rates), rounded(momenta)


def run(optimizer, scheduler, epochs, measured=False):
    notes = [noted(optimizer, scheduler)]
    for epoch in range(epochs):
        optimizer.step()
        scheduler.step(*([MEASURES[epoch]] if measured else []))
        notes.append(noted(optimizer, scheduler))
    lrs, momenta = zip(*notes)
    return {"lrs": lrs, **({"momenta": momenta} if len(set(map(tuple, momenta))) > 1 else {})}


def case(name, options, kind):
    optimizer = optimizer_of(kind)
    scheduler = scheduler_of(optimizer, name, options)
    notes = run(optimizer, scheduler, 40, name == "ReduceLROnPlateau")
    return {"name": name, "optimizer": kind, "options": options, **notes}


def composed(name, parts, milestones):
    optimizer = optimizer_of("SGD")
    made = [scheduler_of(optimizer, *part) for part in parts]
    options = {"parts": [{"name": part, "options": given} for part, given in parts]}
    if name == "SequentialLR":
        scheduler = schedulers.SequentialLR(optimizer, made, milestones)
        options["milestones"] = milestones
    else:
        scheduler = schedulers.ChainedScheduler(made)
    return {"name": name, "optimizer": "SGD", "options": options, **run(optimizer, scheduler, 40)}


def by_place():
    """CosineAnnealingWarmRestarts, told where it is within an epoch."""
    places = [0.25 * i for i in range(60)]
    notes = []
    for options in ({"T_0": 3}, {"T_0": 2, "T_mult": 2, "eta_min": 0.001}):
        optimizer = optimizer_of("SGD")
        scheduler = scheduler_of(optimizer, "CosineAnnealingWarmRestarts", options)
        lrs = []
        for place in places:
            optimizer.step()
            scheduler.step(place)
            lrs.append(rounded(scheduler.get_last_lr()))
        notes.append({"options": options, "lrs": lrs})
    return {"places": places, "cases": notes}


def main():
    cyclic = ("OneCycleLR", "CyclicLR")
    cases = [case(*one, kind) for one in CASES for kind in ("SGD", "Adam") if kind == "SGD" or one[0] in cyclic]
    fixtures = {
        "torch": torch.__version__.split("+")[0],
        "rates": RATES,
        "measures": MEASURES,
        "cases": cases + [composed(*one) for one in COMPOSED],
        "byPlace": by_place(),
    }
    text = json.dumps(fixtures, separators=(",", ":"))
    OUT.write_text(text.replace('},{"', '},\n{"') + "\n")


main()
