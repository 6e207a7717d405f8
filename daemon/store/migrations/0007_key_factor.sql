-- SPDX-License-Identifier: Apache-2.0
-- When an attempt was proven by a security key with its PIN; 0: it was not.

ALTER TABLE login_attempt ADD COLUMN key_at {int} NOT NULL DEFAULT 0;
