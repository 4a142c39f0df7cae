"""Writes CSV files with Python and images with Pillow, and what both read of them; test/fixtures/data-files.json."""

import base64
import csv
import io
import json
import pathlib
import random
import struct
import zlib

import numpy
import PIL
from PIL import Image

OUT = pathlib.Path(__file__).parent.parent / "fixtures" / "data-files.json"


def tables():
    rng = random.Random(0)
    pieces = ["a", '"', ",", "\n", "é", " ", ";", "\r\n", "'", "1", "tab\t"]
    found = []
    for end, delimiter in [("\r\n", ","), ("\n", ";"), ("\n", "\t")]:
        rows = [["".join(rng.choices(pieces, k=rng.randint(1, 5))) or "x" for _ in range(3)] for _ in range(12)]
        text = io.StringIO()
        csv.writer(text, lineterminator=end, delimiter=delimiter).writerows([["p", "q", "r"], *rows])
        read = list(csv.reader(io.StringIO(text.getvalue(), newline=""), delimiter=delimiter))
        assert read[1:] == rows
        found.append({"text": text.getvalue(), "delimiter": delimiter, "rows": rows})
    return found


def picture(height, width, channels):
    y, x = numpy.mgrid[0:height, 0:width]
    planes = [128 + 100 * numpy.sin((x * (k + 1) + y * 2) / 5 + k) for k in range(channels)]
    return numpy.stack(planes, -1).astype(numpy.uint8)


def chunk(kind, body):
    return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))


def interlaced(pixels):
    """A grey PNG of 8 bits in Adam7's seven passes, which Pillow reads but does not write."""
    passes = [(0, 0, 8, 8), (0, 4, 8, 8), (4, 0, 8, 4), (0, 2, 4, 4), (2, 0, 4, 2), (0, 1, 2, 2), (1, 0, 2, 1)]
    rows = b"".join(b"\0" + row.tobytes() for top, left, down, right in passes for row in pixels[top::down, left::right] if row.size)
    header = struct.pack(">IIBBBBB", pixels.shape[1], pixels.shape[0], 8, 0, 0, 0, 1)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", zlib.compress(rows)) + chunk(b"IEND", b"")


def saved(image, kind, **options):
    out = io.BytesIO()
    image.save(out, kind, **options)
    return out.getvalue()


def files():
    rgb, rgba = Image.fromarray(picture(7, 9, 3)), Image.fromarray(picture(5, 6, 4), "RGBA")
    grey, deep = Image.fromarray(picture(6, 11, 1)[:, :, 0]), Image.fromarray(picture(4, 5, 1)[:, :, 0].astype(numpy.uint16) * 257 + 3)
    smooth = Image.fromarray(picture(16, 24, 3))
    yield "rgb", saved(rgb, "PNG"), ["L", "RGB", "RGBA"]
    yield "rgba", saved(rgba, "PNG"), ["L", "RGB", "RGBA"]
    yield "grey", saved(grey, "PNG"), ["L", "RGB", "RGBA"]
    yield "grey and alpha", saved(rgba.convert("LA"), "PNG"), ["L", "RGB", "RGBA"]
    yield "one bit", saved(grey.convert("1"), "PNG"), ["L", "RGB"]
    yield "palette of 16", saved(rgb.quantize(13), "PNG", bits=4), ["RGB", "RGBA"]
    yield "palette of 256 with alpha", saved(rgb.quantize(200), "PNG", transparency=3), ["RGB", "RGBA"]
    yield "one transparent colour", saved(rgb, "PNG", transparency=rgb.getpixel((4, 2))), ["RGB", "RGBA"]
    yield "interlaced", interlaced(numpy.asarray(grey)), ["L", "RGB"]
    yield "16 bits", saved(deep, "PNG"), ["I;16"]
    yield "jpeg", saved(smooth, "JPEG", quality=95, subsampling=0), ["L", "RGB", "RGBA"]
    yield "grey jpeg", saved(grey, "JPEG", quality=95), ["L", "RGB"]
    yield "progressive jpeg", saved(smooth, "JPEG", quality=90, subsampling=0, progressive=True), ["RGB"]


def read(data, mode):
    image = Image.open(io.BytesIO(data))
    values = numpy.asarray(image if mode == "I;16" else image.convert(mode))
    planes = values[None] if values.ndim == 2 else values.transpose(2, 0, 1)
    return {"mode": mode, "shape": list(planes.shape), "values": planes.flatten().tolist()}


def main():
    images = [{"name": name, "base64": base64.b64encode(data).decode(), "read": [read(data, mode) for mode in modes]} for name, data, modes in files()]
    OUT.write_text(json.dumps({"versions": {"pillow": PIL.__version__}, "tables": tables(), "images": images}) + "\n")


main()
