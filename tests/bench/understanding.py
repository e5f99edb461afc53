"""How well and how fast messages are understood, beside three baselines: ``python -m tests.bench.understanding``.

Accuracy is measured on messages that the model was not made from: a third of the corpus's families, left out of a model
that is trained for this purpose, and the unseen messages of tests/understanding/unseen.
"""

import json
import statistics
import subprocess
import sys
import time
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import Any

import dateparser.search
from pythainlp.classify import GzipModel
from rich.console import Console
from rich.table import Table
from sklearn.metrics import f1_score

from bot.understanding import intents, training
from bot.understanding.features import features
from bot.understanding.normalise import normalise
from bot.understanding.reader import SURE, load, read
from bot.understanding.reading import Reading
from bot.understanding.words import cut

UNSEEN = Path(__file__).parent.parent / "understanding" / "unseen"
TIMES = ("datetime", "end_datetime", "period", "recurrence")
QUOTED = ("place", "product", "topic", "person")
KEYWORDS = 12  # an intent, as many as a patient owner of an auto-reply account would enter
GZIP_LINES = 1500  # GzipModel compresses each message with every line: more would take minutes
GZIP_MESSAGES = 120

Row = dict[str, Any]
out = Console(width=130)


def main() -> None:
    """Print every figure; takes about two minutes."""
    _start_up()
    load()
    sets = {name: _rows(name) for name in ("clean", "noisy", "group", "times")}
    readings = {name: [_read(row) for row in rows] for name, rows in sets.items()}
    for name in ("clean", "noisy", "group"):
        _intents(name, [row["intent"] for row in sets[name]], readings[name])
    _addressed(sets["group"], readings["group"])
    for name in sets:
        _slots(name, sets[name], readings[name])
    _times(sets["times"], readings["times"])
    _speed([row for rows in sets.values() for row in rows])
    _families()
    _baselines(sets)


def _rows(name: str) -> list[Row]:
    return [json.loads(line) for line in (UNSEEN / f"{name}.jsonl").read_text(encoding="utf-8").splitlines()]


def _read(row: Row) -> Reading:
    flags = {flag: row.get(flag, False) for flag in ("mention_self", "quotes_bot")}
    return read(row["text"], _now(row), group=row["chat"] == "group", **flags)


def _now(row: Row) -> datetime:
    return datetime.fromisoformat(row["now"]).replace(tzinfo=None)


def _intents(name: str, wanted: Sequence[str], readings: Sequence[Reading]) -> None:
    found = [reading.intent for reading in readings]
    right = [a == b for a, b in zip(wanted, found, strict=True)]
    macro = f1_score(wanted, found, average="macro", zero_division=0)
    out.rule(f"{name}: {len(wanted)} messages, accuracy {_share(right)}, macro-F1 {macro:.3f}")
    by_intent = defaultdict(list)
    for intent, hit in zip(wanted, right, strict=True):
        by_intent[intent].append(hit)
    out.print("  ".join(f"{intent} {_share(hits)}" for intent, hits in sorted(by_intent.items())))
    confused = Counter((a, b) for a, b in zip(wanted, found, strict=True) if a != b)
    out.print("confused: " + ", ".join(f"{a} as {b} {n}" for (a, b), n in confused.most_common(15)))
    _calibration([reading.confidence for reading in readings], right)


def _calibration(confidences: Sequence[float], right: Sequence[bool]) -> None:
    """Print how often readings of each confidence are right, the expected calibration error, and what SURE keeps."""
    bins: dict[int, list[tuple[float, bool]]] = defaultdict(list)
    for confidence, hit in zip(confidences, right, strict=True):
        bins[min(9, int(confidence * 10))].append((confidence, hit))
    gaps = [abs(sum(c for c, _ in b) - sum(h for _, h in b)) for b in bins.values()]
    told = (f"{n / 10:.1f}: {_share([h for _, h in b])} of {len(b)}" for n, b in sorted(bins.items()))
    out.print(f"calibration (ECE {sum(gaps) / len(right):.3f}): " + ", ".join(told))
    sure = [hit for confidence, hit in zip(confidences, right, strict=True) if confidence >= SURE]
    out.print(f"sure of {len(sure) / len(right):.0%}, right there {_share(sure)}")


def _addressed(rows: Sequence[Row], readings: Sequence[Reading]) -> None:
    hits = [row["addressed"] == reading.addressed for row, reading in zip(rows, readings, strict=True)]
    out.print(f"addressed or not, told rightly: {_share(hits)} of {len(hits)}")


def _slots(name: str, rows: Sequence[Row], readings: Sequence[Reading]) -> None:
    """Print for each slot how many of the claimed values were found. Only times are claimed completely, so only there
    a value too many counts, too.
    """
    hits: dict[str, list[bool]] = defaultdict(list)
    for row, reading in zip(rows, readings, strict=True):
        if row.get("open"):
            continue
        slots = set(row["slots"]) | {slot for slot in TIMES if slot in reading.slots}
        for slot in slots:
            hits[slot].append(_same(slot, row["slots"].get(slot), reading.slots.get(slot)))
    every = [hit for values in hits.values() for hit in values]
    told = (f"{slot} {_share(values)} of {len(values)}" for slot, values in sorted(hits.items()))
    out.print(f"[bold]slots, {name}: {_share(every)} of {len(every)}[/bold]  " + "  ".join(told))


def _same(slot: str, wanted: Any, found: Any) -> bool:
    if wanted is None or found is None:
        return False
    if slot in QUOTED:
        return bool(_overlap(wanted, found) >= 0.5)
    if slot == "quantities":
        return all(any(_counts_same(a, b) for b in found) for a in wanted)
    return bool(wanted == found)


def _counts_same(wanted: Sequence[Any], found: Sequence[Any]) -> bool:
    return bool(wanted[0] == found[0] and (wanted[1] in found[1] or found[1] in wanted[1]))


def _overlap(wanted: str, found: str) -> float:
    """Give which share of the shorter phrase the two have in common."""
    first, second = wanted.replace(" ", ""), found.replace(" ", "")
    shorter, longer = sorted((first, second), key=len)
    common = max((size for size in range(len(shorter), 0, -1) if _shares(shorter, longer, size)), default=0)
    return common / max(1, len(shorter))


def _shares(shorter: str, longer: str, size: int) -> bool:
    return any(shorter[start : start + size] in longer for start in range(len(shorter) - size + 1))


def _times(rows: Sequence[Row], readings: Sequence[Reading]) -> None:
    plain = [
        all(row["slots"].get(slot) == reading.slots.get(slot) for slot in TIMES)
        for row, reading in zip(rows, readings, strict=True)
        if not row.get("open")
    ]
    out.print(f"times, all parts of a message right: {_share(plain)} of {len(plain)}")


def _speed(rows: Sequence[Row]) -> None:
    took = [_timed(lambda row=row: _read(row)) for row in rows]
    longest = "".join(row["text"] + " " for row in rows)[:5000]
    worst = _timed(lambda: read(longest, _now(rows[0])))
    out.rule("speed and memory")
    out.print(
        f"a message: median {statistics.median(took):.1f} ms, 95 % {sorted(took)[len(took) * 95 // 100]:.1f} ms"
    )
    out.print(f"5,000 characters: {worst:.0f} ms")


def _timed(call: Callable[[], object]) -> float:
    start = time.perf_counter()
    call()
    return (time.perf_counter() - start) * 1000


def _start_up() -> None:
    """Print what loading everything costs a fresh process."""
    code = (
        "import resource, time; start = time.perf_counter(); from bot.understanding import load; load(); "
        "print(time.perf_counter() - start, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss)"
    )
    seconds, kilobytes = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, check=True
    ).stdout.split()
    out.print(f"everything loaded in {float(seconds):.2f} s, {int(kilobytes) / 1024:.0f} MB resident")


def _families() -> None:
    """Print the figures of a model that was made without a third of the families, on that third."""
    model, unseen = next(training.left_out(training.corpus()))
    model = replace(model, temperature=intents.model().temperature)
    ranked = [model.confidences(features(normalise(example.text).clean))[0] for example in unseen]
    _intents("corpus, families left out", [e.intent for e in unseen], [Reading(i, c) for i, c in ranked])


def _baselines(sets: dict[str, list[Row]]) -> None:
    out.rule("baselines, made from the same corpus")
    corpus = training.corpus()
    table = Table("baseline", "clean", "noisy")
    keywords, gzip = _keyword_reply(corpus), _gzip(corpus)
    for name, guess, most in (
        ("keywords, as in an auto-reply account", keywords, None),
        ("GzipModel", gzip, GZIP_MESSAGES),
    ):
        scores = [_accuracy(guess, _spread(sets[key], most)) for key in ("clean", "noisy")]
        table.add_row(name, *(f"{score:.3f}" for score in scores))
    out.print(table)
    dated = [row for row in sets["times"] if "datetime" in row["slots"]]
    hits = [_dateparser(row) == row["slots"]["datetime"] for row in dated]
    out.print(f"dateparser, datetime of a message: {_share(hits)} of {len(hits)}")


def _accuracy(guess: Callable[[str], str], rows: Sequence[Row]) -> float:
    return sum(guess(row["text"]) == row["intent"] for row in rows) / len(rows)


def _spread(rows: Sequence[Row], most: int | None) -> Sequence[Row]:
    return rows if most is None else rows[:: max(1, len(rows) // most)]


def _keyword_reply(corpus: Iterable[training.Example]) -> Callable[[str], str]:
    """Give the reply of an account with keywords for each intent: of the keywords in a message the longest decides."""
    seen: dict[str, Counter[str]] = defaultdict(Counter)
    for example in corpus:
        for word in set(cut(example.text)):
            seen[word][example.intent] += 1
    best: dict[str, list[tuple[float, str]]] = defaultdict(list)
    for word, counts in seen.items():
        intent, count = counts.most_common(1)[0]
        if len(word) > 2:
            best[intent].append((count * count / counts.total(), word))
    keywords = {word: intent for intent, ranked in best.items() for _, word in sorted(ranked)[-KEYWORDS:]}
    longest_first = sorted(keywords, key=len, reverse=True)
    return lambda text: next((keywords[word] for word in longest_first if word in text), "other")


def _gzip(corpus: Sequence[training.Example]) -> Callable[[str], str]:
    lines = corpus[:: max(1, len(corpus) // GZIP_LINES)]
    model = GzipModel([(line.text, line.intent) for line in lines])
    return lambda text: str(model.predict(text, k=3))


def _dateparser(row: Row) -> str | None:
    settings = {"RELATIVE_BASE": _now(row), "PREFER_DATES_FROM": "future", "DATE_ORDER": "DMY"}
    found = dateparser.search.search_dates(row["text"], languages=["th"], settings=settings)
    if not found:
        return None
    moment: datetime = found[0][1]
    timed = "T" in row["slots"]["datetime"]
    return moment.strftime("%Y-%m-%dT%H:%M" if timed else "%Y-%m-%d")


def _share(hits: Sequence[bool]) -> str:
    return f"{sum(hits) / max(1, len(hits)):.3f}"


if __name__ == "__main__":
    main()
