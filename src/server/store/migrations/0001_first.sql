-- Times are milliseconds since 1970-01-01T00:00:00Z, days whole days since then, flags 0 or 1.

-- Tables are clustered by their key where rows come as members act, so that no number tells in which order they did.

CREATE TABLE members (
    id TEXT PRIMARY KEY,
    name TEXT NOT NULL,
    role TEXT NOT NULL,
    revision BIGINT NOT NULL DEFAULT 1,
    joined_at BIGINT,                            -- absent: unknown
    stage TEXT,                                  -- absent: unknown
    demoted_day BIGINT,
    assessed_day BIGINT NOT NULL DEFAULT 0,      -- the day stage and badges were last looked at
    checklist_revision BIGINT NOT NULL DEFAULT 1
) WITHOUT ROWID;
CREATE INDEX members_assessed ON members (assessed_day);

CREATE TABLE activity (
    member TEXT NOT NULL REFERENCES members (id),
    metric TEXT NOT NULL,
    day BIGINT NOT NULL,
    n BIGINT NOT NULL,
    PRIMARY KEY (member, metric, day)
) WITHOUT ROWID;

CREATE TABLE awards (
    member TEXT NOT NULL REFERENCES members (id),
    badge TEXT NOT NULL,
    awarded_at BIGINT NOT NULL,
    times BIGINT NOT NULL,
    PRIMARY KEY (member, badge)
) WITHOUT ROWID;

CREATE TABLE polls (
    id TEXT PRIMARY KEY,
    revision BIGINT NOT NULL DEFAULT 1,
    title TEXT NOT NULL,
    description TEXT NOT NULL,
    kind TEXT NOT NULL,                          -- what a ballot is, and its settings, such as choice 1 2
    opens_at BIGINT,
    closes_at BIGINT,
    time_zone TEXT,
    results TEXT NOT NULL,
    secrecy TEXT NOT NULL,
    changeable BIGINT NOT NULL,
    retractable BIGINT NOT NULL,
    abstention BIGINT NOT NULL,                  -- whether a ballot may say nothing, on purpose
    quorum BIGINT,                               -- how many of 100 have to vote
    own_options TEXT NOT NULL,                   -- whether members may add options
    commentable BIGINT NOT NULL,                 -- whether members may comment
    comments BIGINT NOT NULL DEFAULT 0,          -- how many there are
    shuffle BIGINT NOT NULL DEFAULT 0,           -- whether each member sees the options in an order of their own
    asks TEXT,                                   -- who may vote, as JSON; absent: every member
    entitled BIGINT,                             -- how many may vote; absent: unknown
    repeat TEXT,                                 -- when it comes back, by RFC 5545; absent: it does not
    repeat_from BIGINT,                          -- when the first round by that rule opened
    lasts TEXT,                                  -- how long a round is open, by ISO 8601; absent: until the next
    round BIGINT NOT NULL DEFAULT 1,
    next_round_at BIGINT,                        -- when the next round opens
    phase TEXT NOT NULL,                         -- the phase last announced
    ballots_cast BIGINT NOT NULL DEFAULT 0,      -- ballots that stand
    -- Abstentions, and then what the other ballots say of each option, in their order: numbers of ten digits with a space
    -- between. They never change in size or place, so that a ballot leaves no trace in the file but a greater number.
    counts TEXT NOT NULL,
    result TEXT,                                 -- ranked: the count as it goes over the wire; absent: no ballots
    counted BIGINT NOT NULL DEFAULT 1,           -- whether the result is of all ballots
    CHECK (secrecy <> 'anonymous' OR (changeable = 0 AND retractable = 0))
);

CREATE TABLE options (
    poll TEXT NOT NULL REFERENCES polls (id),
    id TEXT NOT NULL,
    place BIGINT NOT NULL,
    label TEXT NOT NULL,
    picture TEXT,
    link TEXT,
    starts_at BIGINT,                            -- the time that it stands for, in a poll about when
    ends_at BIGINT,
    added_after BIGINT,                          -- how many had voted before; absent: nobody
    PRIMARY KEY (poll, id)
) WITHOUT ROWID;

-- Options that members added. Those that are there stand among the others, too.
CREATE TABLE own_options (
    poll TEXT NOT NULL REFERENCES polls (id),
    id TEXT NOT NULL,
    member TEXT NOT NULL REFERENCES members (id),
    state TEXT NOT NULL,                         -- waiting (for staff), there, declined
    label TEXT NOT NULL,
    starts_at BIGINT,
    ends_at BIGINT,
    PRIMARY KEY (poll, id)
) WITHOUT ROWID;

CREATE TABLE comments (
    poll TEXT NOT NULL REFERENCES polls (id),
    id TEXT NOT NULL,
    member TEXT NOT NULL REFERENCES members (id),
    at BIGINT NOT NULL,
    text TEXT,                                   -- absent: taken back
    PRIMARY KEY (poll, id)
) WITHOUT ROWID;
CREATE INDEX comments_at ON comments (poll, at, id);

CREATE TABLE followers (
    poll TEXT NOT NULL REFERENCES polls (id),
    member TEXT NOT NULL REFERENCES members (id),
    PRIMARY KEY (poll, member)
) WITHOUT ROWID;

-- What those who follow a poll are to be told, until the forum has it.
CREATE TABLE notices (
    poll TEXT NOT NULL REFERENCES polls (id),
    round BIGINT NOT NULL,
    event TEXT NOT NULL,                         -- opened, closed
    at BIGINT NOT NULL,
    due_at BIGINT NOT NULL,                      -- when to try
    tries BIGINT NOT NULL,
    PRIMARY KEY (poll, round, event)
) WITHOUT ROWID;

-- What came of rounds that are over.
CREATE TABLE rounds (
    poll TEXT NOT NULL REFERENCES polls (id),
    number BIGINT NOT NULL,
    closed_at BIGINT NOT NULL,
    ballots_cast BIGINT NOT NULL,
    leaders TEXT NOT NULL,                       -- options with a space between
    PRIMARY KEY (poll, number)
) WITHOUT ROWID;

-- One row for each member who ever voted, or did in this round.
CREATE TABLE ballots (
    poll TEXT NOT NULL REFERENCES polls (id),
    member TEXT NOT NULL REFERENCES members (id),
    revision BIGINT NOT NULL,
    -- Options with a space between, each with a slash and its number where it has one; a stand: agree/; an abstention: /.
    -- Empty: taken back; absent: anonymous.
    says TEXT,
    reason TEXT,
    PRIMARY KEY (poll, member)
) WITHOUT ROWID;

CREATE TABLE idempotency_keys (
    member TEXT NOT NULL REFERENCES members (id),
    key TEXT NOT NULL,
    request BLOB NOT NULL,                       -- digest of the request that it was first used for
    at BIGINT NOT NULL,                          -- in an anonymous poll only the day
    PRIMARY KEY (member, key)
) WITHOUT ROWID;
CREATE INDEX idempotency_keys_at ON idempotency_keys (at);

CREATE TABLE checklist (
    id BIGINT PRIMARY KEY CHECK (id = 1),
    title TEXT NOT NULL
);

CREATE TABLE steps (
    id TEXT PRIMARY KEY,
    place BIGINT NOT NULL,
    title TEXT NOT NULL,
    why TEXT NOT NULL,
    action_label TEXT,
    action_href TEXT,
    completed_by TEXT,                           -- what the host sees happen, such as vote; absent: done by hand
    optional BIGINT NOT NULL
);

CREATE TABLE steps_done (
    member TEXT NOT NULL REFERENCES members (id),
    step TEXT NOT NULL REFERENCES steps (id),
    at BIGINT NOT NULL,
    PRIMARY KEY (member, step)
) WITHOUT ROWID;

-- The latest change of each topic, by its place in the order of all changes.
CREATE TABLE changes (
    topic TEXT PRIMARY KEY,
    id BIGINT NOT NULL UNIQUE
) WITHOUT ROWID;
