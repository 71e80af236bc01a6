-- Policy documents are sealed at rest, since passwords stand in them. `document` is empty where `sealed` isn't null;
-- texts that an earlier version wrote are sealed at the next start.
ALTER TABLE policies ADD COLUMN sealed BLOB;
ALTER TABLE policy_versions ADD COLUMN sealed BLOB;
ALTER TABLE fragments ADD COLUMN sealed BLOB;

-- A known text, sealed with the master key of this store, and which key that is: another key is told from a damaged
-- row by it.
-- `swept` says that no clear text of a document is left in free pages.
CREATE TABLE master_key_check (
    number INTEGER PRIMARY KEY CHECK (number = 1),
    key_id TEXT NOT NULL,
    sealed BLOB NOT NULL,
    swept INTEGER NOT NULL DEFAULT 0
) STRICT;
