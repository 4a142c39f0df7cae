"""Asks scikit-learn for metrics of data that comes in batches; writes test/fixtures/metrics.json.

A case is a metric, its options, the batches, and the value over all of them as scikit-learn gives it for all data at once.
Every case has its own random numbers, seeded by its text.
"""

import json
import pathlib
import warnings
import zlib

import numpy as np
import sklearn
from sklearn import metrics as sk

OUT = pathlib.Path(__file__).parent.parent / "fixtures" / "metrics.json"
SIZES = (7, 5, 1)  # of batches: unequal, so that no mean of batches is the metric


def plain(x):
    """JSON has no NaN."""
    return [plain(v) for v in x] if isinstance(x, (list, np.ndarray)) else "NaN" if np.isnan(x) else float(x)


def softmax(x):
    e = np.exp(x - x.max(1, keepdims=True))
    return e / e.sum(1, keepdims=True)


def listed(x, dtype):
    return {"shape": list(x.shape), "dtype": dtype, "values": " ".join(f"{v:.9g}" for v in np.asarray(x, float).ravel())}


def dtype_of(x):
    return "float32" if x.dtype.kind == "f" else "int32"


def case(metric, value, output, target, options=(), sizes=SIZES, argument=None):
    output, target, ends = np.asarray(output), np.asarray(target), np.cumsum(sizes)
    parts = [[listed(p, dtype_of(x)) for p in np.split(x, ends[:-1])] for x in (output, target)]
    given = {"argument": argument} if argument is not None else {"options": plain_options(dict(options))}
    return {"metric": metric, **given, "batches": list(zip(*parts)), "value": plain(value)}


def plain_options(options):
    return {key: "NaN" if value != value else value for key, value in options.items()}


def generator(*text):
    return np.random.default_rng(zlib.crc32(str(text).encode()))


def scores(g, classes, count=sum(SIZES)):
    return g.normal(size=(count, classes)).astype(np.float32)


def class_scores():
    """precision, recall and f1 of many classes; in 'rare' one is never right, one never predicted, one neither."""
    for data in ("full", "rare"):
        g = generator("classes", data)
        classes = 4 if data == "full" else 6
        x, y = scores(g, classes), g.integers(0, 4, sum(SIZES))
        if data == "rare":
            x[:, 3:] -= np.float32([100, 0, 100])
            y[y == 2] = 1
        predicted = x.argmax(1)
        for name, of in (("precision", sk.precision_score), ("recall", sk.recall_score), ("f1", sk.f1_score)):
            for average in ("macro", "micro", "weighted", "none"):
                for zero in (0, 1, float("nan")):
                    labels = np.arange(classes) if average == "none" else None
                    value = of(y, predicted, average=None if average == "none" else average, zero_division=zero, labels=labels)
                    options = {"average": average} | ({"zeroDivision": zero} if zero != 0 else {})
                    yield case(name, value, x, y, options)
            yield case(name, of(y, predicted, average="macro", zero_division=0), x, y)
            yield case(name, of(y, predicted, average="macro", zero_division=0), predicted, y, {"average": "macro"})
        yield case("confusionMatrix", sk.confusion_matrix(y, predicted, labels=np.arange(classes)), x, y)
        yield case("confusionMatrix", sk.confusion_matrix(y, predicted, labels=np.arange(max(y.max(), predicted.max()) + 1)), predicted, y)
        yield case("accuracy", sk.accuracy_score(y, predicted), x, y)
        yield case("accuracy", sk.accuracy_score(y, predicted), predicted, y)


def binary_scores():
    for data in ("mixed", "never predicted", "never right", "neither"):
        g = generator("binary", data)
        x, y = g.random(sum(SIZES)).astype(np.float32), g.integers(0, 2, sum(SIZES))
        x, y = x * (0.5 if data in ("never predicted", "neither") else 1), y * (0 if data in ("never right", "neither") else 1)
        for threshold in (0.5, 0.25):
            predicted = (x > threshold).astype(int)
            options = {} if threshold == 0.5 else {"threshold": threshold}
            for name, of in (("precision", sk.precision_score), ("recall", sk.recall_score), ("f1", sk.f1_score)):
                yield case(name, of(y, predicted, zero_division=0), x, y, options)
                yield case(name, of(y, predicted, zero_division=1), x, y, options | {"zeroDivision": 1})
                yield case(name, of(y, predicted, average="macro", zero_division=0), x, y.astype(np.float32), options | {"average": "macro"})
            yield case("confusionMatrix", sk.confusion_matrix(y, predicted, labels=[0, 1]), x, y, options)
    yield case("accuracy", sk.accuracy_score(y, x > 0.5), x, y)


def ranks():
    for ties in (False, True):
        g = generator("ranks", ties)
        x, y = scores(g, 5), g.integers(0, 5, sum(SIZES))
        if ties:
            x = np.round(x)
        for k in (1, 2, 4, 5, 9):
            yield case("topK", sk.top_k_accuracy_score(y, x, k=k, labels=np.arange(5)), x, y, argument=k)


def curves():
    for data in ("plain", "ties", "one class"):
        g = generator("auc", data)
        x, y = scores(g, 1)[:, 0], g.integers(0, 2, sum(SIZES))
        x = np.round(x * 2) if data == "ties" else x
        y = y * 0 if data == "one class" else y
        yield case("rocAuc", sk.roc_auc_score(y, x), x, y)
        two = np.stack([1 - 1 / (1 + np.exp(-x)), 1 / (1 + np.exp(-x))], 1).astype(np.float32)
        yield case("rocAuc", sk.roc_auc_score(y, two[:, 1]), two, y)
    g = generator("auc of classes")
    x, y = softmax(scores(g, 3)), np.concatenate([np.arange(3), g.integers(0, 3, sum(SIZES) - 3)])
    for average in ("macro", "none"):
        yield case("rocAuc", sk.roc_auc_score(y, x, multi_class="ovr", average=None if average == "none" else average), x, y, {"average": average})


def regressions():
    of = {"mae": sk.mean_absolute_error, "rmse": sk.root_mean_squared_error, "r2": sk.r2_score}
    for name, metric in of.items():
        for data in ("one", "several", "far from 0", "no variance", "no variance, met", "one sample", "one of several without variance"):
            g = generator(name, data)
            sizes = (1,) if data == "one sample" else SIZES
            shape = (sum(sizes),) if data in ("one", "far from 0", "no variance", "one sample") else (sum(sizes), 3)
            y = g.normal(size=shape).astype(np.float32)
            if data == "far from 0":
                y = y + np.float32(1e4)
            if data.startswith("no variance"):
                y = y * 0 + np.float32(2.5)
            if data == "one of several without variance":
                y[:, 1] = 0.5
            x = y if data == "no variance, met" else (y + g.normal(size=shape) * 0.3).astype(np.float32)
            yield case(name, metric(y.astype(float), x.astype(float)), x, y, sizes=sizes)


def perplexities():
    for ignored in (None, 2):
        g = generator("perplexity", ignored)
        x, y = scores(g, 5), g.integers(0, 5, sum(SIZES))
        kept = y != ignored
        value = np.exp(sk.log_loss(y[kept], softmax(x.astype(float))[kept], labels=np.arange(5)))
        yield case("perplexity", value, x, y, {} if ignored is None else {"ignoreIndex": ignored})


def main():
    warnings.simplefilter("ignore")  # of undefined values, which are what is asked for
    families = (class_scores, binary_scores, ranks, curves, regressions, perplexities)
    lines = ",\n".join(json.dumps(c, separators=(",", ":"), allow_nan=False) for family in families for c in family())
    OUT.write_text(f'{{"sklearn":"{sklearn.__version__}","cases":[\n{lines}\n]}}\n')


main()
