"""Reading Thai expressions of time."""

from bot.understanding.times.moments import Times
from bot.understanding.times.reader import read_answer_time, read_times

__all__ = ["Times", "read_answer_time", "read_times"]
