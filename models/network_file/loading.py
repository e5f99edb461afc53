"""Writing a network's file into the database: all of it, or nothing."""

from collections.abc import Callable
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from models.network import Enterprise, Link, Need, Network, Offer, Partner
from models.network_file.announced import load_announcements
from models.network_file.checking import check, set_aside
from models.network_file.desk import Desk, Progress, Tally
from models.network_file.findable import Cut, make_findable
from models.network_file.format import EnterpriseEntry, LinkEntry, NetworkFile, RegistrationEntry
from models.network_file.kinds import Places
from models.network_file.meetings import load_meetings
from models.network_file.people import load_members
from models.network_file.records import load_activities, load_knowledge, load_sharing_topics
from models.network_file.rooms import load_rooms
from models.network_file.text import read
from models.store import begin_writing

# Parts of a file that the network's file may hold and that nothing is made of yet.
LATER = ("reserves", "network.shared_fund_thb", "expected_")


@dataclass(frozen=True)
class Loaded:
    """What became of a file.

    `tallies` by kind of entry; `left` names what the network has and the file does not; `ignored` are keys that
    nothing is made of, `later` those of parts that are not loaded yet; `notes` are sentences for the operator.
    """

    code: str
    tallies: dict[str, Tally]
    left: list[str]
    ignored: list[str]
    later: list[str]
    notes: list[str]


def load_network(session: Session, raw: bytes, *, cut: Cut, places: Places, progress: Progress) -> Loaded:
    """Load a network's file, or bring what was loaded before up to it, within the session's transaction.

    Entries are known again by the file's ids; what the file does not mention stays as it is. `cut` cuts Thai text
    into words for searching; `progress` is told how many entries of a kind are done, and of how many.

    Raises NetworkFileProblem with all that is wrong; the caller then rolls back.
    """
    text = read(raw)
    file = check(text, places)
    begin_writing(session)
    with session.no_autoflush:  # each part flushes once it has counted what it changed
        desk = Desk(session, text, file, places, progress, _network(session, file))
        for part in PARTS:
            part(desk)
    make_findable(desk, cut)
    return _loaded(desk)


def _network(session: Session, file: NetworkFile) -> Network:
    entry = file.network
    network = session.scalar(select(Network).where(Network.code == entry.id)) or Network(code=entry.id)
    values = entry.columns("id", "rooms", "working_groups", "registration")
    for name, value in values.items():
        setattr(network, name, value)
    network.timezone = file.meta.timezone
    if entry.registration is not None:
        network.registration = _registration(entry.registration)
    session.add(network)
    session.flush()
    return network


def _enterprises(desk: Desk) -> None:
    enterprises = desk.shelf("enterprise", Enterprise)
    owned = Enterprise.network_id == desk.network.id
    offers = desk.shelf("offer", Offer, desk.session.scalars(select(Offer).join(Enterprise).where(owned)))
    needs = desk.shelf("need", Need, desk.session.scalars(select(Need).join(Enterprise).where(owned)))
    for entry in desk.each("enterprises", desk.file.enterprises):
        row = enterprises.put(entry.id, network_id=desk.network.id, **_profile(desk, entry))
        for offer in entry.offers:
            offers.put(offer.id, enterprise_id=row.id, **offer.columns("id"))
        for need in entry.needs:
            needs.put(need.id, enterprise_id=row.id, **need.columns("id"))


def _profile(desk: Desk, entry: EnterpriseEntry) -> dict[str, object]:
    values = entry.columns("id", "capacity", "registration", "offers", "needs")
    if entry.capacity is not None:
        values["capacity"] = entry.capacity.text
    if entry.registration is not None:
        values["registration"] = _registration(entry.registration)
    for name in ("province", "district"):
        values[name] = getattr(entry, name) or ""
    centre = desk.places.centre(entry.province, entry.district) if entry.province and entry.district else None
    values["latitude"], values["longitude"] = centre or (None, None)
    return values


def _registration(entry: RegistrationEntry) -> dict[str, object]:
    return entry.model_dump(mode="json", include=set(RegistrationEntry.model_fields), exclude_unset=True)


def _partners(desk: Desk) -> None:
    partners = desk.shelf("partner", Partner)
    for entry in desk.each("partners", desk.file.partners):
        partners.put(entry.id, network_id=desk.network.id, **entry.columns("id", "member_id"))


def _links(desk: Desk) -> None:
    links = desk.shelf("link", Link)
    for entry in desk.each("links", desk.file.links):
        values = entry.columns("id", "source", "target")
        links.put(entry.id, network_id=desk.network.id, **_ends(desk, entry), **values)


def _ends(desk: Desk, entry: LinkEntry) -> dict[str, int | None]:
    """The two ends of a link; each is an enterprise or else a partner."""
    ends: dict[str, int | None] = {}
    for side, code in (("from", entry.source), ("to", entry.target)):
        for kind in ("enterprise", "partner"):
            row = desk.shelves[kind].rows.get(code)
            ends[f"{side}_{kind}_id"] = row.id if row else None
    return ends


PARTS: tuple[Callable[[Desk], None], ...] = (
    _enterprises,
    _partners,
    load_members,
    load_rooms,
    _links,
    load_activities,
    load_announcements,
    load_knowledge,
    load_sharing_topics,
    load_meetings,
)


def _loaded(desk: Desk) -> Loaded:
    unused = set_aside(desk.file)
    later = {key for key in unused if key.startswith(LATER)}
    return Loaded(
        code=desk.network.code,
        tallies={kind: shelf.tally for kind, shelf in desk.shelves.items()},
        left=[f"{kind} {code}" for kind, shelf in desk.shelves.items() for code in shelf.unnamed],
        ignored=sorted(unused - later),
        later=sorted(later),
        notes=desk.notes,
    )
