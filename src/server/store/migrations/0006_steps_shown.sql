-- Steps that the checklist does not have any more are kept with who did them: they may come back.
ALTER TABLE steps ADD COLUMN shown BIGINT NOT NULL DEFAULT 1;
