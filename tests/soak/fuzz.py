"""Arbitrary Unicode never brings the reading down."""

from datetime import datetime

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.understanding import reader

CASES = 10_000
NOW = datetime(2026, 11, 24, 10)  # noqa: DTZ001 - local, as the reader takes it
THAI = st.text(
    st.characters(min_codepoint=0x0E00, max_codepoint=0x0E5B) | st.sampled_from(" 0123456789.,:-/")
)


def fuzz_drill() -> int:
    """Read as many arbitrary messages; raises what a reading raises. Gives how many were read."""
    read = 0

    @given(
        st.text(max_size=300)
        | THAI
        | st.text(st.characters(categories=("So", "Mn", "Cf", "Lo")), max_size=80)
    )
    @settings(
        max_examples=CASES,
        deadline=None,
        database=None,
        derandomize=True,
        suppress_health_check=list(HealthCheck),
    )
    def every_text_is_read(text: str) -> None:
        nonlocal read
        reading = reader.read(text, NOW)
        assert 0.0 <= reading.confidence <= 1.0
        read += 1

    every_text_is_read()
    return read
