-- A small shop to try credentials on. It is made by the owner role, so the group roles get their privileges by default.
SET ROLE app_owner;

CREATE TABLE IF NOT EXISTS customers (
  id    integer PRIMARY KEY GENERATED ALWAYS AS IDENTITY,
  name  text NOT NULL UNIQUE
);

CREATE TABLE IF NOT EXISTS orders (
  id           integer PRIMARY KEY GENERATED ALWAYS AS IDENTITY,
  customer_id  integer NOT NULL REFERENCES customers,
  amount       numeric(10, 2) NOT NULL CHECK (amount > 0),
  created_at   timestamptz NOT NULL DEFAULT now()
);

INSERT INTO customers (name) VALUES ('Ada'), ('Grace'), ('Edsger') ON CONFLICT DO NOTHING;

INSERT INTO orders (customer_id, amount)
SELECT id, 10 * id FROM customers WHERE NOT EXISTS (SELECT FROM orders);

RESET ROLE;
