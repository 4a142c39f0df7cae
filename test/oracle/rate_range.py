"""Asks PyTorch for the losses of a range of learning rates, numpy for their slopes; writes test/fixtures/rate-range.json."""

import json
import pathlib

import numpy as np
import torch
import torch.nn.functional as F

OUT = pathlib.Path(__file__).parent.parent / "fixtures" / "rate-range.json"


def listed(t):
    return {"shape": list(t.shape), "values": t.detach().flatten().tolist()}


def case(first, last, steps, beta, stop):
    torch.manual_seed(8)
    model = torch.nn.Sequential(torch.nn.Linear(3, 8), torch.nn.Tanh(), torch.nn.Linear(8, 2))
    start = {key: listed(t) for key, t in model.state_dict().items()}
    batches = [(torch.randn(4, 3), 3 * torch.randn(4, 2)) for _ in range(3)]
    optimizer = torch.optim.SGD(model.parameters(), lr=0.1, momentum=0.5)
    rates, losses, average = [], [], 0.0
    for i, rate in enumerate(np.geomspace(first, last, steps)):
        for group in optimizer.param_groups:
            group["lr"] = float(rate)
        x, y = batches[i % len(batches)]
        optimizer.zero_grad()
        loss = F.mse_loss(model(x), y)
        if not torch.isfinite(loss):
            break
        loss.backward()
        optimizer.step()
        average = beta * average + (1 - beta) * loss.item()
        rates.append(float(rate))
        losses.append(average / (1 - beta ** (i + 1)))
        if i > 1 and losses[-1] > stop * min(losses):
            break
    inner = np.array(losses[10:-1])
    slopes = np.gradient(inner) if len(inner) > 1 else None
    return {
        "options": {"from": first, "to": last, "steps": steps, "smoothing": beta, "stopAt": stop},
        "start": start,
        "batches": [[listed(x), listed(y)] for x, y in batches],
        "rates": rates,
        "losses": losses,
        "suggestion": None if slopes is None else rates[10 + int(slopes.argmin())],
    }


OUT.write_text(
    json.dumps(
        {
            "versions": {"torch": torch.__version__.split("+")[0], "numpy": np.__version__},
            "cases": [
                case(1e-4, 10.0, 60, 0.9, 4.0),
                case(1e-5, 0.5, 40, 0.98, 4.0),
                case(1e-3, 1e3, 25, 0.5, 2.0),
                case(1.0, 1e3, 20, 0.0, 2.0),
            ],
        }
    )
    + "\n"
)
