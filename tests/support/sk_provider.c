/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A security key without a device, for ssh and ssh-keygen (SecurityKeyProvider): keeps the private
 * key in the key handle, is touched always, and knows one PIN.  See PROTOCOL.u2f of OpenSSH.
 */
#include <openssl/evp.h>
#include <stdlib.h>
#include <string.h>

#include "base/macro.h"

#define API_VERSION 0x000a0000u
#define ED25519 1u
#define PIN "1234"
#define PRESENT 0x01
#define VERIFIED 0x04
#define E_GENERAL (-1)
#define E_UNSUPPORTED (-2)
#define E_PIN (-3)

struct sk_option;
struct sk_resident_key;

struct sk_enroll_response {
        uint8_t flags;
        uint8_t *public_key;
        size_t public_key_len;
        uint8_t *key_handle;
        size_t key_handle_len;
        uint8_t *signature;
        size_t signature_len;
        uint8_t *attestation_cert;
        size_t attestation_cert_len;
        uint8_t *authdata;
        size_t authdata_len;
};

struct sk_sign_response {
        uint8_t flags;
        uint32_t counter;
        uint8_t *sig_r;
        size_t sig_r_len;
        uint8_t *sig_s;
        size_t sig_s_len;
};

uint32_t sk_api_version(void);
int sk_enroll(uint32_t alg, const uint8_t *challenge, size_t challenge_len, const char *application,
              uint8_t flags, const char *pin, struct sk_option **options,
              struct sk_enroll_response **ret);
int sk_sign(uint32_t alg, const uint8_t *data, size_t data_len, const char *application,
            const uint8_t *handle, size_t handle_len, uint8_t flags, const char *pin,
            struct sk_option **options, struct sk_sign_response **ret);
int sk_load_resident_keys(
                const char *pin, struct sk_option **options, struct sk_resident_key ***ret,
                size_t *ret_n);

_public_ uint32_t sk_api_version(void) {
        return API_VERSION;
}

static uint8_t *copy(const void *bytes, size_t len) {
        uint8_t *fresh = malloc(len);

        if (fresh != NULL)
                memcpy(fresh, bytes, len);
        return fresh;
}

/* The hash of the application, flags, counter, the hash of the data. */
static void
signed_bytes(const char *application, const uint8_t *data, size_t data_len, uint8_t flags,
             uint8_t ret[69]) {
        (void) EVP_Digest(application, strlen(application), ret, NULL, EVP_sha256(), NULL);
        ret[32] = flags;
        memset(ret + 33, 0, 4);
        (void) EVP_Digest(data, data_len, ret + 37, NULL, EVP_sha256(), NULL);
}

/* NOLINTBEGIN(readability-function-size): the signatures are OpenSSH's */
_public_ int
sk_enroll(uint32_t alg, const uint8_t *challenge, size_t challenge_len, const char *application,
          uint8_t flags, const char *pin, struct sk_option **options,
          struct sk_enroll_response **ret) {
        uint8_t public_key[32], private_key[32];
        size_t public_len = sizeof(public_key), private_len = sizeof(private_key);
        EVP_PKEY *key = EVP_PKEY_Q_keygen(NULL, NULL, "ED25519");
        struct sk_enroll_response *response;

        (void) challenge, (void) challenge_len, (void) application, (void) pin, (void) options;
        if (alg != ED25519 || EVP_PKEY_get_raw_public_key(key, public_key, &public_len) != 1 ||
            EVP_PKEY_get_raw_private_key(key, private_key, &private_len) != 1)
                return E_UNSUPPORTED;
        EVP_PKEY_free(key);
        response = calloc(1, sizeof(*response));
        if (response == NULL)
                return E_GENERAL;
        *response = (struct sk_enroll_response){
                .flags = flags,
                .public_key = copy(public_key, public_len),
                .public_key_len = public_len,
                .key_handle = copy(private_key, private_len),
                .key_handle_len = private_len,
                .signature = copy("", 1),
        };
        *ret = response;
        return 0;
}

_public_ int
sk_sign(uint32_t alg, const uint8_t *data, size_t data_len, const char *application,
        const uint8_t *handle, size_t handle_len, uint8_t flags, const char *pin,
        struct sk_option **options, struct sk_sign_response **ret) {
        EVP_PKEY *key = EVP_PKEY_new_raw_private_key(EVP_PKEY_ED25519, NULL, handle, handle_len);
        const uint8_t shown = (uint8_t) (PRESENT | (flags & VERIFIED));
        EVP_MD_CTX *context = EVP_MD_CTX_new();
        uint8_t message[69], signature[64];
        size_t len = sizeof(signature);
        struct sk_sign_response *response;

        (void) options;
        if ((flags & VERIFIED) != 0 && (pin == NULL || strcmp(pin, PIN) != 0))
                return E_PIN;
        signed_bytes(application, data, data_len, shown, message);
        if (alg != ED25519 || EVP_DigestSignInit(context, NULL, NULL, NULL, key) != 1 ||
            EVP_DigestSign(context, signature, &len, message, sizeof(message)) != 1)
                return E_UNSUPPORTED;
        EVP_MD_CTX_free(context);
        EVP_PKEY_free(key);
        response = calloc(1, sizeof(*response));
        if (response == NULL)
                return E_GENERAL;
        *response = (struct sk_sign_response){
                .flags = shown,
                .sig_r = copy(signature, len),
                .sig_r_len = len,
        };
        *ret = response;
        return 0;
}
/* NOLINTEND(readability-function-size) */

_public_ int sk_load_resident_keys(
                const char *pin, struct sk_option **options, struct sk_resident_key ***ret,
                size_t *ret_n) {
        (void) pin, (void) options, (void) ret, (void) ret_n;
        return E_UNSUPPORTED;
}
