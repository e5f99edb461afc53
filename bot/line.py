"""The only room that talks to LINE: one shared client, time-outs, and a few named outcomes.

https://developers.line.biz/en/reference/messaging-api/
"""

import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import cached_property
from http import HTTPStatus
from typing import Any

import orjson
from linebot.v3.messaging import (
    ApiClient,
    Configuration,
    MessagingApi,
    MessagingApiBlob,
)
from linebot.v3.messaging.exceptions import ApiException
from pydantic import ValidationError
from urllib3.exceptions import HTTPError

from bot.settings import LINE_API

CONNECT_SECONDS, READ_SECONDS = 3.0, 10.0
CONTENT_TRIES, CONTENT_WAIT_SECONDS = 4, 0.5
JSON = "application/json"
NOTHING: Mapping[str, str] = {}


class Outcome(StrEnum):
    """What became of a call."""

    SENT = "sent"  # LINE has it (also 409: it had it already)
    UNSURE = "unsure"  # may have arrived: the same key and body again
    TOKEN_REFUSED = "token_refused"  # noqa: S105 - the reply token was used or is too old
    REFUSED = "refused"  # never will be accepted
    UNAUTHORISED = "unauthorised"  # our access token is wrong: nothing can be sent
    RATE = "rate"  # too many calls: later
    QUOTA = "quota"  # the month's messages are spent


@dataclass(frozen=True, slots=True)
class Answer:
    """LINE's answer to a call; `problem` holds LINE's own words, never ours."""

    outcome: Outcome
    status: int | None = None
    request_id: str | None = None
    problem: str | None = None
    message_ids: tuple[str, ...] = ()


class ContentProblem(StrEnum):
    """Why a content could not be had."""

    TOO_LARGE = "too_large"
    GONE = "gone"  # unsent, or LINE no longer has it
    AWAY = "away"  # LINE does not answer; the turn is tried again


class Line:
    """LINE's Messaging API for one channel; safe to share between threads."""

    def __init__(self, access_token: str, url: str = LINE_API) -> None:
        # None is LINE itself, where content has a host of its own.
        host = None if url == LINE_API else url
        client = ApiClient(Configuration(host=host, access_token=access_token))
        self._client = client
        self._api = MessagingApi(client)
        self._blob = MessagingApiBlob(client)

    def reply(self, token: str, messages: Sequence[dict[str, Any]]) -> Answer:
        """Answer with a reply token: free, once, within a minute."""
        return self._send("reply", {"replyToken": token, "messages": list(messages)})

    def push(self, to: str, messages: Sequence[dict[str, Any]], retry_key: str) -> Answer:
        """Send unasked, counted against the month; the same key and body may be tried again for 24 h."""
        return self._send("push", {"to": to, "messages": list(messages)}, {"X-Line-Retry-Key": retry_key})

    def multicast(self, to: Sequence[str], messages: Sequence[dict[str, Any]], retry_key: str) -> Answer:
        """Send the same to at most 500 people, counted once for each; otherwise as `push`. Not for groups."""
        body = {"to": list(to), "messages": list(messages)}
        return self._send("multicast", body, {"X-Line-Retry-Key": retry_key})

    def content(self, message_id: str, most_bytes: int) -> bytes | ContentProblem:
        """The bytes of a picture or sound that somebody sent, at most `most_bytes`; waits while LINE prepares it."""
        for _ in range(CONTENT_TRIES):
            try:
                answer = self._blob.get_message_content_with_http_info(
                    message_id, _request_timeout=(CONNECT_SECONDS, READ_SECONDS)
                )
            except ApiException as error:
                return ContentProblem.GONE if error.status in (400, 404, 410) else ContentProblem.AWAY
            except (HTTPError, OSError):
                return ContentProblem.AWAY
            if answer.status_code != HTTPStatus.ACCEPTED:  # 202: LINE is still preparing it
                content = bytes(answer.raw_data)
                return content if len(content) <= most_bytes else ContentProblem.TOO_LARGE
            time.sleep(CONTENT_WAIT_SECONDS)
        return ContentProblem.AWAY

    @cached_property
    def basic_id(self) -> str:
        """The bot's own @id, for buttons that open its chat.

        Raises LineAway if LINE does not answer (it is asked again the next time).
        """
        return str(self._ask(self._api.get_bot_info).basic_id)

    def quota(self) -> tuple[int | None, int]:
        """The month's limit (None: unlimited) and what LINE says is used. Raises LineAway."""
        limit = self._ask(self._api.get_message_quota)
        used = self._ask(self._api.get_message_quota_consumption)
        return (limit.value if limit.type == "limited" else None), int(used.total_usage)

    def webhook_endpoint(self) -> tuple[str, bool]:
        """The webhook's address in the console and whether it is switched on. Raises LineAway."""
        endpoint = self._ask(self._api.get_webhook_endpoint)
        return str(endpoint.endpoint), bool(endpoint.active)

    def group_name(self, group_id: str) -> str:
        """What a group calls itself. Raises LineAway."""
        return str(self._ask(self._api.get_group_summary, group_id).group_name)

    def heads(self, chat_id: str) -> int:
        """How many people a group has, the bot not counted: what a push into it costs. Raises LineAway."""
        group = chat_id.startswith("C")
        count = self._api.get_group_member_count if group else self._api.get_room_member_count
        return int(self._ask(count, chat_id).count)

    def _send(self, endpoint: str, body: dict[str, Any], more: Mapping[str, str] = NOTHING) -> Answer:
        """Send a body as it was stored: the SDK's models would read it in and write it out again, at four times the
        processor time of the call itself."""
        try:
            answer = self._client.call_api(
                f"/v2/bot/message/{endpoint}",
                "POST",
                header_params={"Accept": JSON, "Content-Type": JSON, **more},
                body=body,
                response_types_map={},
                auth_settings=["Bearer"],
                _request_timeout=(CONNECT_SECONDS, READ_SECONDS),
                _host=LINE_API,
            )
            sent = _sent_messages(answer.raw_data)
        except ApiException as error:
            return _from_error(error)
        except (HTTPError, ValueError, OSError) as error:
            # A broken answer comes after LINE accepted, a broken connection perhaps.
            return Answer(Outcome.UNSURE, problem=type(error).__name__)
        return Answer(Outcome.SENT, answer.status_code, _request_id(answer.headers), message_ids=sent)

    def _ask(self, call: Callable[..., Any], *arguments: str) -> Any:
        try:
            return call(*arguments, _request_timeout=(CONNECT_SECONDS, READ_SECONDS))
        except ApiException as error:
            raise LineAway(f"LINE answered {error.status}", error.status) from None
        except (HTTPError, ValidationError, ValueError, OSError) as error:
            raise LineAway(type(error).__name__, None) from None


class LineAway(Exception):
    """LINE did not answer a question as it should."""

    def __init__(self, problem: str, status: int | None) -> None:
        super().__init__(problem)
        self.status = status


def _sent_messages(body: str) -> tuple[str, ...]:
    """The ids in LINE's answer; a multicast's has none. Raises ValueError where it is no answer of LINE's."""
    told = orjson.loads(body)
    if not isinstance(told, dict):
        raise ValueError("no object")
    return tuple(
        str(message["id"])
        for message in told.get("sentMessages") or ()
        if isinstance(message, dict) and "id" in message
    )


def _from_error(error: ApiException) -> Answer:
    said = _said(error.body)
    outcome = _outcome(error.status or 0, said)
    return Answer(outcome, error.status, _request_id(error.headers), problem=said or None)


def _outcome(status: int, said: str) -> Outcome:
    if status == 409:
        return Outcome.SENT
    if status in (401, 403):
        return Outcome.UNAUTHORISED
    if status == 429:
        return Outcome.QUOTA if "monthly limit" in said else Outcome.RATE
    if status == 400 and "Invalid reply token" in said:
        return Outcome.TOKEN_REFUSED
    return Outcome.REFUSED if 400 <= status < 500 else Outcome.UNSURE


def _said(body: object) -> str:
    """LINE's message and details in one line."""
    try:
        told = orjson.loads(body if isinstance(body, (bytes, str)) else b"{}")
        details = "; ".join(
            f"{d.get('property', '')}: {d.get('message', '')}" for d in told.get("details", ())
        )
        return f"{told.get('message', '')}{' (' + details + ')' if details else ''}"[:500]
    except (ValueError, AttributeError, TypeError):
        return ""


def _request_id(headers: Any) -> str | None:
    found = headers.get("x-line-request-id") if headers else None
    return str(found) if found else None
