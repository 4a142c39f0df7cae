"""What test/oracle/layers.py asks of recurrent layers. A tuple is several arguments, or a state of several tensors."""

LSTM_STATE = ([1, 2, 4], [1, 2, 4])

RECURRENT_CASES = [
    (["RNNCell", 3, 4], [2, 3]),
    (["RNNCell", 3, 4, {"nonlinearity": "relu", "bias": False}], ([2, 3], [2, 4])),
    (["RNNCell", 3, 2], ([3], [2])),
    (["LSTMCell", 3, 4], [2, 3]),
    (["LSTMCell", 2, 3, {"bias": False}], ([2, 2], ([2, 3], [2, 3]))),
    (["LSTMCell", 2, 3], ([2], ([3], [3]))),
    (["GRUCell", 3, 4], [2, 3]),
    (["GRUCell", 2, 3, {"bias": False}], ([2, 2], [2, 3])),
    (["RNN", 3, 4], [5, 2, 3]),
    (["RNN", 3, 4, {"num_layers": 2, "nonlinearity": "relu", "bidirectional": True}], ([4, 2, 3], [4, 2, 4])),
    (["RNN", 2, 3, {"batch_first": True, "bias": False}], [2, 4, 2]),
    (["RNN", 2, 3], ([4, 2], [1, 3])),
    (["LSTM", 3, 4], [5, 2, 3]),
    (["LSTM", 3, 4, {"batch_first": True}], ([2, 5, 3], LSTM_STATE)),
    (["LSTM", 3, 4, {"num_layers": 3, "dropout": 0.5}], [3, 2, 3]),
    (["LSTM", 2, 4, {"num_layers": 2, "bidirectional": True, "bias": False}], ([3, 2, 2], ([4, 2, 4], [4, 2, 4]))),
    (["LSTM", 2, 4, {"proj_size": 3, "num_layers": 2, "bidirectional": True}], ([3, 2, 2], ([4, 2, 3], [4, 2, 4]))),
    (["LSTM", 2, 3], ([4, 2], ([1, 3], [1, 3]))),
    (["LSTM", 2, 3], [1, 1, 2]),
    (["GRU", 3, 4], [5, 2, 3]),
    (["GRU", 3, 4, {"batch_first": True, "num_layers": 2}], ([2, 4, 3], [2, 2, 4])),
    (["GRU", 2, 3, {"bidirectional": True, "bias": False}], ([3, 2, 2], [2, 2, 3])),
    (["GRU", 2, 3, {"bidirectional": True}], [3, 2]),
]  # fmt: skip
