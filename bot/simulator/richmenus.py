"""The bot's rich menus: made, drawn, set for all or linked to one person, with aliases to switch."""

from __future__ import annotations

import io
import secrets

from PIL import Image, UnidentifiedImageError

from bot.simulator.state import Json, RefusedError

# developers.line.biz/en/reference/messaging-api/#upload-rich-menu-image-requirements
WIDTHS, LEAST_HEIGHT, LEAST_RATIO, MOST_BYTES = range(800, 2501), 250, 1.45, 1_048_576


class RichMenus:
    """Rich menus by id; `default` is everybody's, `linked` maps a user id to her own."""

    def __init__(self) -> None:
        self.menus: dict[str, Json] = {}
        self.images: dict[str, tuple[bytes, str]] = {}
        self.aliases: dict[str, str] = {}
        self.linked: dict[str, str] = {}
        self.default: str | None = None

    def create(self, menu: Json) -> str:
        """Keeps a menu and gives its id."""
        menu_id = f"richmenu-{secrets.token_hex(16)}"
        self.menus[menu_id] = menu
        return menu_id

    def get(self, menu_id: str) -> Json:
        """The menu as LINE gives it. Raises RefusedError (404)."""
        if menu_id not in self.menus:
            raise RefusedError(404, "richmenu not found")
        return {"richMenuId": menu_id, **self.menus[menu_id]}

    def delete(self, menu_id: str) -> None:
        """Forgets a menu, its picture and its links."""
        self.get(menu_id)
        del self.menus[menu_id]
        self.images.pop(menu_id, None)
        self.linked = {user: menu for user, menu in self.linked.items() if menu != menu_id}
        self.default = None if self.default == menu_id else self.default

    def draw(self, menu_id: str, picture: bytes, mime: str) -> None:
        """Gives a menu its picture, once. Raises RefusedError (400) for a size or kind LINE refuses."""
        self.get(menu_id)
        if menu_id in self.images:
            raise RefusedError(400, "An image has already been uploaded to the richmenu")
        if mime not in ("image/png", "image/jpeg") or len(picture) > MOST_BYTES:
            raise RefusedError(400, "The image is not a JPEG or PNG of at most 1 MB")
        width, height = _size(picture)
        if width not in WIDTHS or height < LEAST_HEIGHT or width / height < LEAST_RATIO:
            raise RefusedError(400, "The size of the image does not fit a richmenu")
        self.images[menu_id] = (picture, mime)

    def show(self, menu_id: str, user_id: str | None = None) -> None:
        """Shows a drawn menu to one person, or to all. Raises RefusedError when it has no picture yet."""
        self.get(menu_id)
        if menu_id not in self.images:
            raise RefusedError(400, "must upload richmenu image before applying it to user")
        if user_id is None:
            self.default = menu_id
        else:
            self.linked[user_id] = menu_id

    def hide(self, user_id: str | None = None) -> None:
        """Takes the menu away from one person, or everybody's from all."""
        if user_id is None:
            self.default = None
        else:
            self.linked.pop(user_id, None)

    def alias(self, alias: str, menu_id: str) -> None:
        """Names a menu, so that one menu can switch to another."""
        self.get(menu_id)
        self.aliases[alias] = menu_id

    def of(self, user_id: str) -> str | None:
        """The id of the menu this person sees."""
        return self.linked.get(user_id, self.default)


def _size(picture: bytes) -> tuple[int, int]:
    try:
        with Image.open(io.BytesIO(picture)) as image:
            return image.size
    except (UnidentifiedImageError, OSError):
        raise RefusedError(400, "The image is not a JPEG or PNG of at most 1 MB") from None
