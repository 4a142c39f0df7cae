"""What test/oracle/layers.py asks of layers that resize and rearrange images."""

PADS = [2, [1, 0, 2, 3], [-1, 1, 0, -1], 0]
SCALES = [
    {"scale_factor": 2}, {"scale_factor": 1.7}, {"scale_factor": 0.6}, {"scale_factor": 1.2}, {"scale_factor": 2.4}, {"size": 5}, {"size": 1}, {"size": 3},
    {"scale_factor": 1.7, "recompute_scale_factor": True},
]  # fmt: skip
RANKS = {"linear": [2, 1, 3], "bilinear": [1, 2, 3, 2], "trilinear": [1, 1, 2, 3, 2]}
CORNERS = ({}, {"align_corners": True}, {"align_corners": False})

IMAGE_CASES = [
    *((["Dropout2d", p], shape, mode) for p in (0, 1) for shape in ([2, 3, 2, 2], [2, 3, 4], [2, 3]) for mode in ("eval", "train")),
    (["Dropout2d"], [2, 3, 2, 2]),
    *((["ZeroPad2d", pads], shape) for pads in PADS for shape in ([1, 2, 3, 2], [3, 2])),
    *((["PixelShuffle", r], shape) for r, shape in ((2, [2, 8, 2, 3]), (1, [1, 2, 2, 2]), (3, [9, 2, 1]), (2, [2, 1, 4, 1, 2]))),
    # along one or three axes PyTorch 2.13 has the gradient of another output where a factor leaves a length as it is, or
    # doubles it, though it is not 1 or 2: see test/nn/images.test.ts
    *((["Upsample", scale], [2, 1, 3]) for scale in SCALES if scale != {"scale_factor": 1.2}),
    *((["Upsample", scale], [1, 2, 3, 2]) for scale in SCALES),
    *((["Upsample", scale], [1, 2, 3, 2]) for scale in ({"scale_factor": (2, 1.5)}, {"size": (2, 5)}, {"scale_factor": (3, 1)}, {"size": (6, 6)})),
    *((["Upsample", {"scale_factor": scale}], [1, 1, 3, 2, 2]) for scale in (2, 1.7, 0.5, (3, 1, 2))),
    (["Upsample", {"scale_factor": 2}], [0, 1, 2, 2]),
    *((["Upsample", {"mode": "bilinear", **scale, **corners}], RANKS["bilinear"]) for scale in SCALES for corners in CORNERS),
    *((["Upsample", {"mode": "bilinear", "align_corners": True, **scale}], [1, 2, 3, 2]) for scale in ({"scale_factor": (2, 1.5)}, {"size": (2, 5)})),
    *((["Upsample", {"mode": mode, **scale, **corners}], RANKS[mode]) for mode in ("linear", "trilinear") for scale in ({"scale_factor": 2}, {"size": 4}) for corners in CORNERS[:2]),
]  # fmt: skip
