/* SPDX-License-Identifier: Apache-2.0 */
#include <stdio.h>

#include "base/encode.h"
#include "base/str.h"
#include "daemon/crypto/digest.h"
#include "daemon/crypto/keyring.h"
#include "tests/support/crypto_fixture.h"

static const RealmId realm = { .id = { .bytes = { 1 } } }, other_realm = { .id = { { 2 } } };
static const Id owner = { .bytes = { 3 } }, other_owner = { .bytes = { 4 } };

TEST(what_was_sealed_comes_back_at_its_own_place_only) {
        CLEANUP(arena_done) Arena arena = ARENA_INIT(8192);
        Secret plain = secret_of("the secret"), out = {};
        Sealed sealed;
        CryptoPort port;
        CLEANUP(crypto_freep) Crypto *crypto = crypto_fixture(&port);

        ASSERT_OK(port.seal(crypto, &arena, &realm, &owner, "totp", &plain, &sealed));
        ASSERT_STREQ(sealed.kek_id, crypto_kek_id(crypto));
        ASSERT_EQ(strlen(sealed.kek_id), 16);
        ASSERT_EQ(sealed.len, plain.len + 12 + 16);
        ASSERT_OK(port.unseal(crypto, &realm, &owner, "totp", &sealed, &out));
        ASSERT_TRUE(secret_equal(&plain, &out));

        ASSERT_CODE(port.unseal(crypto, &other_realm, &owner, "totp", &sealed, &out), -EBADMSG);
        ASSERT_TRUE(secret_is_empty(&out));
        ASSERT_CODE(port.unseal(crypto, &realm, &other_owner, "totp", &sealed, &out), -EBADMSG);
        ASSERT_CODE(port.unseal(crypto, &realm, &owner, "smtp", &sealed, &out), -EBADMSG);
}

TEST(every_altered_byte_and_every_cut_is_noticed) {
        CLEANUP(arena_done) Arena arena = ARENA_INIT(8192);
        Secret plain = secret_of("the secret"), out = {};
        uint8_t bytes[128];
        Sealed sealed;
        CryptoPort port;
        CLEANUP(crypto_freep) Crypto *crypto = crypto_fixture(&port);

        ASSERT_OK(port.seal(crypto, &arena, &realm, &owner, "totp", &plain, &sealed));
        ASSERT_TRUE(sealed.len <= sizeof bytes);
        for (size_t i = 0; i < sealed.len; i++) {
                Sealed bad = { .kek_id = sealed.kek_id, .bytes = bytes, .len = sealed.len };
                memcpy(bytes, sealed.bytes, sealed.len);
                bytes[i] ^= 1;
                ASSERT_CODE(port.unseal(crypto, &realm, &owner, "totp", &bad, &out), -EBADMSG);
                bytes[i] ^= 1;
                bad.len = i;
                ASSERT_CODE(port.unseal(crypto, &realm, &owner, "totp", &bad, &out), -EBADMSG);
        }
}

TEST(another_key_encryption_key_is_told_apart_by_its_id) {
        CLEANUP(arena_done) Arena arena = ARENA_INIT(8192);
        Secret plain = secret_of("the secret"), out = {};
        Sealed sealed;
        CryptoPort port, other_port;
        CLEANUP(crypto_freep) Crypto *crypto = crypto_fixture(&port);
        CLEANUP(crypto_freep)
        Crypto *other = crypto_fixture_with(8, (PasswordCost) FIXTURE_COST, &other_port);

        ASSERT_OK(port.seal(crypto, &arena, &realm, &owner, "totp", &plain, &sealed));
        ASSERT_CODE(other_port.unseal(other, &realm, &owner, "totp", &sealed, &out), -ENOKEY);
        sealed.kek_id = crypto_kek_id(other); /* a lie about the id does not help */
        ASSERT_CODE(other_port.unseal(other, &realm, &owner, "totp", &sealed, &out), -EBADMSG);
}

TEST(sealing_twice_gives_two_ciphertexts) {
        CLEANUP(arena_done) Arena arena = ARENA_INIT(8192);
        Secret plain = secret_of("the secret");
        Sealed one, two;
        CryptoPort port;
        CLEANUP(crypto_freep) Crypto *crypto = crypto_fixture(&port);

        ASSERT_OK(port.seal(crypto, &arena, &realm, &owner, "totp", &plain, &one));
        ASSERT_OK(port.seal(crypto, &arena, &realm, &owner, "totp", &plain, &two));
        ASSERT_FALSE(bytes_equal(one.bytes, one.len, two.bytes, two.len));
}

TEST(only_the_bearer_of_the_secret_opens_what_was_sealed_under_it) {
        CLEANUP(arena_done) Arena arena = ARENA_INIT(8192);
        Secret plain = secret_of("successor"), bearer = {}, other = {}, out = {};
        Sha256 hash, again;
        Sealed sealed;
        CryptoPort port;
        CLEANUP(crypto_freep) Crypto *crypto = crypto_fixture(&port);

        ASSERT_OK(port.bearer_make(crypto, &bearer, &hash));
        ASSERT_OK(port.bearer_make(crypto, &other, &again));
        ASSERT_EQ(bearer.len, 43);
        ASSERT_FALSE(secret_equal(&bearer, &other));
        port.secret_sha256(&bearer, &again);
        ASSERT_MEMEQ(hash.bytes, again.bytes, SHA256_SIZE);

        ASSERT_OK(port.seal_under(crypto, &arena, &bearer, &plain, &sealed));
        ASSERT_STREQ(sealed.kek_id, "bearer");
        ASSERT_OK(port.unseal_under(crypto, &bearer, &sealed, &out));
        ASSERT_TRUE(secret_equal(&plain, &out));
        ASSERT_CODE(port.unseal_under(crypto, &other, &sealed, &out), -EBADMSG);
        ASSERT_CODE(port.unseal(crypto, &realm, &owner, "bearer", &sealed, &out), -ENOKEY);
}

TEST(keyed_hashes_depend_on_key_context_and_message) {
        Sha256 base, same, context, message, key;
        CryptoPort port, other_port;
        CLEANUP(crypto_freep) Crypto *crypto = crypto_fixture(&port);
        CLEANUP(crypto_freep)
        Crypto *other = crypto_fixture_with(8, (PasswordCost) FIXTURE_COST, &other_port);

        ASSERT_OK(port.keyed_hash(crypto, "guess", "alice", 5, &base));
        ASSERT_OK(port.keyed_hash(crypto, "guess", "alice", 5, &same));
        ASSERT_OK(port.keyed_hash(crypto, "csrf", "alice", 5, &context));
        ASSERT_OK(port.keyed_hash(crypto, "guess", "bob", 3, &message));
        ASSERT_OK(other_port.keyed_hash(other, "guess", "alice", 5, &key));
        ASSERT_MEMEQ(base.bytes, same.bytes, SHA256_SIZE);
        ASSERT_TRUE(memcmp(base.bytes, context.bytes, SHA256_SIZE) != 0);
        ASSERT_TRUE(memcmp(base.bytes, message.bytes, SHA256_SIZE) != 0);
        ASSERT_TRUE(memcmp(base.bytes, key.bytes, SHA256_SIZE) != 0);
}

/* RFC 5869 appendix A.3: salt and info of length zero.  RFC 4231 section 4.2 for HMAC's shape: its
 * key is 20 bytes, which zero padding to 32 leaves the same key. */
TEST(the_derivations_agree_with_the_rfcs) {
        uint8_t secret[22], key[SHA256_SIZE] = {};
        char text[HEX_SIZE(SHA256_SIZE)];
        DerivedKey derived;
        Sha256 hash;

        memset(secret, 0x0b, sizeof secret);
        ASSERT_OK(key_derive(secret, sizeof secret, "", &derived));
        hex_encode(derived.bytes, sizeof derived.bytes, text);
        ASSERT_STREQ(text, "8da4e775a563c18f715f802a063c5a31b8a11f5c5ee1879ec3454e5f3c738d2d");

        memset(key, 0x0b, 20);
        digest_hmac(key, "Hi There", 8, &hash);
        hex_encode(hash.bytes, sizeof hash.bytes, text);
        ASSERT_STREQ(text, "b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7");

        digest_sha256("abc", 3, &hash);
        hex_encode(hash.bytes, sizeof hash.bytes, text);
        ASSERT_STREQ(text, "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
}
