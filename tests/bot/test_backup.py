"""The parts of a backup: what is sealed, the ledger of erasures, and what a restored bot lets go."""

import io
import os
from datetime import datetime, timedelta

import orjson
import pytest
from sqlalchemy import select
from sqlalchemy.types import NullType

from bot.backups import records
from bot.backups.ledger import ROWS_FOR, Ledger, LedgerProblem
from bot.backups.sealed import CHUNK_BYTES, TAG_BYTES, BackupProblem, SealedReader, SealedWriter
from bot.backups.taking import tables_of
from bot.held import hold_all, let_go
from models.ledger import Erasure
from models.people import Member
from models.post import Delivery
from tests.world import NOW

SECRET = b"s" * 40
HEAD_BYTES = 12 + 1 + 32 + 16
CHUNK = CHUNK_BYTES + TAG_BYTES


def sealed(plain: bytes) -> bytes:
    file = io.BytesIO()
    writer = SealedWriter(file, SECRET)
    writer.write(plain)
    writer.close()
    return file.getvalue()


def unsealed(content: bytes, size: int, secret: bytes = SECRET) -> bytes:
    reader = SealedReader(io.BytesIO(content), secret)
    plain = reader.read(size)
    assert reader.at_end()
    return plain


@pytest.mark.parametrize("size", [0, 1, CHUNK_BYTES - 1, CHUNK_BYTES, CHUNK_BYTES + 1, 3 * CHUNK_BYTES])
def test_what_is_sealed_is_given_back(size):
    """Also where the last chunk is empty or full; the same bytes never look the same twice."""
    plain = os.urandom(size)
    assert unsealed(sealed(plain), size) == plain
    assert sealed(plain) != sealed(plain)


def _chunks(content: bytes) -> list[bytes]:
    body = content[HEAD_BYTES:]
    return [body[start : start + CHUNK] for start in range(0, len(body), CHUNK)]


def flipped(content: bytes) -> bytes:
    return bytes([content[0] ^ 1]) + content[1:]


HARMS = {
    "a changed byte in the middle": lambda head, chunks: head + chunks[0] + flipped(chunks[1]) + chunks[2],
    "a changed salt": lambda head, chunks: head[:20] + flipped(head[20:]) + b"".join(chunks),
    "two chunks exchanged": lambda head, chunks: head + chunks[1] + chunks[0] + chunks[2],
    "a chunk twice": lambda head, chunks: head + chunks[0] + chunks[0] + chunks[1] + chunks[2],
    "a chunk missing": lambda head, chunks: head + chunks[0] + chunks[2],
    "the last chunk missing": lambda head, chunks: head + chunks[0] + chunks[1],
    "no chunk at all": lambda head, _: head,
    "half a head": lambda head, _: head[:30],
    "something behind the end": lambda head, chunks: head + b"".join(chunks) + b"x",
}


@pytest.mark.parametrize("harm", HARMS)
def test_what_was_changed_is_refused(harm):
    """Nothing that is not as it was written is taken for whole."""
    content = sealed(b"p" * (2 * CHUNK_BYTES + 10))
    changed = HARMS[harm](content[:HEAD_BYTES], _chunks(content))
    with pytest.raises(BackupProblem) as refused:
        unsealed(changed, 2 * CHUNK_BYTES + 10)
    assert "\n" not in str(refused.value)


def test_another_key_and_another_version_are_named():
    """The operator is told which of the two it is."""
    content = sealed(b"p")
    with pytest.raises(BackupProblem, match="SAAN_BACKUP_KEY"):
        unsealed(content, 1, b"o" * 40)
    with pytest.raises(BackupProblem, match="newer version"):
        unsealed(content[:12] + b"\x02" + content[13:], 1)


def test_every_column_has_a_kind_that_a_backup_knows(store):
    """A model with a new type of column is noticed here, not at the first restore."""
    known = (str, int, float)
    with store.engine.connect() as connection:
        for table in tables_of(connection):
            for column in table.columns:
                assert not isinstance(column.type, NullType), f"{table.name}.{column.name}"
                kind = records.kind_of(column.type)
                assert kind != "plain" or column.type.python_type in known, f"{table.name}.{column.name}"


@pytest.fixture
def ledger(tmp_path):
    """A ledger whose file is not there yet."""
    return Ledger(tmp_path / "place" / "erased.ledger", SECRET)


def erase(store, ledger, name: str = "U1", at: datetime = NOW) -> None:
    with store.session() as session:
        member = Member(line_user_id=name, created_at=NOW)
        session.add(member)
        session.flush()
        ledger.note(session, member, at)


def test_an_erasure_is_in_the_file_when_it_is_committed(store, ledger):
    """Without names, once, readable to its owner only; a turn that fails leaves nothing."""
    erase(store, ledger)
    with store.session() as session:
        ledger.note(session, session.scalars(select(Member)).one(), NOW)
        session.rollback()
    assert ledger.catch_up(store, NOW) == 0
    content = ledger.path.read_bytes()
    assert content.count(b"\n") == 1
    assert b"U1" not in content
    assert ledger.path.stat().st_mode & 0o077 == 0
    (line,) = ledger.since(NOW)
    assert ledger.hashed("line:U1") in line.subjects
    assert ledger.since(NOW + timedelta(seconds=1)) == []


def test_what_the_file_could_not_take_is_written_later(store, ledger, tmp_path, caplog):
    """The erasure stands, its row waits, the log says so; also behind a line that a crash tore."""
    erase(store, ledger, "U1")
    ledger.path.write_bytes(ledger.path.read_bytes()[:-20])
    erase(store, ledger, "U2")
    ledger.path.rename(tmp_path / "kept")
    ledger.path.mkdir()
    erase(store, ledger, "U3")
    assert "SAAN_LEDGER" in caplog.text
    with pytest.raises(LedgerProblem):
        ledger.catch_up(store, NOW)
    ledger.path.rmdir()
    (tmp_path / "kept").rename(ledger.path)
    assert ledger.catch_up(store, NOW) == 2
    assert len(ledger.since(NOW)) == 3


def test_rows_go_some_days_after_the_file_has_them(store, ledger):
    """Backups of those days know them; the file keeps them."""
    erase(store, ledger)
    ledger.catch_up(store, NOW + ROWS_FOR - timedelta(seconds=1))
    with store.session() as session:
        assert session.scalars(select(Erasure)).all()
    ledger.catch_up(store, NOW + ROWS_FOR)
    with store.session() as session:
        assert session.scalars(select(Erasure)).all() == []
    assert len(ledger.since(NOW)) == 1


def test_a_ledger_of_another_key_is_noticed(store, ledger):
    """Nobody would be found by its hashes."""
    erase(store, ledger)
    with pytest.raises(LedgerProblem, match="SAAN_SECRET_KEY"):
        Ledger(ledger.path, b"other" * 8).since(NOW)


def delivery(store, **values) -> int:
    given = {"lane": "U1", "way": "push", "body": b'[{"type":"text","text":"a"}]', "written_at": NOW}
    with store.session() as session:
        one = Delivery(key=os.urandom(8).hex(), retry_key="r", **{**given, **values})
        session.add(one)
        session.flush()
        return one.id


def state(store, ident: int) -> tuple[str, str, bool]:
    with store.session() as session:
        one = session.get_one(Delivery, ident)
        return one.state, one.way, one.held


def test_a_release_lets_nothing_leave_that_may_have_left_or_is_too_late(store):
    """Answers end; what rides with an answer that was never tried waits again; tried pushes need a young retry key."""
    hour, day = timedelta(hours=1), timedelta(days=1)
    planned = delivery(store, state="planned", expires_at=NOW + day)
    late = delivery(store, state="planned", expires_at=NOW)
    young = delivery(store, state="sending", attempts=1, begun_at=NOW - 22 * hour)
    old = delivery(store, state="waiting", attempts=2, begun_at=NOW - 24 * hour, expires_at=NOW + day)
    joint = orjson.dumps([{"type": "text", "text": "answer"}, {"type": "text", "text": "a"}])
    untried = delivery(store, state="waiting", way="reply", body=joint)
    waiting_rider = delivery(store, state="carried", way="ride", carrier_id=untried)
    tried = delivery(store, state="sending", way="reply", attempts=1, body=joint)
    gone_rider = delivery(store, state="carried", way="ride", carrier_id=tried)
    many = delivery(
        store, lane="multicast:1:0", state="sending", way="multicast", attempts=1, begun_at=NOW - hour
    )
    copy = delivery(store, state="carried", way="batch", carrier_id=many)
    sent = delivery(store, state="sent")
    with store.session() as session:
        assert hold_all(session) == 9  # the copy stays with its multicast
    assert state(store, sent) == ("sent", "push", False)

    with store.session() as session:
        assert let_go(session, NOW, [copy]) == {"released": 1}
    assert state(store, many) == ("sending", "multicast", False)
    assert state(store, planned)[2]
    with store.session() as session:
        let_go(session, NOW)
        assert let_go(session, NOW) == {}
    assert state(store, planned) == ("planned", "push", False)
    assert state(store, late) == ("expired", "push", False)
    assert state(store, young) == ("sending", "push", False)
    assert state(store, old) == ("dead", "push", False)
    assert state(store, untried) == ("dead", "reply", False)
    assert state(store, waiting_rider) == ("planned", "push", False)
    assert state(store, tried) == ("dead", "reply", False)
    assert state(store, gone_rider) == ("dead", "ride", False)
    assert state(store, copy) == ("carried", "batch", False)
