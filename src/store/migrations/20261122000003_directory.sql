-- The school directory, replaced whole by each import. `ordinal` keeps the file's order.

CREATE TABLE directory (
    one BIGINT NOT NULL PRIMARY KEY,
    authority TEXT NOT NULL,
    imported_ms BIGINT NOT NULL
);

CREATE TABLE managers (
    id TEXT NOT NULL PRIMARY KEY,
    ordinal BIGINT NOT NULL,
    name TEXT NOT NULL,
    substitute TEXT,
    absences TEXT NOT NULL
);

CREATE TABLE schools (
    id TEXT NOT NULL PRIMARY KEY,
    ordinal BIGINT NOT NULL,
    name TEXT NOT NULL,
    address TEXT NOT NULL,
    contacts TEXT NOT NULL,
    origins TEXT NOT NULL
);

CREATE TABLE sites (
    school TEXT NOT NULL REFERENCES schools (id),
    id TEXT NOT NULL,
    ordinal BIGINT NOT NULL,
    name TEXT NOT NULL,
    address TEXT NOT NULL,
    PRIMARY KEY (school, id)
);

CREATE TABLE rounds (
    ordinal BIGINT NOT NULL PRIMARY KEY,
    manager TEXT NOT NULL REFERENCES managers (id),
    school TEXT NOT NULL REFERENCES schools (id),
    body TEXT NOT NULL
);
CREATE INDEX rounds_by_school ON rounds (school);

CREATE TABLE rooms (
    code TEXT NOT NULL PRIMARY KEY,
    ordinal BIGINT NOT NULL,
    school TEXT NOT NULL REFERENCES schools (id),
    site TEXT,
    name TEXT NOT NULL
);
CREATE INDEX rooms_by_school ON rooms (school);

CREATE TABLE devices (
    ordinal BIGINT NOT NULL PRIMARY KEY,
    room TEXT NOT NULL REFERENCES rooms (code),
    kind TEXT NOT NULL,
    model TEXT NOT NULL,
    serial TEXT NOT NULL,
    inventory TEXT NOT NULL,
    warranty_until TEXT
);
CREATE INDEX devices_by_room ON devices (room);
CREATE INDEX devices_by_serial ON devices (serial);
CREATE INDEX devices_by_inventory ON devices (inventory);
