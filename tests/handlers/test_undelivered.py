"""What did not go out: told of once, however many notices it was."""

from tests.conversations.talk import shown


def test_digests_that_came_to_nobody_are_one_report(bot):
    """After an outage at noon a coordinator reads one message with the sum of them, not one for each leader."""
    bot.tick(days=5, hours=23)  # Monday at nine: the week's digests are written, and wait for noon
    for _ in range(3):
        bot.tick(days=1)
    told = [shown(one.content) for one in bot.person("M03").received]
    (report,) = [one for one in told if "สรุปประจำสัปดาห์ยังไปไม่ถึงทุกคน" in one]
    assert "เลยเวลาก่อนส่งได้ 13 แห่ง" in report
