"""Backups: taken while the bot runs, encrypted, restored into an empty place, where who was erased stays erased.

Nothing here is imported by a running bot but the ledger.
"""
