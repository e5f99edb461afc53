"""A few sample photos, drawn by code, for those who have none at hand."""

from __future__ import annotations

import functools
import io
from collections.abc import Callable

from PIL import Image, ImageDraw

SIZE = (960, 720)
Draw = ImageDraw.ImageDraw


def _cloth(draw: Draw) -> None:
    """Indigo cloth with woven diamonds."""
    draw.rectangle((0, 0, *SIZE), "#27408b")
    for x in range(0, SIZE[0] + 80, 80):
        for y in range(0, SIZE[1] + 80, 80):
            draw.polygon([(x, y - 30), (x + 30, y), (x, y + 30), (x - 30, y)], "#e8e4d8")
            draw.polygon([(x, y - 14), (x + 14, y), (x, y + 14), (x - 14, y)], "#27408b")
    for y in range(0, SIZE[1], 240):
        draw.rectangle((0, y, SIZE[0], y + 22), "#b22234")


def _rice(draw: Draw) -> None:
    """A paddy field under the sun."""
    draw.rectangle((0, 0, *SIZE), "#9fd3ee")
    draw.ellipse((720, 60, 860, 200), "#ffd34e")
    draw.rectangle((0, 340, *SIZE), "#8fb339")
    for x in range(-400, SIZE[0] + 400, 90):
        draw.line([(SIZE[0] // 2 + (x - SIZE[0] // 2) // 4, 340), (x, SIZE[1])], "#5f8a1f", 8)


def _vegetables(draw: Draw) -> None:
    """Greens and chillies in a basket."""
    draw.rectangle((0, 0, *SIZE), "#f4ead7")
    draw.ellipse((120, 260, 840, 700), "#a9712f")
    draw.ellipse((160, 250, 800, 560), "#7a4d1b")
    for n, x in enumerate(range(220, 740, 90)):
        draw.ellipse((x - 60, 240 + n % 2 * 60, x + 70, 400 + n % 2 * 60), "#3f8f3a")
        draw.ellipse((x - 8, 330, x + 8, 470), "#d22f27")


def _market(draw: Draw) -> None:
    """A stall with a striped awning."""
    draw.rectangle((0, 0, *SIZE), "#ffe9c7")
    for n, x in enumerate(range(100, 860, 76)):
        draw.polygon([(x, 120), (x + 76, 120), (x + 76, 280), (x, 280)], ["#d9363e", "#ffffff"][n % 2])
    draw.rectangle((120, 280, 140, 680), "#6b4a2b")
    draw.rectangle((820, 280, 840, 680), "#6b4a2b")
    draw.rectangle((100, 480, 860, 560), "#b98a56")
    for x in range(150, 820, 110):
        draw.rectangle((x, 400, x + 70, 480), "#2f7f73")


SAMPLES: dict[str, Callable[[Draw], None]] = {
    "cloth": _cloth,
    "rice": _rice,
    "vegetables": _vegetables,
    "market": _market,
}


@functools.cache
def sample(name: str) -> bytes:
    """A sample photo as JPEG. Raises LookupError for a name that SAMPLES has not."""
    image = Image.new("RGB", SIZE)
    SAMPLES[name](ImageDraw.Draw(image))
    file = io.BytesIO()
    image.save(file, "JPEG", quality=82)
    return file.getvalue()
