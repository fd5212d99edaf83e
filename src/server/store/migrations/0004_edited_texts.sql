-- What texts said before staff changed them after votes, as JSON; absent: they did not.
ALTER TABLE polls ADD COLUMN title_edited TEXT;
ALTER TABLE polls ADD COLUMN description_edited TEXT;
ALTER TABLE options ADD COLUMN edited TEXT;
-- The revision with which the title, the description or the options changed last; 0: unknown, before this was kept.
ALTER TABLE polls ADD COLUMN written_revision BIGINT NOT NULL DEFAULT 0;
