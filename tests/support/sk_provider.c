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

_public_ int
sk_enroll(uint32_t alg, const uint8_t *challenge, size_t challenge_len, const char *application,
          uint8_t flags, const char *pin, struct sk_option **options,
          struct sk_enroll_response **ret) {
        struct sk_enroll_response *response = calloc(1, sizeof(*response));
        EVP_PKEY *key = EVP_PKEY_Q_keygen(NULL, NULL, "ED25519");
        size_t n = 32;

        (void) challenge, (void) challenge_len, (void) application, (void) pin, (void) options;
        if (alg != ED25519 || response == NULL || key == NULL)
                return E_UNSUPPORTED;
        response->flags = flags;
        response->public_key = malloc(n);
        response->key_handle = malloc(n);
        response->signature = calloc(1, 1);
        response->public_key_len = response->key_handle_len = n;
        if (EVP_PKEY_get_raw_public_key(key, response->public_key, &n) != 1 ||
            EVP_PKEY_get_raw_private_key(key, response->key_handle, &n) != 1)
                return E_GENERAL;
        EVP_PKEY_free(key);
        *ret = response;
        return 0;
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

_public_ int
sk_sign(uint32_t alg, const uint8_t *data, size_t data_len, const char *application,
        const uint8_t *handle, size_t handle_len, uint8_t flags, const char *pin,
        struct sk_option **options, struct sk_sign_response **ret) {
        struct sk_sign_response *response = calloc(1, sizeof(*response));
        EVP_PKEY *key = EVP_PKEY_new_raw_private_key(EVP_PKEY_ED25519, NULL, handle, handle_len);
        EVP_MD_CTX *context = EVP_MD_CTX_new();
        uint8_t message[69];

        (void) options;
        if (alg != ED25519 || response == NULL || key == NULL || context == NULL)
                return E_UNSUPPORTED;
        if ((flags & VERIFIED) != 0 && (pin == NULL || strcmp(pin, PIN) != 0))
                return E_PIN;
        response->flags = (uint8_t) (PRESENT | (flags & VERIFIED));
        response->sig_r_len = 64;
        response->sig_r = malloc(response->sig_r_len);
        signed_bytes(application, data, data_len, response->flags, message);
        if (EVP_DigestSignInit(context, NULL, NULL, NULL, key) != 1 ||
            EVP_DigestSign(context, response->sig_r, &response->sig_r_len, message,
                           sizeof(message)) != 1)
                return E_GENERAL;
        EVP_MD_CTX_free(context);
        EVP_PKEY_free(key);
        *ret = response;
        return 0;
}

_public_ int sk_load_resident_keys(
                const char *pin, struct sk_option **options, struct sk_resident_key ***ret,
                size_t *ret_n) {
        (void) pin, (void) options, (void) ret, (void) ret_n;
        return E_UNSUPPORTED;
}
