"""Asks PyTorch's SummaryWriter for the bytes of events, histograms and images; writes test/fixtures/event-files.json."""

import base64
import io
import json
import pathlib
import tempfile

import numpy as np
import tensorboard
import torch
from PIL import Image
from tensorboard.compat.proto.event_pb2 import Event, SessionLog
from tensorboard.compat.proto.summary_pb2 import Summary
from tensorboard.summary.writer.record_writer import RecordWriter
from torch.utils.tensorboard import SummaryWriter
from torch.utils.tensorboard.summary import histogram, image, scalar

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

LEVELS = (np.arange(256, dtype=np.float32) / np.float32(255)).reshape(16, 16)
IMAGES = {
    "grey": ("HW", rng.uniform(0, 1, (3, 5)).astype(np.float32)),
    "all levels": ("HW", LEVELS),
    "one channel": ("CHW", rng.uniform(-0.5, 1.5, (1, 4, 3)).astype(np.float32)),
    "colours": ("CHW", rng.uniform(-0.5, 1.5, (3, 4, 5)).astype(np.float32)),
    "alpha": ("CHW", rng.uniform(-0.5, 1.5, (4, 3, 2)).astype(np.float32)),
    "whole numbers": ("CHW", rng.integers(0, 256, (3, 4, 5), dtype=np.uint8)),
    "true and false": ("HW", rng.integers(0, 2, (3, 4)).astype(bool)),
    "one row": ("NCHW", rng.uniform(0, 1, (3, 3, 4, 2)).astype(np.float32)),
    "grid": ("NCHW", rng.uniform(0, 1, (19, 3, 2, 3)).astype(np.float32)),
    "grey grid": ("NCHW", rng.integers(0, 256, (9, 1, 3, 2), dtype=np.uint8)),
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


def pixels(summary):
    return Image.open(io.BytesIO(summary.value[0].image.encoded_image_string))


def image_case(name, dataformats, values):
    made = pixels(image(name, values, dataformats=dataformats))
    return {
        "name": name,
        "shape": values.shape,
        "dtype": {"float32": "float32", "uint8": "int32", "bool": "bool"}[str(values.dtype)],
        "values": values.ravel().tolist(),
        "wanted": {"mode": made.mode, "width": made.width, "height": made.height, "base64": base64.b64encode(made.tobytes()).decode()},
    }


def image_event(step, tag, height, width, colorspace, png):
    picture = Summary.Image(height=height, width=width, colorspace=colorspace, encoded_image_string=png)
    return summary_event(step, Summary(value=[Summary.Value(tag=tag, image=picture)]))


def summary_event(step, summary):
    return record(Event(wall_time=1234.5, step=step, summary=summary))


OUT.write_text(
    json.dumps(
        {
            "versions": {"torch": torch.__version__.split("+")[0], "tensorboard": tensorboard.__version__},
            "histograms": [histogram_case(name, values) for name, values in VALUES.items()],
            "images": [image_case(name, *case) for name, case in IMAGES.items()],
            "version": record(Event(wall_time=1234.5, file_version="brain.Event:2")),
            "restart": record(Event(wall_time=1234.5, step=300, session_log=SessionLog(status=SessionLog.START))),
            "scalar": summary_event(300, scalar("train/loss", 0.1)),
            "histogram": summary_event(
                2**33, histogram("parameters/w", VALUES["spread"].astype(np.float32), bins())
            ),
            "image": image_event(300, "first layer", 200, 3, 4, bytes(range(256))),
        }
    )
    + "\n"
)
