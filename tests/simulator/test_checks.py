"""Requests are held against LINE's contract."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.simulator.checks import check
from bot.simulator.state import RefusedError

POSTBACK = {"type": "postback", "label": "ตกลง", "data": "ok"}


def text(**more: Any) -> dict[str, Any]:
    return {"type": "text", "text": "ก", **more}


def box(*contents: Any, **more: Any) -> dict[str, Any]:
    return {"type": "box", "layout": "vertical", "contents": list(contents), **more}


def flex(*contents: Any, **more: Any) -> dict[str, Any]:
    bubble = {"type": "bubble", "body": box(*contents, **more)}
    return {"type": "flex", "altText": "การ์ด", "contents": bubble}


def template(**template: Any) -> dict[str, Any]:
    return {"type": "template", "altText": "แบบ", "template": template}


def quick(action: dict[str, Any]) -> dict[str, Any]:
    return text(quickReply={"items": [{"type": "action", "action": action}]})


def details(*messages: dict[str, Any]) -> list[tuple[str, str]]:
    """(place, message) of what LINE would refuse in a push of these."""
    try:
        check("PushMessageRequest", {"to": "U1", "messages": list(messages)})
    except RefusedError as refused:
        return [(detail["property"], detail["message"]) for detail in refused.body["details"]]
    return []


@pytest.mark.parametrize(
    "message",
    [
        text(),
        text(text="ก" * 5000),
        flex(text(size="xl", color="#112233", wrap=True), {"type": "separator", "margin": "md"}),
        flex({"type": "button", "style": "primary", "action": POSTBACK}),
        flex(box({"type": "icon", "url": "https://a.b/c.png"}, text(), layout="baseline")),
        template(type="confirm", text="ใช่ไหม", actions=[POSTBACK, POSTBACK]),
        quick({"type": "camera", "label": "ถ่ายรูป"}),
        {"type": "image", "originalContentUrl": "https://a.b/c.jpg", "previewImageUrl": "https://a.b/d.jpg"},
    ],
)
def test_what_line_accepts(message: dict[str, Any]) -> None:
    """Messages within LINE's rules pass."""
    assert details(message) == []


@pytest.mark.parametrize(
    ("message", "place"),
    [
        ({"type": "poem"}, "messages[0].type"),
        ({"text": "ก"}, "messages[0].type"),
        (text(text=""), "messages[0].text"),
        (text(text="😀" * 2501), "messages[0].text"),
        (text(colour="red"), "messages[0].colour"),
        (flex(text(color="red")), "messages[0].contents.body.contents[0].color"),
        (flex(text(size="huge")), "messages[0].contents.body.contents[0].size"),
        (flex(text(text="")), "messages[0].contents.body.contents[0].text"),
        (flex(text(), spacing="wide"), "messages[0].contents.body.spacing"),
        (flex({"type": "button"}), "messages[0].contents.body.contents[0].action"),
        (
            flex({"type": "button", "action": {**POSTBACK, "label": "ก" * 41}}),
            "messages[0].contents.body.contents[0].action.label",
        ),
        (
            flex({"type": "button", "action": {**POSTBACK, "data": "ก" * 301}}),
            "messages[0].contents.body.contents[0].action.data",
        ),
        (
            flex(box({"type": "button", "action": POSTBACK}, layout="baseline")),
            "messages[0].contents.body.contents[0].contents[0].type",
        ),
        (
            flex({"type": "image", "url": "http://a.b/c.png"}),
            "messages[0].contents.body.contents[0].url",
        ),
        (template(type="confirm", text="ใช่ไหม", actions=[POSTBACK]), "messages[0].template.actions"),
        (template(type="buttons", text="ก", actions=[POSTBACK] * 5), "messages[0].template.actions"),
        (
            template(type="buttons", title="ก", text="ก" * 61, actions=[POSTBACK]),
            "messages[0].template.text",
        ),
        (quick({"type": "postback", "data": "x"}), "messages[0].quickReply.items[0].action.label"),
        (quick({"type": "message", "label": "ก"}), "messages[0].quickReply.items[0].action.text"),
        (
            quick({"type": "uri", "label": "ก", "uri": "ftp://a.b"}),
            "messages[0].quickReply.items[0].action.uri",
        ),
        (
            text(quickReply={"items": [{"type": "action", "action": POSTBACK}] * 14}),
            "messages[0].quickReply.items",
        ),
        (flex(*[text(text="ก" * 500)] * 30), "messages[0].contents"),
    ],
)
def test_what_line_refuses(message: dict[str, Any], place: str) -> None:
    """Each broken rule is told with its place."""
    assert [found for found, _ in details(message)] == [place]


@pytest.mark.parametrize("count", [0, 6])
def test_a_call_holds_one_to_five_messages(count: int) -> None:
    """No message, and more than five, are refused."""
    assert details(*[text()] * count) == [("messages", "Size must be between 1 and 5")]


@given(st.recursive(st.none() | st.booleans() | st.integers() | st.text(), st.lists))
def test_no_body_breaks_the_check(body: Any) -> None:
    """Whatever JSON comes, the answer is LINE's 400."""
    with pytest.raises(RefusedError):
        check("PushMessageRequest", body)


@given(st.dictionaries(st.sampled_from(["to", "messages", "x"]), st.none() | st.lists(st.integers())))
def test_no_object_breaks_the_check(body: Any) -> None:
    """Objects with wrong insides are refused, too."""
    with pytest.raises(RefusedError):
        check("PushMessageRequest", body)
