-- SPDX-License-Identifier: Apache-2.0
-- Service accounts: a user row that belongs to a client.  Its name holds a ':', which no person's
-- can, and no query by name, address or number finds it.  Clients have audiences and web origins
-- beside their URIs, in the one table of such lists.

ALTER TABLE user_account ADD COLUMN client_id {id};
CREATE UNIQUE INDEX user_account_client ON user_account (realm_id, client_id)
        WHERE deleted_at IS NULL AND client_id IS NOT NULL;

CREATE TABLE client_list (
        realm_id {id} NOT NULL,
        client_id {id} NOT NULL,
        kind {text} NOT NULL CHECK (kind IN ('redirect', 'post-logout', 'audience', 'web-origin')),
        position {int} NOT NULL,
        value {text} NOT NULL,
        PRIMARY KEY (realm_id, client_id, kind, position),
        FOREIGN KEY (realm_id, client_id) REFERENCES client (realm_id, id)
) {table};
INSERT INTO client_list (realm_id, client_id, kind, position, value)
        SELECT realm_id, client_id, kind, position, uri FROM client_uri;
DROP TABLE client_uri;
CREATE INDEX client_list_origin ON client_list (realm_id, value) WHERE kind = 'web-origin';
