"""Makes the intent model from data/corpus: needs scikit-learn (the ``dev`` extra), which running the bot does not."""

import hashlib
from array import array
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Any

import numpy as np
from scipy.optimize import minimize_scalar  # type: ignore[import-untyped]  # it ships no types
from scipy.sparse import csr_matrix  # type: ignore[import-untyped]
from scipy.special import softmax  # type: ignore[import-untyped]
from sklearn.metrics import log_loss
from sklearn.model_selection import StratifiedGroupKFold
from sklearn.svm import LinearSVC

from bot.understanding.features import features
from bot.understanding.intents import BUCKETS, Model, buckets, weighed
from bot.understanding.noise import noisy
from bot.understanding.normalise import normalise
from bot.understanding.rules import rows

CORPUS = Path(str(files("bot.understanding") / "data" / "corpus"))
GREETINGS = ("greet_", "thanks_", "good_night", "new_year", "sticker_ack", "ack_formal", "english_casual")
WORD_LISTS = ("dialects", "english", "goods", "joint", "marks", "sayings", "words")
COPIES = 2  # noisy copies of each line
SEED = 2569
FOLDS = 3


@dataclass(frozen=True, slots=True)
class Example:
    """A line of the corpus. Lines of one ``family`` are alike, so a family is never split between training and test."""

    text: str
    intent: str
    family: str


def corpus(folder: Path = CORPUS) -> list[Example]:
    """Give the training lines in a fixed order: ``<intent>.tsv`` holds ``family<TAB>text``; then the sayings."""
    return [
        Example(text, _intent(path.stem, family), f"{path.stem}/{family}")
        for path in sorted(folder.glob("*.tsv"))
        for family, _, text in (row.partition("\t") for row in path.read_text(encoding="utf-8").splitlines())
        if text and not family.startswith("#")
    ] + [
        Example(text, intent, f"sayings/{number // 6}")
        for number, (intent, text) in enumerate(rows("sayings.tsv"))
    ]


def _intent(name: str, family: str) -> str:
    """Give the intent of a line. What groups say among themselves is none of the bot's business, but their greetings,
    said to the bot alone, are small talk: only messages that address it are ever classified.
    """
    if name != "ordinary_talk":
        return name
    return "small_talk" if family.startswith(GREETINGS) else "other"


def corpus_hash(folder: Path = CORPUS) -> str:
    """Give the SHA-256 of all that the model is made from: the corpus and the word lists behind its features."""
    digest = hashlib.sha256()
    lists = (CORPUS.parent / "lexicon_intents" / f"{name}.tsv" for name in WORD_LISTS)
    for path in (*sorted(folder.glob("*.tsv")), *lists):
        digest.update(path.name.encode() + b"\0" + path.read_bytes())
    return digest.hexdigest()


def train(examples: Sequence[Example], made_from: str) -> Model:
    """Fit a model on the examples, with the temperature that was found on families it had not seen."""
    return replace(fit(examples, made_from), temperature=temperature(left_out(examples)))


def fit(examples: Sequence[Example], made_from: str = "") -> Model:
    """Fit a model on the examples and on noisy copies of them, without calibration."""
    lines = [(text, e.intent) for e in examples for text in (e.text, *noisy(e.text, COPIES, SEED))]
    learner = LinearSVC(C=0.5, class_weight="balanced", random_state=SEED)
    learner.fit(design([text for text, _ in lines]), [intent for _, intent in lines])
    return _packed(learner, made_from)


def design(texts: Sequence[str]) -> Any:
    """Give the texts as rows of a sparse matrix, one column a feature bucket."""
    columns, values, ends = array("i"), array("f"), array("i", [0])
    for text in texts:
        for value, numbers in _row(text):
            columns.extend(numbers)
            values.extend([value] * len(numbers))
        ends.append(len(columns))
    return csr_matrix(
        (np.asarray(values), np.asarray(columns), np.asarray(ends)), shape=(len(texts), BUCKETS)
    )


@cache
def _row(text: str) -> tuple[tuple[float, "array[int]"], ...]:
    return tuple(
        (value, array("i", buckets(names))) for value, names in weighed(features(normalise(text).clean))
    )


def _packed(learner: LinearSVC, made_from: str) -> Model:
    """Give the learner's weights as signed bytes, each intent with its own scale."""
    scales = np.abs(learner.coef_).max(axis=1) / 127
    bytes_ = np.rint(learner.coef_ / scales[:, None]).astype(np.int8)
    return Model(
        intents=tuple(map(str, learner.classes_)),
        weights=tuple(array("b", row.tobytes()) for row in bytes_),
        scales=tuple(map(float, scales)),
        biases=tuple(map(float, learner.intercept_)),
        temperature=1.0,
        corpus=made_from,
    )


def left_out(examples: Sequence[Example]) -> Iterator[tuple[Model, list[Example]]]:
    """Give models, each with the examples of the families that were kept from it."""
    intents, families = [e.intent for e in examples], [e.family for e in examples]
    folds = StratifiedGroupKFold(FOLDS, shuffle=True, random_state=SEED)
    for seen, unseen in folds.split(intents, intents, families):
        yield fit([examples[i] for i in seen]), [examples[i] for i in unseen]


def temperature(trials: Iterable[tuple[Model, list[Example]]]) -> float:
    """Give the temperature that makes the confidences truest on the examples kept from each model."""
    scores, wanted = [], []
    for model, unseen in trials:
        scores += [model.scores(features(normalise(e.text).clean)) for e in unseen]
        wanted += [model.intents.index(e.intent) for e in unseen]
    table, right = np.array(scores), np.array(wanted)
    return float(
        minimize_scalar(
            lambda t: log_loss(right, softmax(table / t, axis=1)), bounds=(0.02, 5), method="bounded"
        ).x
    )
