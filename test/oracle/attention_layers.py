"""What test/oracle/layers.py asks of attention. A third part holds options of the call; lists of bool are masks."""

CAUSAL = [[False, True, True], [False, False, True], [False, False, False]]

ENCODER = ["TransformerEncoderLayer", 4, 2, {"dim_feedforward": 6}]
DECODER = ["TransformerDecoderLayer", 4, 2, {"dim_feedforward": 6}]

ATTENTION_CASES = [
    (ENCODER, [3, 2, 4]),
    (["TransformerEncoderLayer", 4, 1, {"dim_feedforward": 5, "activation": "gelu", "batch_first": True, "norm_first": True, "bias": False, "layer_norm_eps": 0.1}], [2, 3, 4]),
    (["TransformerEncoderLayer", 4, 2, {"dim_feedforward": 3}], [3, 4]),
    (["TransformerEncoderLayer", 4, 2, {"dim_feedforward": 3, "batch_first": True}], ([2, 3, 4],), {"src_mask": CAUSAL, "src_key_padding_mask": [[False, False, False], [False, True, True]]}),
    (["TransformerEncoderLayer", 4, 2, {"dim_feedforward": 3, "dropout": 0.0}], [3, 2, 4], "train"),
    (DECODER, ([3, 2, 4], [5, 2, 4])),
    (["TransformerDecoderLayer", 4, 2, {"dim_feedforward": 5, "norm_first": True, "batch_first": True, "activation": "gelu"}], ([2, 3, 4], [2, 2, 4])),
    (["TransformerDecoderLayer", 4, 2, {"dim_feedforward": 3, "bias": False}], ([3, 1, 4], [2, 1, 4]), {"tgt_mask": CAUSAL, "memory_key_padding_mask": [[False, True]]}),
    (["TransformerEncoder", ENCODER, 2], [3, 2, 4]),
    (["TransformerEncoder", ENCODER, 2], ([3, 2, 4],), {"mask": CAUSAL}),
    (["TransformerDecoder", DECODER, 2], ([3, 1, 4], [2, 1, 4])),
    (["Attention", {}], ([2, 3, 4], [2, 5, 4], [2, 5, 2])),
    (["Attention", {"is_causal": True}], ([2, 2, 4, 3], [2, 2, 4, 3], [2, 2, 4, 3])),
    (["Attention", {"is_causal": True, "scale": 0.3}], ([4, 3], [2, 3], [2, 3])),
    (["Attention", {"attn_mask": [[True, False, True], [False, True, True]]}], ([2, 2, 4], [2, 3, 4], [2, 3, 4])),
    (["Attention", {"attn_mask": [[0.5, -1.0, 2.0]]}], ([1, 2, 4], [1, 3, 4], [1, 3, 4])),
    (["Attention", {"attn_mask": [[True, True], [False, False]]}], ([2, 2, 4], [2, 2, 4], [2, 2, 3])),
    (["SelfAttention", ["MultiheadAttention", 4, 2]], [3, 2, 4]),
    (["SelfAttention", ["MultiheadAttention", 6, 2, {"batch_first": True, "bias": False}]], [2, 3, 6]),
    (["MultiheadAttention", 4, 2], ([3, 2, 4], [5, 2, 4], [5, 2, 4])),
    (["MultiheadAttention", 6, 3, {"batch_first": True, "bias": False}], ([2, 3, 6], [2, 4, 6], [2, 4, 6])),
    (["MultiheadAttention", 4, 2, {"kdim": 3, "vdim": 5}], ([3, 2, 4], [5, 2, 3], [5, 2, 5])),
    (["MultiheadAttention", 4, 1, {"add_bias_kv": True, "add_zero_attn": True}], ([3, 2, 4], [5, 2, 4], [5, 2, 4])),
    (["MultiheadAttention", 4, 2], ([3, 4], [5, 4], [5, 4])),
    (["MultiheadAttention", 4, 2], ([3, 2, 4], [3, 2, 4], [3, 2, 4]), {"attn_mask": CAUSAL}),
    (["MultiheadAttention", 4, 2, {"add_zero_attn": True, "batch_first": True}], ([2, 3, 4], [2, 3, 4], [2, 3, 4]), {"key_padding_mask": [[False, False, True], [False, True, True]], "average_attn_weights": False}),
    (["MultiheadAttention", 4, 2, {"dropout": 0.5}], ([2, 1, 4], [3, 1, 4], [3, 1, 4]), {"attn_mask": [[0.5, -1.0, 2.0], [0.0, 1.0, -3.0]]}),
]  # fmt: skip
