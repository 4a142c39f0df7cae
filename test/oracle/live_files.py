"""`write FOLDER SEED`: random files by safetensors, numpy and PyTorch, described on stdout as tensor_files.py does.
`read FOLDER`: what those libraries read from the files that are there."""

import json
import pathlib
import sys

import numpy as np
import safetensors.torch
import torch

from tensor_files import described

DTYPES = "float64 float32 float16 bfloat16 int64 int32 int16 int8 uint8 bool".split()
NUMPY = "<f8 >f8 <f4 >f4 <f2 >f2 <i8 >i8 <i4 >i4 <i2 >u2 |i1 |u1 |b1 <u4 >u8".split()


def random_tensor(rng):
    shape = [int(n) for n in rng.integers(0, 5, rng.integers(0, 4))]
    x = torch.from_numpy(rng.normal(0, 50, shape)).to(getattr(torch, str(rng.choice(DTYPES))))
    if x.dim() > 1 and rng.random() < 0.5:
        x = x.transpose(0, -1)
    if x.dim() > 0 and x.shape[0] > 1 and rng.random() < 0.5:
        x = x[1:: int(rng.integers(1, 3))]
    return x


def random_array(rng):
    shape = [int(n) for n in rng.integers(0, 5, rng.integers(0, 4))]
    kind = np.dtype(str(rng.choice(NUMPY)))
    x = np.asarray(np.abs(rng.normal(0, 50, shape)).astype(kind))
    return np.asfortranarray(x) if rng.random() < 0.5 else x


def write(folder, seed):
    rng = np.random.default_rng(seed)
    written = {}
    for i in range(20):
        tensors = {f"t{k}": random_tensor(rng) for k in range(4)}
        arrays = {f"a{k}": random_array(rng) for k in range(4)}
        safetensors.torch.save_file({name: x.contiguous() for name, x in tensors.items()}, folder / f"{i}.safetensors")
        np.save(folder / f"{i}.npy", arrays["a0"])
        (np.savez if i % 2 else np.savez_compressed)(folder / f"{i}.npz", **arrays)
        torch.save({"list": list(tensors.values()), "n": i}, folder / f"{i}.pt")
        written |= {f"{i}.safetensors": tensors, f"{i}.npy": arrays["a0"], f"{i}.npz": arrays, f"{i}.pt": {"list": list(tensors.values()), "n": i}}
    return written


READ = {
    ".safetensors": lambda path: safetensors.torch.load_file(path),
    ".npy": lambda path: np.load(path, allow_pickle=False),
    ".npz": lambda path: dict(np.load(path, allow_pickle=False)),
}


def main():
    command, folder = sys.argv[1], pathlib.Path(sys.argv[2])
    if command == "write":
        values = write(folder, int(sys.argv[3]))
    else:
        values = {path.name: READ[path.suffix](path) for path in sorted(folder.iterdir())}
    print(json.dumps({name: described(value) for name, value in values.items()}))


main()
