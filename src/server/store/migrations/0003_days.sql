-- Options that are whole days: a date as its text, such as 2026-12-05, so that no time zone touches it.
ALTER TABLE options ADD COLUMN date TEXT;
ALTER TABLE own_options ADD COLUMN date TEXT;
