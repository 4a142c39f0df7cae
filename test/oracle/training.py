"""Asks PyTorch for optimizer runs, losses and Linear's initialisation; writes test/fixtures/training.json."""

import json
import pathlib

import torch
import torch.nn.functional as F

OUT = pathlib.Path(__file__).parent.parent / "fixtures" / "training.json"


def listed(t):
    return {"shape": list(t.shape), "dtype": str(t.dtype).removeprefix("torch."), "values": t.detach().flatten().tolist()}


OPTIMIZERS = [
    ("SGD", {"lr": 0.1}),
    ("SGD", {"lr": 0.05, "weight_decay": 0.1}),
    ("SGD", {"lr": 0.05, "momentum": 0.9}),
    ("SGD", {"lr": 0.05, "momentum": 0.9, "dampening": 0.3}),
    ("SGD", {"lr": 0.05, "momentum": 0.9, "nesterov": True, "weight_decay": 0.01}),
    ("SGD", {"lr": 0.01, "momentum": 0.5, "maximize": True}),
    ("Adam", {"lr": 0.05}),
    ("Adam", {"lr": 0.05, "betas": [0.8, 0.95], "eps": 1e-4, "weight_decay": 0.1}),
    ("Adam", {"lr": 0.05, "amsgrad": True}),
    ("Adam", {"lr": 0.01, "maximize": True}),
    ("AdamW", {"lr": 0.05}),
    ("AdamW", {"lr": 0.05, "betas": [0.8, 0.95], "weight_decay": 0.2}),
    ("AdamW", {"lr": 0.05, "amsgrad": True, "weight_decay": 0}),
    ("AdamW", {"lr": 0.01, "maximize": True}),
]


def optimizer_case(name, options):
    """Ten steps of a linear model on one batch; the gradients come from the model, so errors would add up."""
    torch.manual_seed(1)
    weight, bias = torch.randn(3, 4, requires_grad=True), torch.randn(4, requires_grad=True)
    x, y = torch.randn(8, 3), torch.randn(8, 4)
    start = [listed(weight), listed(bias)]
    optimizer = getattr(torch.optim, name)([weight, bias], **options)
    steps = []
    for _ in range(10):
        optimizer.zero_grad()
        F.mse_loss((x @ weight + bias).tanh(), y).backward()
        optimizer.step()
        steps.append([listed(weight)["values"], listed(bias)["values"]])
    return {"name": name, "options": options, "start": start, "x": listed(x), "y": listed(y), "steps": steps}


def loss_case(loss, output, target, **options):
    output = output.clone().requires_grad_()
    value = getattr(F, loss)(output, target, **options)
    value.sum().backward()
    shown = {key: listed(o) if isinstance(o, torch.Tensor) else o for key, o in options.items()}
    return {
        "loss": loss, "options": shown, "output": listed(output), "target": listed(target),
        "value": listed(value), "gradient": listed(output.grad),
    }


def losses():
    torch.manual_seed(2)
    for reduction in ("mean", "sum", "none"):
        for shape in ([3, 4], [1], [2, 3, 5]):
            yield loss_case("mse_loss", torch.randn(shape), torch.randn(shape), reduction=reduction)
    weight = torch.rand(5)
    for reduction in ("mean", "sum", "none"):
        for shape in ([6, 5], [2, 5, 3], [1, 5], [2, 5, 2, 3]):
            labels = torch.randint(0, 5, [shape[0], *shape[2:]])
            some = labels.clone()
            some.flatten()[0] = 3 if some.numel() == 1 else -100
            soft = torch.randn(shape).softmax(1)
            for extra in ({}, {"weight": weight}, {"label_smoothing": 0.1}, {"weight": weight, "label_smoothing": 0.3}):
                yield loss_case("cross_entropy", torch.randn(shape), labels, reduction=reduction, **extra)
                yield loss_case("cross_entropy", torch.randn(shape), some, reduction=reduction, **extra)
                yield loss_case("cross_entropy", torch.randn(shape), soft, reduction=reduction, **extra)
            yield loss_case("cross_entropy", torch.randn(shape), labels, reduction=reduction, ignore_index=int(labels.flatten()[0]) + 1)
    yield loss_case("cross_entropy", torch.randn(5), torch.tensor(2))
    yield loss_case("cross_entropy", torch.randn(5), torch.randn(5).softmax(0), weight=weight)


def statistics(t):
    return {"shape": list(t.shape), "mean": t.mean().item(), "std": t.std().item(), "low": t.min().item(), "high": t.max().item()}


def linear(inputs, outputs):
    torch.manual_seed(3)
    layer = torch.nn.Linear(inputs, outputs)
    return {"in": inputs, "out": outputs, "weight": statistics(layer.weight), "bias": statistics(layer.bias)}


INITS = {
    "kaimingUniform": lambda t: torch.nn.init.kaiming_uniform_(t, a=5**0.5),
    "kaimingNormal": lambda t: torch.nn.init.kaiming_normal_(t, mode="fan_out", nonlinearity="relu"),
    "xavierUniform": lambda t: torch.nn.init.xavier_uniform_(t, gain=2),
    "xavierNormal": lambda t: torch.nn.init.xavier_normal_(t),
    "normal": lambda t: torch.nn.init.normal_(t, 0.5, 2),
    "uniform": lambda t: torch.nn.init.uniform_(t, -1, 3),
}


def main():
    torch.manual_seed(4)
    fixtures = {
        "torch": torch.__version__.split("+")[0],
        "optimizers": [optimizer_case(*case) for case in OPTIMIZERS],
        "losses": list(losses()),
        "linear": [linear(400, 300), linear(300, 900)],
        "inits": {name: statistics(fill(torch.empty(200, 100, 3))) for name, fill in INITS.items()},
    }
    text = json.dumps(fixtures, indent=None, separators=(",", ":"))
    OUT.write_text(text.replace('},{"', '},\n{"') + "\n")


main()
