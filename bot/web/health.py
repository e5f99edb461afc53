"""GET /healthz: 200 when ready to receive."""

from flask import Blueprint
from sqlalchemy import text
from sqlalchemy.exc import SQLAlchemyError

from bot.tally import Tally
from models.store import Store


def health(store: Store, tally: Tally) -> Blueprint:
    """The blueprint of /healthz; its body counts the webhook events of this process by kind."""
    blueprint = Blueprint("health", __name__)

    @blueprint.get("/healthz")
    def ready() -> tuple[dict[str, object], int]:
        try:
            with store.session() as session:
                session.execute(text("SELECT 1"))
        except SQLAlchemyError as error:
            return {"ready": False, "problem": f"database: {type(error).__name__}"}, 503
        return {"ready": True, "counts": tally.counts()}, 200

    return blueprint
