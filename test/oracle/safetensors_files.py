"""Writes files with the safetensors library, as the tests' yardstick; test/fixtures/safetensors.json."""

import base64
import json
import pathlib

import torch
from safetensors.torch import save

OUT = pathlib.Path(__file__).parent.parent / "fixtures" / "safetensors.json"
BECOMES = {torch.int32: "int32", torch.int64: "int32", torch.uint8: "int32", torch.bool: "bool"}


def listed(t):
    values = [str(x).replace("inf", "Infinity").replace("nan", "NaN") for x in t.double().flatten().tolist()]
    return {"shape": list(t.shape), "dtype": BECOMES.get(t.dtype, "float32"), "values": values}


def body(data):
    return data[8 + int.from_bytes(data[:8], "little") :]


def main():
    torch.manual_seed(0)
    odd = torch.tensor([0.0, -0.0, 1.0, -1.5, 6e-8, 3e-8, 6.2e-5, 65504, 65520, 1e9, float("inf"), -float("inf"), 0.1, 2049, 2051, 1 / 3])
    halves = torch.cat([odd, torch.randn(40) * 10 ** torch.linspace(-8, 5, 40)])
    tensors = {name: halves.to(getattr(torch, name)).reshape(7, 8) for name in ("float32", "float64", "float16", "bfloat16")}
    tensors |= {"int32": torch.tensor([[-(2**31), 2**31 - 1]]), "int64": torch.tensor([-5, 2**31 - 1]), "uint8": torch.tensor([0, 255], dtype=torch.uint8)}
    tensors["int32"] = tensors["int32"].int()
    tensors |= {"bool": torch.tensor([True, False]), "empty": torch.zeros(0, 3), "scalar": torch.tensor(2.5)}
    rounding = {name: base64.b64encode(body(save({"x": halves.to(getattr(torch, name))}))).decode() for name in ("float16", "bfloat16", "float64")}
    OUT.write_text(
        json.dumps(
            {
                "base64": base64.b64encode(save(tensors, {"made": "by safetensors"})).decode(),
                "tensors": {name: listed(t) for name, t in tensors.items()},
                "rounding": {"values": listed(halves)["values"], **rounding},
            }
        )
        + "\n"
    )


main()
