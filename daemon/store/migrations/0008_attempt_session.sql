-- SPDX-License-Identifier: Apache-2.0
-- The session in whose browser an attempt was begun to prove something more: it goes on there only.

ALTER TABLE login_attempt ADD COLUMN session_id {id};
