# SPDX-License-Identifier: Apache-2.0
"""The rig: everything a test or `dev up` needs to exercise iamd through its real doors.

Each module is one thing: a private copy of the machine (sandbox), the daemon in it (service), an
sshd, an Apache, a browser, a booted host.  They know how to start, to be asked, and to leave
nothing behind; what is right or wrong is said by the tests.
"""
