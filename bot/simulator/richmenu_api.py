"""The rich menu half of LINE's HTTP API (developers.line.biz/en/reference/messaging-api/#rich-menu)."""

from __future__ import annotations

from flask import Blueprint, Response, request

from bot.simulator.checks import parse
from bot.simulator.http import answer, checked_body
from bot.simulator.richmenus import RichMenus
from bot.simulator.state import Json, RefusedError


def add_rich_menus(pages: Blueprint, menus: RichMenus) -> None:
    """Adds the rich menu paths to the API's blueprint."""

    @pages.post("/bot/richmenu")
    def create() -> Response:
        return answer({"richMenuId": menus.create(checked_body("RichMenuRequest"))})

    @pages.get("/bot/richmenu/list")
    def listed() -> Response:
        return answer({"richmenus": [menus.get(menu_id) for menu_id in menus.menus]})

    @pages.get("/bot/richmenu/<menu_id>")
    def get(menu_id: str) -> Response:
        return answer(menus.get(menu_id))

    @pages.delete("/bot/richmenu/<menu_id>")
    def delete(menu_id: str) -> Response:
        menus.delete(menu_id)
        return answer({})

    @pages.route("/bot/richmenu/<menu_id>/content", methods=["GET", "POST"])
    def picture(menu_id: str) -> Response:
        if request.method == "POST":
            menus.draw(menu_id, request.get_data(), request.mimetype)
            return answer({})
        if menu_id not in menus.images:
            raise RefusedError(404, "Not found")
        data, mime = menus.images[menu_id]
        return Response(data, mimetype=mime)

    @pages.route("/bot/user/<user_id>/richmenu/<menu_id>", methods=["POST"])
    def show(user_id: str, menu_id: str) -> Response:
        menus.show(menu_id, None if user_id == "all" else user_id)
        return answer({})

    @pages.route("/bot/user/<user_id>/richmenu", methods=["GET", "DELETE"])
    def shown(user_id: str) -> Response:
        if request.method == "DELETE":
            menus.hide(None if user_id == "all" else user_id)
            return answer({})
        menu_id = menus.default if user_id == "all" else menus.linked.get(user_id)
        if menu_id is None:
            raise RefusedError(404, "the user has no richmenu")
        return answer({"richMenuId": menu_id})

    @pages.post("/bot/richmenu/alias")
    def create_alias() -> Response:
        body = checked_body("CreateRichMenuAliasRequest")
        if body["richMenuAliasId"] in menus.aliases:
            raise RefusedError(400, "conflict richmenu alias id")
        menus.alias(body["richMenuAliasId"], body["richMenuId"])
        return answer({})

    @pages.get("/bot/richmenu/alias/list")
    def aliases() -> Response:
        return answer({"aliases": [_alias(alias, menu_id) for alias, menu_id in menus.aliases.items()]})

    @pages.route("/bot/richmenu/alias/<alias>", methods=["GET", "POST", "DELETE"])
    def one_alias(alias: str) -> Response:
        if alias not in menus.aliases:
            raise RefusedError(404, "richmenu alias not found")
        if request.method == "GET":
            return answer(_alias(alias, menus.aliases[alias]))
        if request.method == "DELETE":
            del menus.aliases[alias]
        else:
            menus.alias(alias, str(parse(request.get_data())["richMenuId"]))
        return answer({})


def _alias(alias: str, menu_id: str) -> Json:
    return {"richMenuAliasId": alias, "richMenuId": menu_id}
