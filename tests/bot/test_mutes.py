"""Notices that people turned off do not reach them; what always comes does."""

import pytest
from sqlalchemy import select

from bot.notices import Urgency
from models.mutes import MuteGroup, mute, mute_group, unmute
from models.people import Membership
from tests.letters import ends, write


def turns_off(bot, code: str, *groups: MuteGroup) -> int:
    with bot.house.store.session() as session:
        member = session.scalars(select(Membership.member_id).where(Membership.code == code)).one()
        mute(session, member, groups, bot.clock.now)
        return member


def test_what_somebody_turned_off_is_not_written_to_them(bot):
    """One has turned reminders off, the other gets one; a change of the meeting reaches both."""
    off = turns_off(bot, "M04", MuteGroup.REMINDERS)
    written = write(bot, members=["M04", "M05"], about="meeting.reminder:1:0:eve", due=0)
    assert [one.id for one in written.muted] == [off]
    assert (written.reached, written.unreachable) == (1, [])
    assert len(ends(bot, "meeting.reminder:1")) == 1
    assert write(bot, members=["M04", "M05"], about="meeting.change:1:1", due=0).reached == 2


@pytest.mark.parametrize("together", [True, False])
def test_what_is_turned_off_before_it_leaves_stays_here(bot, monkeypatch, together):
    """Planned for later, turned off in between: dropped at its first try, alone as out of a multicast."""
    monkeypatch.setattr("bot.notices.MANY", 1 if together else 50)
    write(bot, members=["M04", "M05"], about="digest:1:weekly", ride=2, due=3)
    member = turns_off(bot, "M04", MuteGroup.DIGEST)
    bot.tick(hours=4)
    states = ends(bot, "digest:1")
    assert states.pop(f"{member}")[0] == "dropped"
    assert [state for state, _ in states.values()] == ["sent"]
    with bot.house.store.session() as session:
        unmute(session, member, [MuteGroup.DIGEST])
    assert write(bot, members=["M04"], about="digest:2:weekly", due=0).reached == 1


def test_what_is_urgent_or_asked_for_cannot_be_turned_off(bot):
    """All is off; an urgent announcement and an important one come, an ordinary one does not."""
    turns_off(bot, "M04", *MuteGroup)
    for urgency, reached in ((Urgency.URGENT, 1), (Urgency.IMPORTANT, 1), (Urgency.ORDINARY, 0)):
        written = write(bot, members=["M04"], about=f"announcement:{reached}{urgency}", urgency=urgency)
        assert written.reached == reached, urgency
    for kind in ("answer", "question", "introduction", "meeting.change", "meeting.invitation"):
        assert mute_group(kind, "ordinary") is None
    assert mute_group("digest", "urgent") is None
