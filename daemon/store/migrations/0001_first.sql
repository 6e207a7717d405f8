-- SPDX-License-Identifier: Apache-2.0
-- The first schema.  realm_id is first in every key; the exceptions are what spans realms by its
-- nature: posix_id, counter, outbox, meta.  Names are unique among the living.  A number of a user
-- or group must have been allocated to that very owner: the foreign key says so.

CREATE TABLE meta (
        key {text} NOT NULL PRIMARY KEY,
        value {text} NOT NULL
) {table};

CREATE TABLE counter (
        name {text} NOT NULL PRIMARY KEY,
        next {int} NOT NULL
) {table};
INSERT INTO counter (name, next) VALUES ('posix', 65536), ('outbox', 1);

CREATE TABLE realm (
        id {id} NOT NULL PRIMARY KEY,
        name {text} NOT NULL,
        display_name {text},
        enabled {int} NOT NULL CHECK (enabled IN (0, 1)),
        epoch {int} NOT NULL,
        settings {text} NOT NULL,
        created_at {int} NOT NULL,
        updated_at {int} NOT NULL,
        version {int} NOT NULL,
        deleted_at {int}
) {table};
CREATE UNIQUE INDEX realm_name ON realm (name) WHERE deleted_at IS NULL;

CREATE TABLE posix_id (
        id {int} NOT NULL PRIMARY KEY CHECK (id > 0 AND id <= 2147483647),
        kind {text} NOT NULL CHECK (kind IN ('user', 'group')),
        realm_id {id} NOT NULL REFERENCES realm (id),
        owner_id {id} NOT NULL,
        created_at {int} NOT NULL,
        retired_at {int},
        UNIQUE (realm_id, owner_id, id)
) {table};

CREATE TABLE user_account (
        realm_id {id} NOT NULL REFERENCES realm (id),
        id {id} NOT NULL,
        name {text} NOT NULL,
        email {text},
        email_fold {text},
        email_verified {int} NOT NULL CHECK (email_verified IN (0, 1)),
        display_name {text},
        given_name {text},
        family_name {text},
        enabled {int} NOT NULL CHECK (enabled IN (0, 1)),
        posix {int} NOT NULL CHECK (posix IN (0, 1)),
        uid {int},
        home {text},
        shell {text},
        credential_epoch {int} NOT NULL,
        authz_epoch {int} NOT NULL,
        created_at {int} NOT NULL,
        updated_at {int} NOT NULL,
        version {int} NOT NULL,
        deleted_at {int},
        PRIMARY KEY (realm_id, id),
        FOREIGN KEY (realm_id, id, uid) REFERENCES posix_id (realm_id, owner_id, id),
        CHECK (posix = 0 OR uid IS NOT NULL)
) {table};
CREATE UNIQUE INDEX user_account_name ON user_account (realm_id, name) WHERE deleted_at IS NULL;
CREATE UNIQUE INDEX user_account_email ON user_account (realm_id, email_fold)
        WHERE deleted_at IS NULL AND email_fold IS NOT NULL;
CREATE UNIQUE INDEX user_account_uid ON user_account (realm_id, uid) WHERE uid IS NOT NULL;

CREATE TABLE credential (
        realm_id {id} NOT NULL,
        id {id} NOT NULL,
        user_id {id} NOT NULL,
        kind {text} NOT NULL,
        label {text},
        phc {text},
        kek_id {text},
        sealed {bytes},
        created_at {int} NOT NULL,
        last_used_at {int} NOT NULL,
        version {int} NOT NULL,
        deleted_at {int},
        PRIMARY KEY (realm_id, id),
        FOREIGN KEY (realm_id, user_id) REFERENCES user_account (realm_id, id)
) {table};
CREATE INDEX credential_user ON credential (realm_id, user_id) WHERE deleted_at IS NULL;

CREATE TABLE user_group (
        realm_id {id} NOT NULL REFERENCES realm (id),
        id {id} NOT NULL,
        parent_id {id},
        name {text} NOT NULL,
        posix {int} NOT NULL CHECK (posix IN (0, 1)),
        gid {int},
        created_at {int} NOT NULL,
        updated_at {int} NOT NULL,
        version {int} NOT NULL,
        deleted_at {int},
        PRIMARY KEY (realm_id, id),
        FOREIGN KEY (realm_id, parent_id) REFERENCES user_group (realm_id, id),
        FOREIGN KEY (realm_id, id, gid) REFERENCES posix_id (realm_id, owner_id, id),
        CHECK (parent_id <> id),
        CHECK (posix = 0 OR gid IS NOT NULL)
) {table};
CREATE UNIQUE INDEX user_group_name ON user_group (realm_id, name) WHERE deleted_at IS NULL;
CREATE UNIQUE INDEX user_group_gid ON user_group (realm_id, gid) WHERE gid IS NOT NULL;
CREATE INDEX user_group_parent ON user_group (realm_id, parent_id) WHERE deleted_at IS NULL;

CREATE TABLE group_member (
        realm_id {id} NOT NULL,
        group_id {id} NOT NULL,
        user_id {id} NOT NULL,
        created_at {int} NOT NULL,
        PRIMARY KEY (realm_id, group_id, user_id),
        FOREIGN KEY (realm_id, group_id) REFERENCES user_group (realm_id, id),
        FOREIGN KEY (realm_id, user_id) REFERENCES user_account (realm_id, id)
) {table};
CREATE INDEX group_member_user ON group_member (realm_id, user_id);

CREATE TABLE client (
        realm_id {id} NOT NULL REFERENCES realm (id),
        id {id} NOT NULL,
        name {text} NOT NULL,
        display_name {text},
        kind {text} NOT NULL,
        enabled {int} NOT NULL CHECK (enabled IN (0, 1)),
        require_pkce {int} NOT NULL CHECK (require_pkce IN (0, 1)),
        secret_hash {bytes},
        id_token_alg {text},
        epoch {int} NOT NULL,
        created_at {int} NOT NULL,
        updated_at {int} NOT NULL,
        version {int} NOT NULL,
        deleted_at {int},
        PRIMARY KEY (realm_id, id)
) {table};
CREATE UNIQUE INDEX client_name ON client (realm_id, name) WHERE deleted_at IS NULL;

CREATE TABLE client_uri (
        realm_id {id} NOT NULL,
        client_id {id} NOT NULL,
        kind {text} NOT NULL CHECK (kind IN ('redirect', 'post-logout')),
        position {int} NOT NULL,
        uri {text} NOT NULL,
        PRIMARY KEY (realm_id, client_id, kind, position),
        FOREIGN KEY (realm_id, client_id) REFERENCES client (realm_id, id)
) {table};

CREATE TABLE role (
        realm_id {id} NOT NULL REFERENCES realm (id),
        id {id} NOT NULL,
        client_id {id},
        name {text} NOT NULL,
        description {text},
        created_at {int} NOT NULL,
        updated_at {int} NOT NULL,
        version {int} NOT NULL,
        deleted_at {int},
        PRIMARY KEY (realm_id, id),
        FOREIGN KEY (realm_id, client_id) REFERENCES client (realm_id, id)
) {table};
CREATE UNIQUE INDEX role_realm_name ON role (realm_id, name)
        WHERE deleted_at IS NULL AND client_id IS NULL;
CREATE UNIQUE INDEX role_client_name ON role (realm_id, client_id, name)
        WHERE deleted_at IS NULL AND client_id IS NOT NULL;
CREATE INDEX role_by_name ON role (realm_id, name, id) WHERE deleted_at IS NULL;

CREATE TABLE role_composite (
        realm_id {id} NOT NULL,
        role_id {id} NOT NULL,
        includes_id {id} NOT NULL,
        created_at {int} NOT NULL,
        PRIMARY KEY (realm_id, role_id, includes_id),
        FOREIGN KEY (realm_id, role_id) REFERENCES role (realm_id, id),
        FOREIGN KEY (realm_id, includes_id) REFERENCES role (realm_id, id),
        CHECK (role_id <> includes_id)
) {table};
CREATE INDEX role_composite_includes ON role_composite (realm_id, includes_id);

CREATE TABLE assignment (
        realm_id {id} NOT NULL,
        role_id {id} NOT NULL,
        subject_kind {text} NOT NULL CHECK (subject_kind IN ('user', 'group')),
        subject_id {id} NOT NULL,
        created_at {int} NOT NULL,
        PRIMARY KEY (realm_id, role_id, subject_kind, subject_id),
        FOREIGN KEY (realm_id, role_id) REFERENCES role (realm_id, id)
) {table};
CREATE INDEX assignment_subject ON assignment (realm_id, subject_id);

CREATE TABLE permission (
        realm_id {id} NOT NULL REFERENCES realm (id),
        id {id} NOT NULL,
        subject_kind {text} NOT NULL CHECK (subject_kind IN ('role', 'group')),
        subject_id {id} NOT NULL,
        resource {text} NOT NULL,
        action {text} NOT NULL,
        created_at {int} NOT NULL,
        PRIMARY KEY (realm_id, id),
        UNIQUE (realm_id, subject_kind, subject_id, resource, action)
) {table};

CREATE TABLE sudo_rule (
        realm_id {id} NOT NULL,
        id {id} NOT NULL,
        role_id {id} NOT NULL,
        run_as {text} NOT NULL,
        command {text} NOT NULL,
        created_at {int} NOT NULL,
        PRIMARY KEY (realm_id, id),
        UNIQUE (realm_id, role_id, run_as, command),
        FOREIGN KEY (realm_id, role_id) REFERENCES role (realm_id, id)
) {table};

CREATE TABLE login_attempt (
        realm_id {id} NOT NULL REFERENCES realm (id),
        handle_hash {bytes} NOT NULL,
        door {text} NOT NULL,
        state {text} NOT NULL,
        name {text},
        user_id {id},
        service {text},
        tty {text},
        address {text},
        agent {text},
        request_id {id},
        device {bytes},
        password_at {int} NOT NULL,
        totp_at {int} NOT NULL,
        wrong {int} NOT NULL,
        credential_epoch {int} NOT NULL,
        created_at {int} NOT NULL,
        expires_at {int} NOT NULL,
        version {int} NOT NULL,
        opener_boot {text},
        opener_pid {int} NOT NULL,
        opener_start {int} NOT NULL,
        PRIMARY KEY (realm_id, handle_hash)
) {table};
CREATE INDEX login_attempt_opener ON login_attempt (realm_id, opener_boot, opener_pid, opener_start)
        WHERE opener_boot IS NOT NULL;
CREATE INDEX login_attempt_expiry ON login_attempt (expires_at);

CREATE TABLE auth_request (
        realm_id {id} NOT NULL,
        id {id} NOT NULL,
        client_id {id} NOT NULL,
        redirect_uri {text} NOT NULL,
        scope {text},
        state {text},
        nonce {text},
        code_challenge {text},
        response_mode {text},
        prompt {text},
        login_hint {text},
        acr_values {text},
        ui_locales {text},
        max_age {int} NOT NULL,
        created_at {int} NOT NULL,
        expires_at {int} NOT NULL,
        PRIMARY KEY (realm_id, id),
        FOREIGN KEY (realm_id, client_id) REFERENCES client (realm_id, id)
) {table};
CREATE INDEX auth_request_expiry ON auth_request (expires_at);

CREATE TABLE session (
        realm_id {id} NOT NULL,
        id {id} NOT NULL,
        user_id {id} NOT NULL,
        cookie_hash {bytes} NOT NULL,
        auth_at {int} NOT NULL,
        amr {text},
        acr {text},
        address {text},
        agent {text},
        realm_epoch {int} NOT NULL,
        credential_epoch {int} NOT NULL,
        created_at {int} NOT NULL,
        last_seen_at {int} NOT NULL,
        ended_at {int} NOT NULL,
        PRIMARY KEY (realm_id, id),
        UNIQUE (realm_id, cookie_hash),
        FOREIGN KEY (realm_id, user_id) REFERENCES user_account (realm_id, id)
) {table};
CREATE INDEX session_user ON session (realm_id, user_id, id) WHERE ended_at = 0;

CREATE TABLE host_login (
        realm_id {id} NOT NULL,
        id {id} NOT NULL,
        user_id {id} NOT NULL,
        boot_id {text} NOT NULL,
        leader_pid {int} NOT NULL,
        leader_start {int} NOT NULL,
        service {text},
        tty {text},
        address {text},
        auth_at {int} NOT NULL,
        amr {text},
        acr {text},
        realm_epoch {int} NOT NULL,
        credential_epoch {int} NOT NULL,
        opened_at {int} NOT NULL,
        closed_at {int} NOT NULL,
        PRIMARY KEY (realm_id, id),
        FOREIGN KEY (realm_id, user_id) REFERENCES user_account (realm_id, id)
) {table};
CREATE INDEX host_login_leader ON host_login (realm_id, boot_id, leader_pid, leader_start)
        WHERE closed_at = 0;
CREATE INDEX host_login_user ON host_login (realm_id, user_id, id) WHERE closed_at = 0;

CREATE TABLE client_grant (
        realm_id {id} NOT NULL,
        id {id} NOT NULL,
        user_id {id} NOT NULL,
        client_id {id} NOT NULL,
        session_id {id},
        scope {text},
        nonce {text},
        auth_at {int} NOT NULL,
        amr {text},
        acr {text},
        realm_epoch {int} NOT NULL,
        client_epoch {int} NOT NULL,
        credential_epoch {int} NOT NULL,
        created_at {int} NOT NULL,
        ended_at {int} NOT NULL,
        PRIMARY KEY (realm_id, id),
        FOREIGN KEY (realm_id, user_id) REFERENCES user_account (realm_id, id),
        FOREIGN KEY (realm_id, client_id) REFERENCES client (realm_id, id),
        FOREIGN KEY (realm_id, session_id) REFERENCES session (realm_id, id)
) {table};
CREATE INDEX client_grant_session ON client_grant (realm_id, session_id) WHERE ended_at = 0;
CREATE INDEX client_grant_user ON client_grant (realm_id, user_id) WHERE ended_at = 0;
CREATE INDEX client_grant_client ON client_grant (realm_id, client_id) WHERE ended_at = 0;

CREATE TABLE single_use (
        realm_id {id} NOT NULL REFERENCES realm (id),
        kind {text} NOT NULL,
        hash {bytes} NOT NULL,
        grant_id {id},
        owner_id {id} NOT NULL,
        data {text},
        successor_kek_id {text},
        successor {bytes},
        successor_hash {bytes},
        created_at {int} NOT NULL,
        expires_at {int} NOT NULL,
        used_at {int} NOT NULL,
        PRIMARY KEY (realm_id, kind, hash),
        FOREIGN KEY (realm_id, grant_id) REFERENCES client_grant (realm_id, id)
) {table};
CREATE INDEX single_use_expiry ON single_use (expires_at);
CREATE INDEX single_use_grant ON single_use (realm_id, grant_id) WHERE grant_id IS NOT NULL;

CREATE TABLE signing_key (
        realm_id {id} NOT NULL REFERENCES realm (id),
        kid {text} NOT NULL,
        alg {text} NOT NULL,
        public_jwk {text} NOT NULL,
        kek_id {text},
        private_sealed {bytes},
        state {text} NOT NULL CHECK (state IN ('next', 'active', 'retiring', 'destroyed')),
        created_at {int} NOT NULL,
        state_at {int} NOT NULL,
        PRIMARY KEY (realm_id, kid)
) {table};
CREATE INDEX signing_key_state ON signing_key (realm_id, state, alg, created_at);

CREATE TABLE guess_counter (
        realm_id {id} NOT NULL REFERENCES realm (id),
        scope {text} NOT NULL,
        key {bytes} NOT NULL,
        count {int} NOT NULL CHECK (count >= 0),
        window_start {int} NOT NULL,
        expires_at {int} NOT NULL,
        PRIMARY KEY (realm_id, scope, key)
) {table};
CREATE INDEX guess_counter_expiry ON guess_counter (expires_at);

CREATE TABLE known_device (
        realm_id {id} NOT NULL,
        user_id {id} NOT NULL,
        device {bytes} NOT NULL,
        seen_at {int} NOT NULL,
        PRIMARY KEY (realm_id, user_id, device),
        FOREIGN KEY (realm_id, user_id) REFERENCES user_account (realm_id, id)
) {table};
CREATE INDEX known_device_seen ON known_device (seen_at);

CREATE TABLE outbox (
        id {int} NOT NULL PRIMARY KEY,
        realm_id {id} NOT NULL,
        topic {text} NOT NULL,
        data {text},
        created_at {int} NOT NULL
) {table};
CREATE INDEX outbox_topic ON outbox (topic, id);

-- seq, previous and seal are the sealer's; personal_hash is what the chain will cover.  Erasing a
-- person deletes the row of audit_personal and leaves audit_event untouched.
CREATE TABLE audit_event (
        realm_id {id} NOT NULL,
        id {id} NOT NULL,
        at {int} NOT NULL,
        kind {text} NOT NULL,
        success {int} NOT NULL CHECK (success IN (0, 1)),
        reason {text},
        door {text} NOT NULL,
        actor_kind {text},
        actor_id {id},
        target_kind {text},
        target_id {id},
        details {text},
        trace {text},
        personal_hash {bytes},
        seq {int},
        previous {bytes},
        seal {bytes},
        PRIMARY KEY (realm_id, id)
) {table};
CREATE INDEX audit_event_id ON audit_event (id);
CREATE UNIQUE INDEX audit_event_seq ON audit_event (realm_id, seq) WHERE seq IS NOT NULL;
CREATE INDEX audit_event_unsealed ON audit_event (realm_id, id) WHERE seq IS NULL;

CREATE TABLE audit_personal (
        realm_id {id} NOT NULL,
        event_id {id} NOT NULL,
        salt {bytes},
        actor_name {text},
        target_name {text},
        address {text},
        agent {text},
        PRIMARY KEY (realm_id, event_id),
        FOREIGN KEY (realm_id, event_id) REFERENCES audit_event (realm_id, id)
) {table};

CREATE TABLE history (
        realm_id {id} NOT NULL,
        kind {text} NOT NULL,
        entity_id {id} NOT NULL,
        version {int} NOT NULL,
        actor {text},
        at {int} NOT NULL,
        data {text} NOT NULL,
        personal {text},
        PRIMARY KEY (realm_id, kind, entity_id, version)
) {table};
