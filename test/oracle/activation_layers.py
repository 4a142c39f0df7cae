"""What test/oracle/layers.py asks of activations with options or parameters."""

# the places of kinks and thresholds among them
BENDS = {"of": [-100.0, -20.0, -10.0, -3.0, -1.0, -1e-3, 0.0, 1e-3, 0.5, 1.0, 3.0, 10.0, 20.0, 21.0, 50.0, 100.0]}
LAYERS = [
    *(["LeakyReLU", *slope] for slope in ([], [0.3], [-0.5], [{"negative_slope": 0}])),
    *(["ELU", *alpha] for alpha in ([], [0.5], [{"alpha": 2}])),
    *(["Softplus", *options] for options in ([], [{"beta": 2}], [{"beta": 0.5, "threshold": 1}], [{"beta": -1}])),
    ["Mish"], ["Hardswish"], ["PReLU"], ["PReLU", 1, {"init": -0.5}], ["Identity"], ["Identity", 3, {"unused": True}],
]  # fmt: skip
SHAPES = ([], [7], [2, 3], [2, 0])

ACTIVATION_CASES = [
    *((layer, shape) for layer in LAYERS for shape in (*SHAPES, BENDS)),
    *((["PReLU", 3, *options], shape) for options in ([], [{"init": 0.5}]) for shape in ([2, 3], [2, 3, 2], [2, 3, 2, 2], [0, 3])),
    (["PReLU", 3], [4, 3], "eval"),
    *(([name, *dim], shape) for name in ("Softmax", "LogSoftmax") for dim, shape in (([0], [5]), ([1], [2, 3]), ([-1], [2, 3, 4]), ([{"dim": 1}], [2, 3, 2]), ([-1], []), ([1], [2, 0]))),
    *(([name], shape) for name in ("Softmax", "LogSoftmax") for shape in ([4], [2, 3], [3, 2, 2], [2, 3, 1, 2])),
]  # fmt: skip
