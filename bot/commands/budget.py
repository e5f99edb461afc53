"""`saan budget`: the month's counted messages."""

import click
from rich.console import Console
from rich.table import Table
from sqlalchemy import select

from bot.budget import MAY_USE, BudgetState, Purse, look
from bot.clock import wall
from bot.commands.database import opened
from bot.line import Line, LineAway
from bot.settings import load_settings
from models.network import Network


@click.command()
def budget() -> None:
    """Show what LINE allows this month, what is used, planned and saved, and what will not fit."""
    settings = load_settings()
    store, now = opened(settings.database), wall()
    token = settings.line_channel_access_token.get_secret_value()
    try:
        Purse(store, Line(token, settings.line_api_url), wall).refresh()
    except LineAway as problem:
        click.echo(f"LINE does not tell its figures now ({problem}); these are the last known ones", err=True)
    table = Table("", "messages")
    with store.session() as session:
        state = look(session, now)
        for name, value in _rows(state):
            table.add_row(name, value)
        for network in session.scalars(select(Network).order_by(Network.id)):
            theirs = look(session, now, network.id)
            table.add_row(f"of {network.code}", f"{theirs.planned} planned, {theirs.saved} saved")
    Console().print(table)


def _rows(state: BudgetState) -> list[tuple[str, str]]:
    """The lines of the table; what each urgency may still spend only where there is a limit."""
    rows = [
        ("month", state.month),
        ("limit", "none" if state.quota is None else str(state.quota)),
        ("used", str(state.used)),
        ("planned", str(state.planned)),
        ("saved by riding", str(state.saved)),
        ("will not fit", str(state.unfit)),
    ]
    return rows + [
        (f"left for {urgency}", str(state.may_spend(urgency)))
        for urgency in MAY_USE
        if state.quota is not None
    ]
