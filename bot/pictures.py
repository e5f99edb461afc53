"""Pictures that people send: checked, freed of what they tell about place and phone, and made small enough."""

import hashlib
import io
from dataclasses import dataclass
from enum import StrEnum

from PIL import Image, ImageOps, UnidentifiedImageError

MOST_BYTES = 10 * 1024 * 1024  # LINE takes no larger picture back
MOST_PIXELS = 50_000_000
LONG_SIDE = 2048
PREVIEW_SIDE = 480
QUALITY = 85


class PictureProblem(StrEnum):
    """Why a picture is not kept."""

    TOO_LARGE = "too_large"
    NO_PICTURE = "no_picture"
    GONE = "gone"


@dataclass(frozen=True, slots=True)
class Picture:
    """A picture fit to be kept: a JPEG without EXIF, and its preview."""

    content: bytes
    preview: bytes
    width: int
    height: int

    @property
    def media_type(self) -> str:
        """Its media type."""
        return "image/jpeg"

    @property
    def digest(self) -> str:
        """A name made of its content."""
        return hashlib.sha256(self.content).hexdigest()[:32]


def read_picture(content: bytes) -> Picture | PictureProblem:
    """Turn what somebody sent into a picture that can be kept and shown by LINE."""
    try:
        with Image.open(io.BytesIO(content), formats=("JPEG", "PNG", "WEBP", "GIF")) as opened:
            if opened.width * opened.height > MOST_PIXELS:
                return PictureProblem.TOO_LARGE
            upright = ImageOps.exif_transpose(opened).convert("RGB")
    except (UnidentifiedImageError, OSError, ValueError, SyntaxError, Image.DecompressionBombError):
        return PictureProblem.NO_PICTURE
    upright.thumbnail((LONG_SIDE, LONG_SIDE))
    small = upright.copy()
    small.thumbnail((PREVIEW_SIDE, PREVIEW_SIDE))
    return Picture(_jpeg(upright), _jpeg(small), upright.width, upright.height)


def _jpeg(image: Image.Image) -> bytes:
    made = io.BytesIO()
    image.save(made, "JPEG", quality=QUALITY)  # without exif: no GPS position, no phone
    return made.getvalue()
