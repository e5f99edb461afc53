"""What went wrong, said to operators without what people wrote."""

import traceback
from pathlib import Path


def where(error: BaseException) -> tuple[str, str]:
    """What failed and where, in one line, without the error's own words: they may hold what somebody wrote."""
    frames = traceback.extract_tb(error.__traceback__)[-3:]
    return type(error).__name__, " < ".join(
        f"{Path(frame.filename).name}:{frame.lineno}" for frame in reversed(frames)
    )
