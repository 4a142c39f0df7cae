"""Writes small files with safetensors, numpy and PyTorch, and what is in them: test/fixtures/tensor-files.json."""

import base64
import collections
import io
import json
import pathlib
import zipfile

import numpy as np
import safetensors
import safetensors.torch
import torch

OUT = pathlib.Path(__file__).parent.parent / "fixtures" / "tensor-files.json"
FLOATS = "float64 float32 float16 bfloat16 float8_e4m3fn float8_e5m2 float8_e4m3fnuz float8_e5m2fnuz".split()
INTS = "int64 int32 int16 int8 uint64 uint32 uint16 uint8".split()


def number(x):
    return x if isinstance(x, (bool, int)) else str(x).replace("inf", "Infinity").replace("nan", "NaN")


def tensor(t):
    if t.is_floating_point():
        dtype, values = "float32", t.float().flatten().tolist()
    else:
        dtype, values = ("bool" if t.dtype == torch.bool else "int32"), t.flatten().tolist()
    return {"tensor": {"dtype": dtype, "shape": list(t.shape), "values": [number(x) for x in values]}}


def described(x):
    if isinstance(x, torch.Tensor):
        return tensor(x.detach()) | ({"requiresGrad": True} if x.requires_grad else {})
    if isinstance(x, np.ndarray):
        return tensor(torch.from_numpy(np.array(x.astype(x.dtype.newbyteorder("=")))))
    if isinstance(x, dict):
        return {"dict": [[str(k), described(v)] for k, v in x.items()]}
    if isinstance(x, (list, tuple, torch.Size)):
        return {"list": [described(v) for v in x]}
    if isinstance(x, (set, frozenset)):
        return {"set": [described(v) for v in sorted(x)]}
    if isinstance(x, (bytes, bytearray)):
        return {"bytes": list(x)}
    if isinstance(x, (torch.dtype, torch.device)):
        return {"value": str(x)}
    return {"value": x}


def torch_values():
    samples = {name: torch.tensor([0.0, -1.5, 2.0, 448.0, 0.015625, 1.0]).to(getattr(torch, name)).reshape(2, 3) for name in FLOATS}
    samples |= {name: torch.tensor([[0, 1, 100], [2, 127, 3]]).to(getattr(torch, name)) for name in INTS}
    samples |= {"bool": torch.tensor([True, False]), "empty": torch.zeros(0, 3), "scalar": torch.tensor(2.5)}
    return samples | {"negative": torch.tensor([-1, -(2**31), 2**31 - 1]), "every_e4m3": every("float8_e4m3fn"), "every_e5m2": every("float8_e5m2")}


def every(dtype):
    return torch.arange(256, dtype=torch.uint8).view(getattr(torch, dtype))


def saved(value, **options):
    file = io.BytesIO()
    torch.save(value, file, **options)
    return file.getvalue()


def big_endian(data):
    """What a big-endian machine writes of float32 tensors: PyTorch itself confirms it by reading it."""
    file = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as read, zipfile.ZipFile(file, "w") as write:
        for name in read.namelist():
            content = read.read(name)
            if "/data/" in name:
                content = np.frombuffer(content, "<f4").astype(">f4").tobytes()
            write.writestr(name, b"big" if name.endswith("byteorder") else content)
    return file.getvalue()


def big_endian_case():
    data = big_endian(saved({"x": torch.arange(6.0).reshape(2, 3).t()}))
    return case("big-endian", data, torch.load(io.BytesIO(data), weights_only=True))


def model_and_optimizer():
    torch.manual_seed(0)
    model = torch.nn.Sequential(torch.nn.Linear(2, 3), torch.nn.BatchNorm1d(3))
    optimizer = torch.optim.Adam(model.parameters(), lr=0.01, betas=(0.8, 0.9))
    model(torch.randn(4, 2)).sum().backward()
    optimizer.step()
    return {"epoch": 3, "model": model.state_dict(), "optimizer": optimizer.state_dict(), "note": "größer 𝛼"}


def torch_files():
    base = torch.arange(12.0).reshape(3, 4)
    with_attribute = torch.nn.Parameter(torch.ones(2))
    with_attribute.note = "kept by PyTorch alone"
    yield "every dtype", torch_values(), {}
    yield "a tensor alone", base, {}
    yield "views of one storage", [base, base.t(), base[1:, ::2], base[2], base.flatten()[5:].as_strided((2, 2), (1, 3)), torch.ones(1).expand(3, 2)], {}
    yield "parameters", [torch.nn.Parameter(torch.ones(2)), torch.nn.Parameter(torch.ones(2), requires_grad=False), torch.ones(1, requires_grad=True), with_attribute], {}
    yield "a checkpoint", model_and_optimizer(), {}
    yield "plain values", {"none": None, "yes": True, "int": -7, "long": 2**40, "float": 0.1, "text": "a\n'b", "tuple": (1, (2, "x")), "size": torch.Size([2, 3]), "dtype": torch.bfloat16, "device": torch.device("cuda:1"), "set": {1, 2}, "bytes": b"\x00\xff", "bytearray": bytearray(b"ab"), "nested": [[], {}, {"a": collections.OrderedDict(b=1)}]}, {}
    yield "protocol 4", {"a": torch.ones(2), "n": [1, None]}, {"pickle_protocol": 4}
    yield "protocol 5", {"a": torch.ones(2), "long text": "x" * 300}, {"pickle_protocol": 5}


def model_files():
    torch.manual_seed(0)
    x = torch.randn(2, 3, 4)
    lstm, layer = torch.nn.LSTM(4, 3, num_layers=2, batch_first=True), torch.nn.TransformerEncoderLayer(4, 2, 6, batch_first=True)
    for name, model, output in [("LSTM", lstm, lstm(x)[0]), ("TransformerEncoderLayer", layer.eval(), layer.eval()(x))]:
        yield case(name, saved(model.state_dict()), {"x": x, "output": output.detach()})


def npy(array, **options):
    file = io.BytesIO()
    np.lib.format.write_array(file, array, **options)
    return file.getvalue()


def npy_files():
    grid = np.arange(6).reshape(2, 3)
    for kind in "f8 f4 f2 i8 i4 i2 i1 u8 u4 u2 u1".split():
        for order in "<>":
            yield f"{order}{kind}", grid.astype(order + kind), {}
    yield "negative", np.array([-(2**31), -1, 2**31 - 1]), {}
    yield "bool", grid % 2 == 0, {}
    yield "fortran", np.asfortranarray(np.arange(24, dtype="<f4").reshape(2, 3, 4)), {}
    yield "fortran big-endian", np.asfortranarray(np.arange(6, dtype=">i2").reshape(2, 3)), {}
    yield "scalar", np.array(2.5, dtype="<f4"), {}
    yield "empty", np.zeros((0, 3), dtype="<f4"), {}
    yield "version 1", grid.astype("<f4"), {"version": (1, 0)}
    yield "version 2", grid.astype("<f4"), {"version": (2, 0)}
    yield "version 3", grid.astype("<f4"), {"version": (3, 0)}


def npz_files():
    arrays = {"weight": np.arange(6, dtype="<f4").reshape(2, 3), "größe": np.array(7), "mask": np.array([True, False]), "long": np.zeros(500, "<f4")}
    for name, write in {"stored": np.savez, "deflated": np.savez_compressed}.items():
        file = io.BytesIO()
        write(file, **arrays)
        yield name, file.getvalue(), arrays
    file = io.BytesIO()
    np.savez(file, np.ones(2, "<f4"), np.zeros(1, "<i4"))
    yield "positional", file.getvalue(), {"arr_0": np.ones(2, "<f4"), "arr_1": np.zeros(1, "<i4")}


def case(name, data, value):
    return {"name": name, "base64": base64.b64encode(data).decode(), "value": described(value)}


def main():
    tensors = torch_values()
    OUT.write_text(
        json.dumps(
            {
                "versions": {"torch": torch.__version__.split("+")[0], "numpy": np.__version__, "safetensors": safetensors.__version__},
                "safetensors": [case("every dtype", safetensors.torch.save(tensors), tensors)],
                "npy": [case(name, npy(array, **options), array) for name, array, options in npy_files()],
                "npz": [case(name, data, arrays) for name, data, arrays in npz_files()],
                "torch": [case(name, saved(value, **options), value) for name, value, options in torch_files()] + [big_endian_case()],
                "models": list(model_files()),
            }
        )
        + "\n"
    )


if __name__ == "__main__":
    main()
