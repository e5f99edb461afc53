"""Reading Thai expressions of time."""

from bot.understanding.times.reader import Times, read_answer_time, read_times

__all__ = ["Times", "read_answer_time", "read_times"]
