# SPDX-License-Identifier: Apache-2.0
"""The phone in a person's hand: a TOTP generator (RFC 6238) that never shows one code twice.

A code is good once, over all doors together, so whoever needs a second one waits for the next
step as a person must.  The phone's clock may be a step off, which every verifier forgives (section
5.2): it goes behind or ahead as that spares waiting.
"""

import base64
import hmac
import time

from .paths import RigError

STEP = 30


def code_at(secret: bytes, moment: float, digits: int = 6) -> str:
    """RFC 6238 with SHA-1; truncation of RFC 4226 section 5.3."""
    counter = int(moment // STEP).to_bytes(8, "big")
    mac = hmac.digest(secret, counter, "sha1")
    at = mac[-1] & 0xF
    number = int.from_bytes(mac[at:at + 4], "big") & 0x7FFFFFFF
    return str(number % 10**digits).zfill(digits)


class Totp:
    def __init__(self, secret: str):
        """The secret as it is shown to people: base32, with or without padding and spaces."""
        text = secret.replace(" ", "").upper()
        try:
            self._secret = base64.b32decode(text + "=" * (-len(text) % 8))
        except ValueError as error:
            raise RigError(f"not a TOTP secret: {error}") from None
        self._used = 0

    def now(self) -> str:
        """What the phone shows, without using it up."""
        return code_at(self._secret, time.time())

    def _next(self) -> int:
        """The step before this one only while it has half a step to be typed in."""
        moment = time.time()
        return max(self._used + 1, int((moment - STEP / 2) // STEP))

    def wait_for_fresh(self):
        """Until a code can be given that was not given out before."""
        while self._next() > time.time() // STEP + 1:
            time.sleep(0.2)

    def fresh(self) -> str:
        self.wait_for_fresh()
        self._used = self._next()
        return self.used()

    def used(self) -> str:
        """The code that was given out last."""
        return code_at(self._secret, self._used * STEP)
