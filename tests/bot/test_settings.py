"""One table of settings, refused in one line that names the setting."""

from pathlib import Path

import pytest

from bot.settings import DEMANDED, SettingsProblem, load_settings, settings_table

README = Path(__file__).parents[2] / "README.md"
WHOLE = {
    "line_channel_secret": "secret",
    "line_channel_access_token": "token",
    "saan_secret_key": "k" * 32,
    "public_url": "https://bot.example",
}


def test_the_readme_has_the_table_of_settings():
    """Name, default and help of each, in the same order."""
    words = README.read_text("utf-8")
    table = words[words.index("<!-- settings -->") : words.index("<!-- /settings -->")]
    rows = [line for line in table.splitlines() if line.startswith("| `")]
    wanted = [
        f"| `{name}` | {f'`{default}`' if default else ''} | {told} |"
        for name, default, told in settings_table()
    ]
    assert rows == wanted


def test_a_complete_environment_is_taken(monkeypatch):
    """Everything is read from the environment."""
    for name, value in WHOLE.items():
        monkeypatch.setenv(name.upper(), value)
    assert load_settings(DEMANDED).public_url == "https://bot.example"


@pytest.mark.parametrize("missing", [name.lower() for name in DEMANDED])
def test_a_missing_setting_is_named(monkeypatch, missing):
    """There is no fallback for a secret."""
    for name in WHOLE:
        monkeypatch.delenv(name.upper(), raising=False)
    with pytest.raises(SettingsProblem, match=f"^{missing.upper()} is not set; [^\n]*$"):
        load_settings(DEMANDED, **{name: value for name, value in WHOLE.items() if name != missing})


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("public_url", "http://bot.example"),
        ("public_url", "bot.example"),
        ("line_api_url", "ftp://line"),
        ("database_url", "mysql://root@localhost/saan"),
        ("saan_secret_key", "short"),
        ("line_channel_secret", "a,b,c"),
        ("bot_names", ","),
        ("port", "99999"),
        ("saan_keep_sent_days", "-1"),
    ],
)
def test_a_wrong_value_is_refused_in_one_line_that_names_it_and_not_the_value(name, value):
    """A typing error in a secret does not end up in a log."""
    with pytest.raises(SettingsProblem) as refused:
        load_settings(**{**WHOLE, name: value})
    assert str(refused.value).startswith(name.upper())
    assert "\n" not in str(refused.value)
    assert "short" not in str(refused.value).split(" ", 1)[0]


def test_a_second_secret_may_stand_beside_the_first():
    """While LINE's channel secret is rotated."""
    given = load_settings(**{**WHOLE, "line_channel_secret": "old, new"})
    assert [secret.get_secret_value() for secret in given.line_channel_secret] == ["old", "new"]
