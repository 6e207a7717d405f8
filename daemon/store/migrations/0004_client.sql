-- SPDX-License-Identifier: Apache-2.0
-- What a client has of its own instead of the realm's (0 and NULL: the realm's), and the secret that
-- a new one replaced, good for a while beside it.

ALTER TABLE client ADD COLUMN access_token_alg {text};
ALTER TABLE client ADD COLUMN access_token_lifetime {int} NOT NULL DEFAULT 0;
ALTER TABLE client ADD COLUMN refresh_token_lifetime {int} NOT NULL DEFAULT 0;
ALTER TABLE client ADD COLUMN former_secret_hash {bytes};
ALTER TABLE client ADD COLUMN former_secret_until {int} NOT NULL DEFAULT 0;
