-- A renewed certificate that waits until a person has looked at what changes. `version` is the one that it becomes, to
-- which `sealed_key` is bound.
CREATE TABLE certificate_replacements (
    certificate TEXT PRIMARY KEY REFERENCES certificates (id) ON DELETE CASCADE,
    version INTEGER NOT NULL,
    thumbprint TEXT NOT NULL,
    facts TEXT NOT NULL,
    chain BLOB NOT NULL,
    apart BLOB NOT NULL,
    sealed_key BLOB NOT NULL,
    uploaded_at INTEGER NOT NULL,
    uploaded_by TEXT NOT NULL
) STRICT, WITHOUT ROWID;
