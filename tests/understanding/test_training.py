"""How the model is made: from which lines, always the same, and in step with what it was made from."""

from pathlib import Path

import pytest

from bot.understanding import intents, training
from bot.understanding.noise import noisy

EXAMPLES = [example for example in training.corpus() if example.intent in ("help", "praise", "privacy")]


def test_the_model_is_in_step_with_its_sources() -> None:
    """Whoever changes the corpus, the marks or the dialects runs `saan train`."""
    assert intents.model().corpus == training.corpus_hash()


def test_the_same_lines_make_the_same_model() -> None:
    """Training is repeatable to the byte."""
    first, second = (intents.dumps(training.fit(EXAMPLES, "same")) for _ in range(2))
    assert first == second


def test_no_family_stands_on_both_sides() -> None:
    """A family of like lines is wholly seen or wholly unseen."""
    for _, unseen in training.left_out(EXAMPLES):
        kept_out = {example.family for example in unseen}
        seen = {example.family for example in EXAMPLES if example not in unseen}
        assert not kept_out & seen


def test_a_group_s_greetings_are_small_talk() -> None:
    """What groups say is other, but a greeting, said to the bot alone, is small talk."""
    talk = {example.intent for example in training.corpus() if example.family.startswith("ordinary_talk/")}
    greetings = {e.intent for e in training.corpus() if e.family.startswith("ordinary_talk/greet_")}
    assert talk == {"other", "small_talk"}
    assert greetings == {"small_talk"}


def test_lines_are_read_from_files_named_by_intent(tmp_path: Path) -> None:
    """A file is an intent, a row a family and a text; remarks and empty rows are left out."""
    (tmp_path / "help.tsv").write_text("# remark\tno\n\nmenu\tขอเมนู\n", encoding="utf-8")
    lines = [line for line in training.corpus(tmp_path) if not line.family.startswith("sayings/")]
    assert lines == [training.Example("ขอเมนู", "help", "help/menu")]


@pytest.mark.parametrize("text", ["", "ก", "ขายผ้าคลุมไหล่ได้ 8 ผืน พรุ่งนี้จะไปอีก", "🙏"])
def test_noise_is_repeatable(text: str) -> None:
    """The same line gives the same slips."""
    assert noisy(text, 3, seed=1) == noisy(text, 3, seed=1)
    assert len(noisy(text, 3, seed=1)) == 3


def test_noise_differs() -> None:
    """Copies are not all alike, and not all like the line."""
    text = "วันนี้ขายผ้าคลุมไหล่ได้ 8 ผืนค่ะ"
    assert len({text, *noisy(text, 8, seed=1)}) > 4
