"""Asks PyTorch for the norms of gradients over the steps of epochs; writes test/fixtures/gradient-norms.json."""

import json
import pathlib

import torch
import torch.nn.functional as F

OUT = pathlib.Path(__file__).parent.parent / "fixtures" / "gradient-norms.json"


def listed(t):
    return {"shape": list(t.shape), "values": t.detach().flatten().tolist()}


def case(clip, every):
    torch.manual_seed(6)
    model = torch.nn.Sequential(torch.nn.Linear(3, 4), torch.nn.Tanh(), torch.nn.Linear(4, 2))
    start = {key: listed(t) for key, t in model.state_dict().items()}
    batches = [(torch.randn(4, 3), torch.randn(4, 2)) for _ in range(3)]
    optimizer = torch.optim.SGD(model.parameters(), lr=0.2)
    epochs, step = [], 0
    for _ in range(2):
        norms = {key: [] for key in start}
        for x, y in batches:
            optimizer.zero_grad()
            F.mse_loss(model(x), y).backward()
            if clip:
                torch.nn.utils.clip_grad_norm_(model.parameters(), clip)
            optimizer.step()
            step += 1
            if step % every == 0:
                for key, parameter in model.named_parameters():
                    norms[key].append(torch.linalg.vector_norm(parameter.grad).item())
        epochs.append({key: {"mean": sum(seen) / len(seen), "max": max(seen)} for key, seen in norms.items()})
    return {
        "clipNorm": clip,
        "every": every,
        "start": start,
        "batches": [[listed(x), listed(y)] for x, y in batches],
        "epochs": epochs,
    }


OUT.write_text(
    json.dumps(
        {
            "versions": {"torch": torch.__version__.split("+")[0]},
            "cases": [case(None, 1), case(0.25, 1), case(None, 2)],
        }
    )
    + "\n"
)
