CREATE TABLE gadget (
  gadget_id text COLLATE "C" PRIMARY KEY,
  version integer NOT NULL,
  name text NOT NULL UNIQUE,
  colour text NOT NULL,
  number text
);
CREATE TABLE gadget_counter (kind text PRIMARY KEY, last_number integer NOT NULL);
CREATE TABLE gadget_note (note_id text PRIMARY KEY, gadget_id text NOT NULL REFERENCES gadget, text text NOT NULL);
