-- Each start of a host begins an epoch: a history of changes that is this database's own. A copy that is put in the
-- database's place shares the epochs up to the copy with it, and none after that.
CREATE TABLE epochs (
    first BIGINT PRIMARY KEY,                    -- the place in the order of all changes at which it begins
    name TEXT NOT NULL
);

-- Only polls have a place in the order of all changes: of members it would tell in which order they voted.
DELETE FROM changes WHERE topic = '' OR topic LIKE 'member:%';

-- What the host writes to learn whether it could store a vote.
CREATE TABLE probe (
    id BIGINT PRIMARY KEY CHECK (id = 1),
    filler BLOB NOT NULL
);
