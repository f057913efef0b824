"""Passes if its arguments name a device to test on."""

import sys

devices = [arg.removeprefix("--device=") for arg in sys.argv[1:]]
assert devices in (["cpu"], ["cuda"]), devices
