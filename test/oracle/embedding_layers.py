"""What test/oracle/layers.py asks of embeddings: in training mode their rows before the call and after it."""

LIST, TABLE = {"of": [4, 0, 2, 0]}, {"of": [[1, 3, 3], [0, 1, 4]]}
OPTIONS = [
    {}, {"padding_idx": 0}, {"padding_idx": -2},
    {"max_norm": 1}, {"max_norm": 0.5, "norm_type": 1}, {"max_norm": 0.7, "norm_type": float("inf")},
    {"max_norm": 2, "norm_type": 3, "padding_idx": 4}, {"max_norm": 0},
    {"scale_grad_by_freq": True}, {"scale_grad_by_freq": True, "padding_idx": 0, "max_norm": 1},
]  # fmt: skip

EMBEDDING_CASES = [
    *((["Embedding", 5, 3, options], index, "train") for options in OPTIONS for index in (LIST, TABLE)),
    *((["Embedding", 5, 3, *options], index) for options in ([], [{"padding_idx": 3}]) for index in (LIST, {"of": 3}, {"of": [[3]]})),
    (["Embedding", 1, 1], {"of": [0, 0]}),
    (["Embedding", 4, 2, {"scale_grad_by_freq": True}], {"of": 3}),
    (["Sequential", ["Embedding", 5, 3, {"padding_idx": 2}], ["Linear", 3, 2]], TABLE),
]  # fmt: skip
