-- The site's texts that are in several languages, as JSON by language, the first language first: {"en":"Tea","de":"Tee"}. Absent:
-- the text is in one language, which is not named. The column of the text itself has what the first language says.
ALTER TABLE polls ADD COLUMN title_languages TEXT;
ALTER TABLE polls ADD COLUMN description_languages TEXT;
ALTER TABLE options ADD COLUMN label_languages TEXT;
ALTER TABLE checklist ADD COLUMN title_languages TEXT;
ALTER TABLE steps ADD COLUMN title_languages TEXT;
ALTER TABLE steps ADD COLUMN why_languages TEXT;
ALTER TABLE steps ADD COLUMN action_label_languages TEXT;
