"""Full-text search: an FTS5 table on SQLite, a GIN index on PostgreSQL."""

from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

# unicode61 cuts Thai at every vowel and tone mark; marks are named as parts of words instead.
TOKENS = "unicode61 categories 'L* N* Co Mn Mc'"


def upgrade() -> None:
    if op.get_bind().dialect.name == "sqlite":
        op.execute(
            "CREATE VIRTUAL TABLE search_words USING fts5("
            f"words, content='search_entries', content_rowid='id', tokenize=\"{TOKENS}\")"
        )
        op.execute(
            "CREATE TRIGGER search_entries_added AFTER INSERT ON search_entries BEGIN "
            "INSERT INTO search_words(rowid, words) VALUES (new.id, new.words); END"
        )
        op.execute(
            "CREATE TRIGGER search_entries_removed AFTER DELETE ON search_entries BEGIN "
            "INSERT INTO search_words(search_words, rowid, words) VALUES ('delete', old.id, old.words); END"
        )
    else:
        op.execute(
            "CREATE INDEX ix_search_entries_words ON search_entries USING gin (to_tsvector('simple', words))"
        )


def downgrade() -> None:
    if op.get_bind().dialect.name == "sqlite":
        op.execute("DROP TRIGGER search_entries_added")
        op.execute("DROP TRIGGER search_entries_removed")
        op.execute("DROP TABLE search_words")
    else:
        op.execute("DROP INDEX ix_search_entries_words")
