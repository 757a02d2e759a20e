-- Sentences that give orders to a machine are left out of the index: how many, of which document.

ALTER TABLE sources ADD COLUMN left_out TEXT;
