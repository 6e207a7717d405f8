-- SPDX-License-Identifier: Apache-2.0
-- Seconds for which a proven factor is fresh enough for what a sudo rule allows; -1: none is asked.
-- Which host login a confirmation is for is found when it is used, not when it begins.

ALTER TABLE sudo_rule ADD COLUMN fresh_factor {int} NOT NULL DEFAULT -1;

ALTER TABLE login_attempt DROP COLUMN host_login_id;
