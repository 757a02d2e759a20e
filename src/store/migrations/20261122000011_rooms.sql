-- The day by which somebody is to look after a room, and the codes that open its chat once it was renewed.

ALTER TABLE rooms ADD COLUMN maintenance_due TEXT;

-- Every code that a renewed room ever had. It outlives imports: `room` is the code in the
-- directory, school and name find the room again where that changes.
CREATE TABLE room_codes (
    code TEXT NOT NULL PRIMARY KEY,
    room TEXT NOT NULL,
    school TEXT NOT NULL,
    name TEXT NOT NULL,
    -- 1 = opens the chat, 0 = stopped for good.
    valid BIGINT NOT NULL,
    at_ms BIGINT NOT NULL
);
CREATE INDEX room_codes_by_room ON room_codes (room);
