"""Asks PyTorch's SummaryWriter for the bytes of events and for histograms; writes test/fixtures/event-files.json."""

import json
import pathlib
import tempfile

import numpy as np
import tensorboard
import torch
from tensorboard.compat.proto.event_pb2 import Event, SessionLog
from tensorboard.summary.writer.record_writer import RecordWriter
from torch.utils.tensorboard import SummaryWriter
from torch.utils.tensorboard.summary import histogram, scalar

OUT = pathlib.Path(__file__).parent.parent / "fixtures" / "event-files.json"

rng = np.random.default_rng(1)
VALUES = {
    "spread": rng.uniform(0.5, 4, size=40),
    "one": np.array([0.25]),
    "zeros": np.zeros(3),
    "signs": np.array([-1.5e-12, -1e-13, 0.0, 1e-13, 2e-12]),
    "large": np.array([1e14, 1.05e14, 1e15]),
    "below": np.array([-0.5, -0.25, -0.125]),
    "edges": np.array([1e-12, -1e-12, 1e-12 * 1.1]),
    "beyond": np.array([-1e25, 1.0, 1e25]),
}


def bins():
    with tempfile.TemporaryDirectory() as folder:
        return SummaryWriter(folder).default_bins


class Bytes:
    def __init__(self):
        self.data = b""

    def write(self, data):
        self.data += data

    def flush(self):
        pass


def record(event):
    sink = Bytes()
    RecordWriter(sink).write(event.SerializeToString())
    return sink.data.hex()


def histogram_case(name, values):
    values = values.astype(np.float32)
    histo = histogram(name, values, bins()).value[0].histo
    return {
        "name": name,
        "values": values.tolist(),
        "wanted": {
            "min": histo.min,
            "max": histo.max,
            "count": histo.num,
            "sum": histo.sum,
            "sumOfSquares": histo.sum_squares,
            "limits": list(histo.bucket_limit),
            "counts": list(histo.bucket),
        },
    }


def summary_event(step, summary):
    return record(Event(wall_time=1234.5, step=step, summary=summary))


OUT.write_text(
    json.dumps(
        {
            "versions": {"torch": torch.__version__.split("+")[0], "tensorboard": tensorboard.__version__},
            "histograms": [histogram_case(name, values) for name, values in VALUES.items()],
            "version": record(Event(wall_time=1234.5, file_version="brain.Event:2")),
            "restart": record(Event(wall_time=1234.5, step=300, session_log=SessionLog(status=SessionLog.START))),
            "scalar": summary_event(300, scalar("train/loss", 0.1)),
            "histogram": summary_event(
                2**33, histogram("parameters/w", VALUES["spread"].astype(np.float32), bins())
            ),
        }
    )
    + "\n"
)
