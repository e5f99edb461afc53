"""What the bot says: one gettext catalogue a capability and language."""
