"""`saan grant`: the operator's way to give a role, as for a network's first coordinator."""

from datetime import UTC, datetime

import click
from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.commands.database import opened
from bot.settings import load_settings
from bot.tools import hashed
from models.invites import LIFE, InviteKind, add_invite, new_code, spaced
from models.network import Enterprise, Network
from models.people import Membership
from models.permissions import Role


@click.command()
@click.argument("role", type=click.Choice([role.value for role in Role]))
@click.option("--network", "network_code", required=True, help="The network's code in its file.")
@click.option("--member", "member_code", help="Whoever types the code is this entry of the file.")
@click.option("--enterprise", "enterprise_code", help="Whoever types the code belongs to this enterprise.")
def grant(role: str, network_code: str, member_code: str | None, enterprise_code: str | None) -> None:
    """Print a code that gives ROLE to whoever types it to the bot one-to-one, once, within seven days."""
    if member_code and enterprise_code:
        raise click.UsageError("--member or --enterprise, not both: an entry has its enterprise")
    settings = load_settings(("SAAN_SECRET_KEY",))
    code = new_code(InviteKind.ROLE)
    with opened(settings.database).session() as session:
        network = _network(session, network_code)
        add_invite(
            session,
            InviteKind.ROLE,
            hashed(settings.key, "code", code),
            datetime.now(UTC),
            network_id=network.id,
            enterprise_id=_enterprise_id(session, network, enterprise_code),
            membership_id=_membership_id(session, network, member_code),
            role=role,
        )
    days = LIFE[InviteKind.ROLE].days
    click.echo(
        f"{spaced(code)}  ({role} of {network.name}; type it to the bot one-to-one within {days} days)"
    )


def _network(session: Session, code: str) -> Network:
    network = session.scalars(select(Network).where(Network.code == code)).first()
    if network is None:
        known = ", ".join(session.scalars(select(Network.code).order_by(Network.code))) or "none yet"
        raise click.ClickException(f"no network {code}; there is: {known}")
    return network


def _enterprise_id(session: Session, network: Network, code: str | None) -> int | None:
    if code is None:
        return None
    query = select(Enterprise.id).where(Enterprise.network_id == network.id, Enterprise.code == code)
    found = session.scalar(query)
    if found is None:
        raise click.ClickException(f"{network.code} has no enterprise {code}")
    return found


def _membership_id(session: Session, network: Network, code: str | None) -> int | None:
    if code is None:
        return None
    query = select(Membership.id).where(
        Membership.network_id == network.id, Membership.code == code, Membership.state != "left"
    )
    found = session.scalar(query)
    if found is None:
        raise click.ClickException(f"{network.code} has no member {code}, or they have left")
    return found
