"""What test/oracle/layers.py asks of layers that normalise, in both modes."""

CHANNELS = [
    (["BatchNorm1d", 3], [4, 3]),
    (["BatchNorm1d", 3], [2, 3, 5]),
    (["BatchNorm1d", 3], [0, 3]),
    (["BatchNorm1d", 3, {"momentum": None}], [4, 3]),
    (["BatchNorm1d", 3, {"affine": False, "eps": 0.1, "momentum": 0.3}], [4, 3]),
    (["BatchNorm1d", 3, {"track_running_stats": False}], [2, 3, 2]),
    (["BatchNorm1d", 3, {"track_running_stats": False, "momentum": None, "affine": False}], [4, 3]),
    (["BatchNorm1d", 3, {"momentum": 1}], [4, 3]),
    (["BatchNorm1d", 3, {"momentum": 0}], [4, 3]),
    (["BatchNorm1d", 3, {"bias": False}], [2, 3, 2]),
    (["BatchNorm1d", 3, {"affine": False, "bias": True}], [4, 3]),
    (["BatchNorm2d", 2], [3, 2, 2, 3]),
    (["BatchNorm2d", 2, {"bias": False, "eps": 0.1}], [2, 2, 2, 2]),
    (["BatchNorm2d", 2, {"momentum": None, "affine": False}], [1, 2, 3, 2]),
    (["InstanceNorm1d", 3], [2, 3, 4]),
    (["InstanceNorm1d", 3, {"affine": True, "track_running_stats": True}], [2, 3, 4]),
    (["InstanceNorm1d", 3, {"track_running_stats": True, "momentum": None}], [2, 3, 4]),
    (["InstanceNorm1d", 3, {"affine": True, "eps": 0.1, "track_running_stats": True, "momentum": 0.5}], [3, 5]),
    (["InstanceNorm1d", 7], [2, 3, 4]),
    (["InstanceNorm1d", 3, {"affine": True, "bias": False, "track_running_stats": True}], [2, 3, 4]),
    (["InstanceNorm1d", 3, {"bias": True}], [2, 3, 3]),
    (["InstanceNorm2d", 2, {"affine": True}], [2, 2, 3, 2]),
    (["InstanceNorm2d", 2, {"affine": True, "bias": False}], [2, 2, 2, 2]),
    (["InstanceNorm2d", 2, {"track_running_stats": True}], [2, 2, 2, 3]),
]

OTHERS = [
    (["LayerNorm", 4], [2, 3, 4]),
    (["LayerNorm", [3, 4]], [2, 3, 4]),
    (["LayerNorm", 4, {"bias": False, "eps": 0.1}], [3, 4]),
    (["LayerNorm", [4], {"elementwise_affine": False}], [4]),
    (["LayerNorm", 4], [0, 4]),
    (["GroupNorm", 2, 4], [2, 4, 3]),
    (["GroupNorm", 1, 4, {"eps": 0.1}], [2, 4]),
    (["GroupNorm", 4, 4], [1, 4, 2, 2]),
    (["GroupNorm", 2, 4, {"affine": False}], [2, 4, 1, 3]),
    (["GroupNorm", 2, 4, {"bias": False}], [2, 4, 3]),
    (["GroupNorm", 2, 4, {"affine": False, "bias": False}], [2, 4, 2]),
    (["RMSNorm", 4], [2, 3, 4]),
    (["RMSNorm", [3, 4], {"eps": 0.1}], [2, 3, 4]),
    (["RMSNorm", 4, {"elementwise_affine": False}], [4]),
]

NORM_CASES = [(*case, mode) for case in CHANNELS for mode in ("eval", "train")] + [(*case, "eval") for case in OTHERS]
