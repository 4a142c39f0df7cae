"""One measurement by PyTorch, in a process of its own: the twin of measure.mjs. Prints one JSON line."""

import argparse
import importlib
import json
import math
import os
import resource
import sys
import time
from pathlib import Path

import numpy
import torch

parser = argparse.ArgumentParser()
parser.add_argument("--workload")
parser.add_argument("--data", type=Path)
parser.add_argument("--threads", type=int, default=1)
parser.add_argument("--seconds", type=float)  # without it, nothing is timed
parser.add_argument("--cold", action="store_true")
options = parser.parse_args()

WARM_STEPS, SAMPLE_SECONDS, FEWEST_SAMPLES = 10, 2e-3, 5


def prepare():
    torch.set_num_threads(options.threads)
    entry = json.loads((options.data / "manifest.json").read_text())[options.workload]
    data = {}
    for tensor in entry["tensors"]:
        values = numpy.fromfile(options.data / tensor["path"], "<i4" if tensor["dtype"] == "int32" else "<f4")
        data[tensor["name"]] = torch.from_numpy(values.reshape(tensor["shape"]))
    sys.path.insert(0, str(Path(__file__).parent / "workloads"))
    return importlib.import_module(entry["source"]).build(data)


def compared_values(step, values):
    """What is compared with the other peers': the workload's own values, or the losses of ten steps."""
    first = step()
    return values() if values else [first] + [step() for _ in range(9)]


def sample(step, count):
    """Seconds of `count` steps together."""
    start = time.perf_counter()
    for _ in range(count):
        step()
    return time.perf_counter() - start


def busy_seconds():
    """Seconds that all processors together have worked since the machine started, or None."""
    try:
        with open("/proc/stat") as stat:
            user, nice, system, _, _, irq, softirq, steal = map(int, stat.readline().split()[1:9])
        return (user + nice + system + irq + softirq + steal) / os.sysconf("SC_CLK_TCK")
    except OSError:
        return None


def own_seconds():
    times = os.times()
    return times.user + times.system


def peak_memory():
    """The most memory this process has held, in MB."""
    try:
        lines = Path("/proc/self/status").read_text().splitlines()
        return next(int(line.split()[1]) for line in lines if line.startswith("VmHWM:")) / 1024
    except OSError:
        return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def timed(step, seconds):
    warm = sample(step, 3)
    sample(step, min(WARM_STEPS, math.ceil(seconds / warm)))
    count = max(1, math.ceil(SAMPLE_SECONDS / sample(step, 1)))
    times = []
    busy, own, start = busy_seconds(), own_seconds(), time.perf_counter()
    while len(times) < FEWEST_SAMPLES or time.perf_counter() - start < seconds:
        times.append(sample(step, count) / count * 1e3)
    wall = time.perf_counter() - start
    foreign = None if busy is None else max(0, busy_seconds() - busy - (own_seconds() - own)) / wall
    times.sort()
    return {"min": times[0], "median": times[len(times) // 2], "steps": len(times) * count, "foreign": foreign}


step, values = prepare()
if options.cold:
    step()
    print("{}")
else:
    result = {"values": compared_values(step, values)}
    if options.seconds:
        result |= timed(step, options.seconds)
    print(json.dumps(result | {"memory": peak_memory()}))
