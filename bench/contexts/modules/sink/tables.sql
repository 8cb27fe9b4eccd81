CREATE TABLE rows_a (
  item_id text COLLATE "C" PRIMARY KEY,
  applied integer NOT NULL,
  version integer NOT NULL,
  title text NOT NULL,
  last_event_id text COLLATE "C" NOT NULL
) WITH (fillfactor = 80);
CREATE TABLE rows_b (LIKE rows_a INCLUDING ALL);
CREATE TABLE rows_c (LIKE rows_a INCLUDING ALL);
-- In the order of application, nothing in the table would stop a second row for an event.
CREATE TABLE trace (
  applied bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  item_id text COLLATE "C" NOT NULL,
  version integer NOT NULL,
  last_event_id text COLLATE "C" NOT NULL
);
CREATE TABLE echo (
  echo_id text COLLATE "C" PRIMARY KEY,
  version integer NOT NULL,
  event_id text COLLATE "C" NOT NULL
);
