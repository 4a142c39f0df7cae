"""Asks PyTorch for outputs and gradients of its layers, and for state dicts; writes test/fixtures/layers.json.

A layer is a list as the test reads it too: its class, its positional arguments (layers among them), then its options.
"""

import inspect
import json
import pathlib
import zlib

import torch
from torch import nn

from activation_layers import ACTIVATION_CASES
from attention_layers import ATTENTION_CASES
from embedding_layers import EMBEDDING_CASES
from image_layers import IMAGE_CASES
from norm_layers import NORM_CASES
from recurrent_layers import RECURRENT_CASES
from spatial_layers import SPATIAL_CASES

OUT = pathlib.Path(__file__).parent.parent / "fixtures" / "layers.json"


class Blocks(nn.Module):
    """A model around a ModuleList, with PyTorch's spelling of names."""

    def __init__(self, *blocks):
        super().__init__()
        self.hidden_blocks = nn.ModuleList(blocks)

    def forward(self, x):
        for block in self.hidden_blocks:
            x = x + block(x)
        return x


class Heads(nn.Module):
    """A model around a ModuleDict."""

    def __init__(self, first, second):
        super().__init__()
        self.output_heads = nn.ModuleDict({"class_scores": first, "box": second})

    def forward(self, x):
        return self.output_heads["class_scores"](x) + self.output_heads["box"](x).sum(-1, keepdim=True)


class Tied(nn.Module):
    """One weight in two layers, which PyTorch saves under both names."""

    def __init__(self, encoder, decoder):
        super().__init__()
        self.text_encoder, self.text_decoder = encoder, decoder
        self.text_decoder.weight = self.text_encoder.weight

    def forward(self, x):
        return self.text_decoder(self.text_encoder(x).tanh())


class SelfAttention(nn.Module):
    """Attention to the input itself."""

    def __init__(self, attention):
        super().__init__()
        self.attention = attention

    def forward(self, x):
        return self.attention(x, x, x, need_weights=False)[0]


class Attention(nn.Module):
    """The function as a layer."""

    def __init__(self, **options):
        super().__init__()
        self.options = {key: torch.tensor(v) if isinstance(v, list) else v for key, v in options.items()}

    def forward(self, q, k, v):
        return nn.functional.scaled_dot_product_attention(q, k, v, **self.options)


MODELS = {"Blocks": Blocks, "Heads": Heads, "Tied": Tied, "SelfAttention": SelfAttention, "Attention": Attention}


def build(spec):
    name, *args = spec
    options = args.pop() if args and isinstance(args[-1], dict) else {}
    made = [build(arg) if isinstance(arg, list) and isinstance(arg[0], str) else arg for arg in args]
    return (MODELS.get(name) or getattr(nn, name))(*made, **options)


EXTREMES = [-100, -10, -3, -1, -1e-3, 0, 1e-3, 1, 3, 10, 100]
ACTIVATIONS = [["ReLU"], ["Tanh"], ["Sigmoid"], ["SiLU"], ["GELU"], ["GELU", {"approximate": "tanh"}]]
SHAPES = [[], [7], [2, 3], [2, 1, 4], [2, 0]]

CASES = [
    *((["Linear", 3, 4], shape) for shape in ([3], [2, 3], [1, 3], [0, 3], [2, 5, 3])),
    *((["Linear", 3, 4, {"bias": False}], shape) for shape in ([3], [2, 3], [2, 5, 3])),
    (["Linear", 1, 1], [6, 1]),
    *((layer, shape) for layer in ACTIVATIONS for shape in (*SHAPES, EXTREMES)),
    *((["Flatten", *dims], [2, 3, 4, 5]) for dims in ([], [0], [2], [1, 2], [-2], [-3, -2], [0, -1], [3, 3])),
    *((["Flatten", *dims], shape) for dims, shape in (([], [2, 3]), ([0], []), ([0], [3]), ([], [0, 3, 2]))),
    *((["Dropout", p], [3, 4]) for p in (0, 0.5, 1)),
    (["Dropout"], [2, 3]),
    (["Sequential"], [2, 3]),
    (["Sequential", ["Linear", 3, 5], ["ReLU"], ["Linear", 5, 2]], [4, 3]),
    (["Sequential", ["Sequential", ["Linear", 3, 5], ["Tanh"]], ["Sequential", ["Dropout", 0.3], ["Linear", 5, 2, {"bias": False}]], ["Sigmoid"]], [4, 3]),
    (["Sequential", ["Flatten"], ["Linear", 6, 4], ["GELU"], ["Linear", 4, 3]], [2, 3, 2]),
    (["Blocks", ["Linear", 4, 4], ["Sequential", ["Linear", 4, 4], ["SiLU"]]], [3, 4]),
    (["Heads", ["Linear", 4, 3], ["Linear", 4, 2]], [3, 4]),
    (["Tied", ["Linear", 4, 4, {"bias": False}], ["Linear", 4, 4]], [3, 4]),
    *ACTIVATION_CASES,
    *EMBEDDING_CASES,
    *IMAGE_CASES,
    *SPATIAL_CASES,
    *RECURRENT_CASES,
    *ATTENTION_CASES,
    *NORM_CASES,
]  # fmt: skip


def values(t):
    """In as few digits as tell float32 numbers apart."""
    return [float(str(v)) for v in t.detach().numpy().flatten()]


def listed(t):
    return {"shape": list(t.shape), "values": values(t), **({"dtype": "int32"} if t.dtype == torch.int32 else {})}


def drawn(shape):
    """A leaf for a shape, or of the values {"of": ...}, whole ones without a gradient; of a tuple a tuple of them."""
    if isinstance(shape, tuple):
        return tuple(drawn(part) for part in shape)
    if isinstance(shape, dict):
        x = torch.tensor(shape["of"])
        return x.int() if x.dtype == torch.int64 else x.requires_grad_()
    x = torch.tensor(shape, dtype=torch.float32) if shape is EXTREMES else torch.randn(shape)
    return x.requires_grad_()


def each(f, nested):
    """f of every tensor, in lists nested as the tuples are."""
    return [each(f, part) for part in nested] if isinstance(nested, tuple) else f(nested)


def flat(nested):
    return [t for part in nested for t in flat(part)] if isinstance(nested, tuple) else [nested]


def shake(layer):
    """Gives parameters and statistics values that are not those of a new layer."""
    for name, t in layer.state_dict().items():
        t.fill_(3) if t.dtype == torch.int64 else t.uniform_(0.5, 1.5) if name.endswith("running_var") else t.normal_()


def case(spec, shapes, more=None):
    """`more` is the mode or, in a dict, the options of the call."""
    # a case of its own draws, whichever others there are
    torch.manual_seed(zlib.crc32(repr((spec, shapes, more)).encode()))
    mode, call = (None, more or {}) if not isinstance(more, str) else (more, {})
    layer = build(spec).train(mode == "train")
    if mode is not None:
        shake(layer)
    inputs = drawn(shapes if isinstance(shapes, tuple) else (shapes,))
    state = {key: listed(t) for key, t in layer.state_dict().items()}
    outputs = layer(*inputs, **{key: torch.tensor(v) if isinstance(v, list) else v for key, v in call.items()})
    upstream = [torch.randn(y.shape) for y in flat(outputs)]
    sum((y * g).sum() for y, g in zip(flat(outputs), upstream)).backward()
    # embeddings scale rows that are too long
    changed = {name: values(p) for name, p in layer.named_parameters() if values(p) != state[name]["values"]}
    return {
        "layer": spec, "inputs": each(listed, inputs), "state": state,
        "outputs": [listed(y) for y in flat(outputs)], "upstream": [values(g) for g in upstream],
        "gradient": [values(x.grad) if x.requires_grad else None for x in flat(inputs)],
        "gradients": {name: values(p.grad) for name, p in layer.named_parameters()}, **({"call": call} if call else {}),
        **({"after": {name: values(t) for name, t in layer.named_buffers()} | changed} if mode == "train" else {}),
    }  # fmt: skip


def printed():
    """What PyTorch prints of every layer in the cases, beside its children."""
    specs = {repr(spec): spec for spec, *_ in CASES if spec[0] not in MODELS}.values()
    return [[spec, build(spec).extra_repr()] for spec in specs]


GAINS = [("linear",), ("sigmoid",), ("tanh",), ("relu",), ("selu",), ("leaky_relu",), ("leaky_relu", 0.3)]


def main():
    fixtures = {
        "torch": torch.__version__.split("+")[0],
        "cases": [case(*c) for c in CASES],
        "gains": [[list(gain), nn.init.calculate_gain(*gain)] for gain in GAINS],
        "printed": printed(),
        "arguments": {name: list(inspect.signature(getattr(nn, name)).parameters) for (name, *_), _ in printed()},
    }
    # JSON has no infinity, but numbers that are read as it
    text = json.dumps(fixtures, indent=None, separators=(",", ":")).replace(":Infinity", ":1e999")
    text = text.replace('},{"layer', '},\n{"layer').replace(',"printed":', ',\n"printed":').replace(',"arguments":', ',\n"arguments":')
    OUT.write_text(text + "\n")


main()
