"""The intent model at run time: features in, calibrated confidences out. Plain Python over one small array a intent."""

import json
import math
import zlib
from array import array
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Any

from bot.understanding.features import Features

VERSION = 1
BUCKETS = 1 << 16  # features are hashed: no vocabulary to ship, and an unknown one does no harm
GAINS = {"characters": 1.4, "words": 1.0, "frames": 0.7, "marks": 1.2}  # found on families left out
MODEL = Path(str(files("bot.understanding") / "data" / "model.bin"))


@dataclass(frozen=True, slots=True)
class Model:
    """A linear model: for each intent one signed byte a feature bucket, a scale and a bias.

    ``temperature`` divides the scores, so that a confidence of 0.8 is right four times in five.
    ``corpus`` is the hash of the training text it was made from.
    """

    intents: tuple[str, ...]
    weights: tuple["array[int]", ...]
    scales: tuple[float, ...]
    biases: tuple[float, ...]
    temperature: float
    corpus: str

    def confidences(self, features: Features) -> list[tuple[str, float]]:
        """Give every intent with its confidence, the likeliest first; the confidences sum to one."""
        scores = [score / self.temperature for score in self.scores(features)]
        top = max(scores)
        shares = [math.exp(score - top) for score in scores]
        total = sum(shares)
        ranked = sorted(zip(shares, self.intents, strict=True), reverse=True)
        return [(intent, share / total) for share, intent in ranked]

    def scores(self, features: Features) -> list[float]:
        """Give the uncalibrated score of each intent, in the order of ``intents``."""
        parts = [(value, buckets(names)) for value, names in weighed(features)]
        return [
            bias + scale * sum(value * sum(map(row.__getitem__, numbers)) for value, numbers in parts)
            for bias, scale, row in zip(self.biases, self.scales, self.weights, strict=True)
        ]

    def weight(self, intent: str, value: float, name: str) -> float:
        """Give what one feature of this value adds to an intent's score."""
        place = self.intents.index(intent)
        return value * self.scales[place] * self.weights[place][buckets([name])[0]]


def weighed(features: Features) -> Iterable[tuple[float, frozenset[str]]]:
    """Give each field's features with the value that each of them has: the field's gain over its length."""
    for field, gain in GAINS.items():
        names: frozenset[str] = getattr(features, field)
        if names:
            yield gain / math.sqrt(len(names)), names


def buckets(names: Iterable[str]) -> list[int]:
    """Give the bucket of each feature name."""
    return [zlib.crc32(name.encode()) % BUCKETS for name in names]


@cache
def model() -> Model:
    """Give the shipped model, read from disk once. Raises FileNotFoundError where it was never trained."""
    return loads(MODEL.read_bytes())


def dumps(model: Model) -> bytes:
    """Give the model as bytes: one line of JSON, then the weights, compressed."""
    head: dict[str, Any] = {
        "version": VERSION,
        "corpus": model.corpus,
        "temperature": model.temperature,
        "intents": list(zip(model.intents, model.scales, model.biases, strict=True)),
    }
    rows = b"".join(row.tobytes() for row in model.weights)
    return json.dumps(head).encode() + b"\n" + zlib.compress(rows, 9)


def loads(data: bytes) -> Model:
    """Read what ``dumps`` wrote. Raises ValueError if it is of another version."""
    line, _, packed = data.partition(b"\n")
    head = json.loads(line)
    if head["version"] != VERSION:
        raise ValueError(f"the intent model is of version {head['version']}, not {VERSION}: run `saan train`")
    rows = zlib.decompress(packed)
    intents, scales, biases = zip(*head["intents"], strict=True)
    weights = tuple(array("b", rows[i : i + BUCKETS]) for i in range(0, len(rows), BUCKETS))
    return Model(intents, weights, scales, biases, head["temperature"], head["corpus"])
