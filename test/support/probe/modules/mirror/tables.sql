-- Counts and appends instead of setting, so that an event applied twice or in the wrong order is seen.
CREATE TABLE gadget_row (
  gadget_id text COLLATE "C" PRIMARY KEY,
  applied integer NOT NULL,
  versions integer[] NOT NULL
);
CREATE TABLE echo (
  echo_id text COLLATE "C" PRIMARY KEY,
  version integer NOT NULL,
  written bigint GENERATED ALWAYS AS IDENTITY,
  gadget_id text NOT NULL,
  gadget_version integer NOT NULL
);
