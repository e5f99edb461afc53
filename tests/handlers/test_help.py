"""The menu: all of it has plain words, and a place among what it belongs to."""

from bot.language import language
from handlers.help import BIG_BUTTONS, PARTS


def test_each_of_the_menu_says_what_it_is_good_for(bot):
    """In the language that all fall back on; and it stands in exactly one part."""
    thai = language("th")
    entries = bot.house.router._menu
    assert [one.button for one in entries if not thai.has(f"help.about.{one.button}") and one.place > 3] == []
    for entry in entries:
        assert sum(entry.place in places for places in PARTS.values()) == 1
    assert len(entries) > BIG_BUTTONS
    assert all(thai.has(words) for words in PARTS)
