"""A state dict of torch.nn.DataParallel as torch.save writes it, with what the model computes; test/fixtures/data-parallel.json."""

import base64
import io
import json
import pathlib

import torch
from torch import nn

OUT = pathlib.Path(__file__).parent.parent / "fixtures" / "data-parallel.json"


def main():
    torch.manual_seed(0)
    model = nn.Sequential(nn.Linear(3, 4), nn.BatchNorm1d(4), nn.ReLU(), nn.Linear(4, 2))
    model(torch.randn(8, 3))  # gives the batch norm statistics
    model.eval()
    x = torch.randn(5, 3)
    file = io.BytesIO()
    wrapped = nn.DataParallel(model).state_dict()
    torch.save(wrapped, file)
    fixture = {
        "torch": torch.__version__.split("+")[0],
        "keys": list(wrapped),
        "base64": base64.b64encode(file.getvalue()).decode(),
        "input": x.tolist(),
        "output": model(x).tolist(),
    }
    OUT.write_text(json.dumps(fixture) + "\n")


main()
