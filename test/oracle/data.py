"""Asks PyTorch, scikit-learn and Python how data are split, batched, padded and drawn; test/fixtures/data.json."""

import itertools
import json
import pathlib

import sklearn
import torch
from sklearn.model_selection import train_test_split
from torch.nn.utils.rnn import pad_sequence
from torch.utils.data import BatchSampler, SequentialSampler, default_collate, random_split

OUT = pathlib.Path(__file__).parent.parent / "fixtures" / "data.json"


def splits():
    cases = [(10, [0.5, 0.5]), (10, [0.3, 0.3, 0.4]), (11, [0.25, 0.25, 0.25, 0.25]), (7, [0.9, 0.1]), (103, [0.7, 0.2, 0.1]), (5, [2, 3])]
    return [{"total": n, "lengths": ls, "counts": [len(part) for part in random_split(range(n), ls)]} for n, ls in cases]


def validations():
    labels = [0] * 12 + [1] * 30 + [2] * 18
    found = []
    for total, share in [(10, 0.2), (11, 0.2), (7, 0.5), (103, 0.1), (1000, 0.333)]:
        train, test = train_test_split(range(total), test_size=share)
        found.append({"total": total, "share": share, "counts": [len(train), len(test)]})
    _, test = train_test_split(labels, test_size=0.2, stratify=labels)
    return {"plain": found, "stratified": {"labels": labels, "share": 0.2, "classes": [test.count(c) for c in range(3)]}}


def batches():
    cases = itertools.product([1, 5, 8], [1, 2, 3, 9], [False, True])
    return [{"total": n, "batchSize": b, "dropLast": d, "batches": list(BatchSampler(SequentialSampler(range(n)), b, d))} for n, b, d in cases]


def padding():
    torch.manual_seed(0)
    found = []
    for lengths, rest, value in [([3, 1, 2], [], 0.0), ([2, 4], [3], -1.5), ([1, 0, 2], [2, 2], 7.0)]:
        tensors = [torch.randn([n, *rest]) for n in lengths]
        padded = pad_sequence(tensors, batch_first=True, padding_value=value)
        found.append({"value": value, "tensors": [[list(t.shape), t.flatten().tolist()] for t in tensors], "padded": [list(padded.shape), padded.flatten().tolist()]})
    return found


def collated():
    samples = [{"x": torch.tensor([i, 2.0 * i]), "y": i, "z": [i / 2, torch.tensor(i)]} for i in range(3)]
    batch = default_collate(samples)
    return {"x": batch["x"].tolist(), "y": batch["y"].tolist(), "z": [batch["z"][0].tolist(), batch["z"][1].tolist()]}


def inclusion(weights, count):
    """The chance that a sample is among `count` drawn one after the other without replacement, by adding up all orders."""
    chances = [0.0] * len(weights)
    for order in itertools.permutations([i for i, w in enumerate(weights) if w > 0], count):
        chance, left = 1.0, sum(weights)
        for i in order:
            chance *= weights[i] / left
            left -= weights[i]
        for i in order:
            chances[i] += chance
    return chances


def weighted():
    weights = [1.0, 4.0, 0.0, 2.0, 8.0, 0.5]
    torch.manual_seed(0)
    draws = torch.multinomial(torch.tensor(weights).expand(20000, -1), 3)
    measured = torch.stack([(draws == i).any(1).double().mean() for i in range(len(weights))])
    chances = inclusion(weights, 3)
    assert (measured - torch.tensor(chances)).abs().max() < 0.02, "PyTorch draws otherwise"
    return {"weights": weights, "count": 3, "inclusion": chances}


def images():
    """Every window that a random crop or shift can show, in order of top and left, and the other transforms."""
    torch.manual_seed(0)
    image = torch.randn([2, 4, 5])
    windows = []
    for height, width, down, right, fill in [(3, 3, 0, 0, 0.0), (4, 5, 1, 2, 0.5), (5, 2, 1, 0, -1.0)]:
        around = torch.nn.functional.pad(image, [right, right, down, down], value=fill)
        places = itertools.product(range(around.shape[1] - height + 1), range(around.shape[2] - width + 1))
        shown = [around[:, top : top + height, left : left + width].flatten().tolist() for top, left in places]
        windows.append({"size": [height, width], "padding": [down, right], "fill": fill, "shown": shown})
    mean, std = torch.tensor([0.485, -1.25]), torch.tensor([0.229, 3.0])
    return {
        "image": image.flatten().tolist(),
        "windows": windows,
        "horizontal": image.flip(-1).flatten().tolist(),
        "vertical": image.flip(-2).flatten().tolist(),
        "normalized": ((image - mean[:, None, None]) / std[:, None, None]).flatten().tolist(),
        "oneHot": torch.nn.functional.one_hot(torch.tensor([[2, 0], [1, 1]]), 3).tolist(),
    }


def main():
    found = {"versions": {"torch": torch.__version__.split("+")[0], "sklearn": sklearn.__version__}}
    found |= {"splits": splits(), "validations": validations(), "batches": batches()}
    found |= {"padding": padding(), "collated": collated(), "weighted": weighted(), "images": images()}
    OUT.write_text(json.dumps(found) + "\n")


main()
