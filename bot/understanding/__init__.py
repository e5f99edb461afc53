"""Text in, reading out: what a message wants, and the dates, amounts, places and names in it. Needs no network.

from bot.understanding import read
read("นัดประชุมพรุ่งนี้บ่ายสอง", now).intent   # "create_meeting"
"""

from bot.understanding.reader import DEFAULT_NAMES, SURE, load, read, read_as
from bot.understanding.reading import Reading

__all__ = ["DEFAULT_NAMES", "SURE", "Reading", "load", "read", "read_as"]
