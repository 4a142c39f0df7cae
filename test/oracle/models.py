"""Asks PyTorch for the losses of whole models over 20 steps of AdamW; writes test/fixtures/models.json."""

import json
import pathlib

import torch
import torch.nn.functional as F
from torch import nn

OUT = pathlib.Path(__file__).parent.parent / "fixtures" / "models.json"
STEPS = 20


class Forecast(nn.Module):
    def __init__(self):
        super().__init__()
        self.lstm = nn.LSTM(3, 8, num_layers=2, batch_first=True)
        self.head = nn.Linear(8, 1)

    def forward(self, x):
        return self.head(self.lstm(x)[0][:, -1])


class Digits(nn.Module):
    def __init__(self):
        super().__init__()
        self.conv1, self.norm1 = nn.Conv2d(1, 4, 3, padding=1), nn.BatchNorm2d(4)
        self.conv2, self.norm2 = nn.Conv2d(4, 6, 3, stride=2), nn.BatchNorm2d(6)
        self.head = nn.Linear(6, 4)

    def forward(self, x):
        x = F.max_pool2d(F.relu(self.norm1(self.conv1(x))), 2)
        x = F.relu(self.norm2(self.conv2(x)))
        return self.head(x.mean((2, 3)))


class Letters(nn.Module):
    def __init__(self):
        super().__init__()
        layer = nn.TransformerEncoderLayer(8, 2, dim_feedforward=16, dropout=0.0, batch_first=True)
        self.inputs = nn.Linear(5, 8)
        self.encoder = nn.TransformerEncoder(layer, 2, norm=nn.LayerNorm(8), enable_nested_tensor=False)
        self.head = nn.Linear(8, 5)

    def forward(self, x):
        mask = torch.triu(torch.ones(x.shape[1], x.shape[1], dtype=torch.bool), 1)
        return self.head(self.encoder(self.inputs(x), mask=mask)).flatten(0, 1)


def listed(t):
    return {"shape": list(t.shape), "dtype": "int32" if t.dtype == torch.int64 else "float32", "values": t.detach().flatten().tolist()}  # fmt: skip


def case(name, model, x, y, loss):
    state = {key: listed(t) for key, t in model.state_dict().items()}
    optimizer = torch.optim.AdamW(model.parameters(), lr=1e-2)
    losses = []
    for _ in range(STEPS):
        optimizer.zero_grad()
        value = getattr(F, loss)(model(x), y)
        value.backward()
        optimizer.step()
        losses.append(value.item())
    return {"name": name, "state": state, "x": listed(x), "y": listed(y), "loss": loss, "losses": losses}


def main():
    torch.manual_seed(1)
    letters = torch.randint(0, 5, (4, 7))
    cases = [
        case("Forecast", Forecast(), torch.randn(6, 5, 3), torch.randn(6, 1), "mse_loss"),
        case("Digits", Digits(), torch.randn(8, 1, 8, 8), torch.randint(0, 4, (8,)), "cross_entropy"),
        case("Letters", Letters(), F.one_hot(letters[:, :-1], 5).float(), letters[:, 1:].flatten(), "cross_entropy"),
    ]
    OUT.write_text(json.dumps({"torch": torch.__version__.split("+")[0], "cases": cases}, separators=(",", ":")) + "\n")


main()
