-- When staff wrote the poll; absent: before this was kept.
ALTER TABLE polls ADD COLUMN created_at BIGINT;

-- Polls that staff deleted: pages that still embed one say so, and its id is not given again.
CREATE TABLE deleted_polls (
    id TEXT PRIMARY KEY,
    at BIGINT NOT NULL
) WITHOUT ROWID;
