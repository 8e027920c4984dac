"""Runs one peer in this process: `python -m benchmarks.polling.peers MODULE [fill]`."""

import sys
from importlib import import_module

from benchmarks.polling.load import Load

if __name__ == "__main__":
    module, *step = sys.argv[1:]
    peer = import_module(f"benchmarks.polling.peers.{module}")
    (peer.fill if step == ["fill"] else peer.work)(Load.here())
