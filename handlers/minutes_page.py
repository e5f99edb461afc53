"""Minutes as a page to read on a phone and to print, and as a document to take away; each behind its reader's link."""

from datetime import timedelta

from bot.buttons import number
from bot.capability import Capability
from bot.tools import Tools
from bot.visit import Download, Page, Visit
from handlers.meeting_cards import local
from handlers.meeting_records import may_read
from handlers.minutes_content import Report, report
from handlers.minutes_document import MEDIA_TYPE, minutes_document
from models.meetings import Occurrence
from models.people import Member
from models.permissions import BELONGS, Role

capability = Capability("minutes_page")

LINK_LASTS = timedelta(days=14)
IN_BROWSER = "?openExternalBrowser=1"  # LINE's own browser keeps no files


def page_link(tools: Tools, member: Member, occurrence: Occurrence) -> str:
    """A link of this member's own to the minutes' page."""
    until = tools.wall() + LINK_LASTS
    return tools.page_url("minutes_page.read", member.id, occurrence.meeting.network_id, until, occurrence.id)


def document_link(tools: Tools, member: Member, occurrence: Occurrence) -> str:
    """A link of this member's own to the minutes as a document."""
    until = tools.wall() + LINK_LASTS
    network_id = occurrence.meeting.network_id
    return tools.page_url("minutes_page.file", member.id, network_id, until, occurrence.id) + IN_BROWSER


@capability.page("read", who=BELONGS)
def read(visit: Visit, *arguments: str) -> Page | None:
    """The page, for who may read these minutes."""
    occurrence = _occurrence(visit, arguments)
    if occurrence is None:
        return None
    shown = _report(visit, occurrence)
    content = {
        "shown": shown,
        "say": visit.say,
        "network": visit.network.name,
        "photos": [(visit.tools.picture_url(one.name), one.width, one.height) for one in shown.photos],
        "file": document_link(visit.tools, visit.member, occurrence),
        "made": visit.say("digests.made", moment=visit.language.moment(visit.now)),
    }
    return Page("minutes.html", f"{shown.heading} {shown.which}", content)


@capability.page("file", who=BELONGS)
def file(visit: Visit, *arguments: str) -> Download | None:
    """The document, for the same readers."""
    occurrence = _occurrence(visit, arguments)
    if occurrence is None:
        return None
    shown = _report(visit, occurrence)
    day = local(occurrence, occurrence.starts_at).date()
    return Download(
        f"{day} {shown.heading}.docx".replace("/", "-"), MEDIA_TYPE, minutes_document(visit, shown)
    )


def _occurrence(visit: Visit, arguments: tuple[str, ...]) -> Occurrence | None:
    ident = number(arguments[0]) if arguments else None
    found = visit.session.get(Occurrence, ident) if ident is not None else None
    return found if found is not None and may_read(visit, found) else None


def _report(visit: Visit, occurrence: Occurrence) -> Report:
    """Officers read what was decided, and how many came; names are the network's own."""
    outside = Role.OFFICER in visit.roles and not visit.roles & {Role.COORDINATOR, Role.LEADER}
    return report(visit.session, visit, occurrence, names=not outside)
