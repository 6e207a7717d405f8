/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Public keys of OpenSSH: the line "TYPE BASE64 [COMMENT]" and the bytes in it (RFC 4253 section
 * 6.6, RFC 5656 section 3.1, RFC 8709 section 4, PROTOCOL.u2f of OpenSSH).  Once, for the daemon
 * that stores keys and for the helper that hands them to sshd and must not believe it.  No options,
 * no certificates, and no key too weak to stand for a person.
 */
#pragma once

#include "base/macro.h"

typedef enum SshKeyType {
        SSH_KEY_ED25519,
        SSH_KEY_ECDSA_256,
        SSH_KEY_ECDSA_384,
        SSH_KEY_ECDSA_521,
        SSH_KEY_RSA,
        SSH_KEY_SK_ED25519,
        SSH_KEY_SK_ECDSA,
        _SSH_KEY_MAX,
        _SSH_KEY_INVALID = -EINVAL,
} SshKeyType;

const char *ssh_key_type_name(SshKeyType type); /* "ssh-ed25519" */
/* In a security key (FIDO), which signs after a touch and, asked to, a PIN. */
bool ssh_key_is_hardware(SshKeyType type);

#define SSH_KEY_BLOB_MAX 2200 /* bytes; RSA of SSH_KEY_RSA_BITS_MAX fits */
#define SSH_KEY_BASE64_MAX ((SSH_KEY_BLOB_MAX + 2) / 3 * 4)
#define SSH_KEY_COMMENT_MAX 128
#define SSH_KEY_LINE_MAX (SSH_KEY_BASE64_MAX + SSH_KEY_COMMENT_MAX + 64)
#define SSH_KEY_RSA_BITS_MIN 3072
#define SSH_KEY_RSA_BITS_MAX 16384
#define SSH_KEY_TEXT_MAX (SSH_KEY_BASE64_MAX + 40) /* "TYPE BASE64" */

#define SSH_FINGERPRINT_SIZE 51 /* "SHA256:", 43 characters and the NUL */

typedef struct SshKey {
        SshKeyType type;
        uint8_t blob[SSH_KEY_BLOB_MAX];
        size_t len;
        const char *base64; /* lent from the line */
        size_t base64_len;
        const char *comment; /* likewise; not NUL-terminated */
        size_t comment_len;
} SshKey;

/*
 * One line, with or without its newline.  IAM_E_BAD_KEY: it is not one; IAM_E_WEAK_KEY: of a kind
 * or length that is not taken.
 */
int ssh_key_parse(const char *line, size_t len, SshKey *ret);

/*
 * The key in what sshd says of the methods it was content with (SSH_AUTH_INFO_0), a line each:
 * "publickey TYPE BASE64".  Of several the first that lives in a security key, for it may count.
 * Its text is sshd's word and no more: it is still to be parsed.
 */
bool ssh_key_of_methods(const char *methods, char ret[SSH_KEY_TEXT_MAX + 1]);

/* sha256: of the blob.  As `ssh-keygen -l` and sshd's %f say it. */
void ssh_fingerprint_format(const uint8_t sha256[32], char ret[SSH_FINGERPRINT_SIZE]);
bool ssh_fingerprint_is_sound(const char *text);
