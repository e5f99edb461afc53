"""What the bot remembers, and the rules that hold for it."""
