"""Time zones of networks."""

from zoneinfo import ZoneInfo

from models.network import Network

DEFAULT_ZONE = ZoneInfo("Asia/Bangkok")


def zone_of(network: Network | None) -> ZoneInfo:
    """The network's time zone."""
    return ZoneInfo(network.timezone) if network else DEFAULT_ZONE
