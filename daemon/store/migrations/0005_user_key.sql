-- SPDX-License-Identifier: Apache-2.0
-- Public SSH keys.  One that is removed leaves no row: another user may bring it, and the audit
-- trail keeps its fingerprint.

CREATE TABLE user_key (
        realm_id {id} NOT NULL,
        id {id} NOT NULL,
        user_id {id} NOT NULL,
        type {text} NOT NULL,
        base64 {text} NOT NULL,
        fingerprint {text} NOT NULL,
        label {text},
        verify_required {int} NOT NULL CHECK (verify_required IN (0, 1)),
        created_at {int} NOT NULL,
        last_used_at {int} NOT NULL,
        PRIMARY KEY (realm_id, id),
        UNIQUE (realm_id, fingerprint),
        FOREIGN KEY (realm_id, user_id) REFERENCES user_account (realm_id, id)
) {table};
CREATE INDEX user_key_user ON user_key (realm_id, user_id, id);
