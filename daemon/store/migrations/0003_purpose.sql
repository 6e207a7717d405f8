-- SPDX-License-Identifier: Apache-2.0
-- What an attempt is for, when a password was chosen, when a host login last proved a factor.

ALTER TABLE login_attempt ADD COLUMN purpose {text} NOT NULL DEFAULT 'login';
ALTER TABLE login_attempt ADD COLUMN language {text} NOT NULL DEFAULT 'en';
ALTER TABLE login_attempt ADD COLUMN host_login_id {id};

ALTER TABLE credential ADD COLUMN must_change {int} NOT NULL DEFAULT 0
        CHECK (must_change IN (0, 1));
ALTER TABLE credential ADD COLUMN changed_at {int} NOT NULL DEFAULT 0;
UPDATE credential SET changed_at = created_at;

ALTER TABLE host_login ADD COLUMN confirmed_at {int} NOT NULL DEFAULT 0;
