"""Reads folders of event files, named on stdin one a line, with TensorBoard itself: a line of JSON for each, of what is in it."""

import base64
import io
import json
import sys

from PIL import Image
from tensorboard.backend.event_processing.event_accumulator import EventAccumulator


def described(event):
    histo = event.histogram_value
    return [event.step, histo.min, histo.max, histo.num, histo.sum, histo.sum_squares]


def picture(event):
    image = Image.open(io.BytesIO(event.encoded_image_string))
    pixels = base64.b64encode(image.tobytes()).decode()
    return [event.step, event.width, event.height, image.mode, image.width, image.height, pixels]


def read(folder):
    accumulator = EventAccumulator(folder, size_guidance={"scalars": 0, "histograms": 0, "images": 0})
    accumulator.Reload()
    tags = accumulator.Tags()
    return {
        "scalars": {tag: [[e.step, e.value] for e in accumulator.Scalars(tag)] for tag in tags["scalars"]},
        "histograms": {tag: [described(e) for e in accumulator.Histograms(tag)] for tag in tags["histograms"]},
        "images": {tag: [picture(e) for e in accumulator.Images(tag)] for tag in tags["images"]},
    }


for line in sys.stdin:
    print(json.dumps(read(line.rstrip("\n"))), flush=True)
