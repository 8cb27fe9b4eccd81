CREATE TABLE item (
  item_id text COLLATE "C" PRIMARY KEY,
  version integer NOT NULL,
  title text NOT NULL
) WITH (fillfactor = 50);
