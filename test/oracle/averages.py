"""Asks PyTorch for exponential and equal averages of parameters, SWALR's rates and update_bn; writes test/fixtures/averages.json."""

import json
import pathlib

import torch
import torch.nn.functional as F
from torch.optim.swa_utils import SWALR, AveragedModel, get_ema_multi_avg_fn, get_swa_multi_avg_fn, update_bn

OUT = pathlib.Path(__file__).parent.parent / "fixtures" / "averages.json"
EPOCHS, START = 8, 3
DECAY, EVERY = 0.9, 2
RATE = 0.05


def listed(t):
    return {"shape": list(t.shape), "values": t.detach().flatten().tolist()}


def state(module):
    return {key: listed(t) for key, t in module.state_dict().items() if "num_batches" not in key}


torch.manual_seed(5)
model = torch.nn.Sequential(
    torch.nn.Linear(3, 4), torch.nn.BatchNorm1d(4), torch.nn.Tanh(), torch.nn.Linear(4, 2)
)
start = state(model)
batches = [(torch.randn(4, 3), torch.randn(4, 2)) for _ in range(3)]
held = (torch.randn(5, 3), torch.randn(5, 2))
optimizer = torch.optim.SGD(model.parameters(), lr=0.2)
averages = {
    "ema": AveragedModel(model, multi_avg_fn=get_ema_multi_avg_fn(DECAY)),
    "sparse": AveragedModel(model, multi_avg_fn=get_ema_multi_avg_fn(DECAY)),
    "swa": AveragedModel(model, multi_avg_fn=get_swa_multi_avg_fn()),
}


def loss_of(network):
    network.eval()
    with torch.no_grad():
        return F.mse_loss(network(held[0]), held[1]).item()


rates, validations, steps, schedule = [], [], 0, None
for epoch in range(1, EPOCHS + 1):
    if epoch == START:
        schedule = SWALR(optimizer, swa_lr=RATE, anneal_epochs=4, anneal_strategy="cos")
    rates.append(optimizer.param_groups[0]["lr"])
    for x, y in batches:
        model.train()
        optimizer.zero_grad()
        F.mse_loss(model(x), y).backward()
        optimizer.step()
        steps += 1
        averages["ema"].update_parameters(model)
        if steps % EVERY == 0:
            averages["sparse"].update_parameters(model)
    validations.append({"averages": loss_of(averages["ema"]), "parameters": loss_of(model)})
    if schedule:
        averages["swa"].update_parameters(model)
        schedule.step()

trained = state(model)
update_bn(batches, averages["swa"])


def swalr(strategy, epochs):
    one = torch.optim.SGD([torch.zeros(1, requires_grad=True)], lr=0.3)
    scheduler = SWALR(one, swa_lr=RATE, anneal_epochs=epochs, anneal_strategy=strategy)
    seen = []
    for _ in range(8):
        seen.append(one.param_groups[0]["lr"])
        one.step()
        scheduler.step()
    return {"anneal": strategy, "annealEpochs": epochs, "rates": seen}


OUT.write_text(
    json.dumps(
        {
            "versions": {"torch": torch.__version__.split("+")[0]},
            "start": start,
            "batches": [[listed(x), listed(y)] for x, y in batches],
            "held": [listed(t) for t in held],
            "rates": rates,
            "validations": validations,
            "trained": trained,
            **{name: state(average.module) for name, average in averages.items()},
            "swalr": [swalr(*case) for case in [("cos", 4), ("linear", 4), ("linear", 0), ("cos", 1), ("cos", 10)]],
        }
    )
    + "\n"
)
