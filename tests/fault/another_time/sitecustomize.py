"""For processes whose clock is wrong: put on the path of one, it sets its clocks off by CLOCK_OFF_S seconds."""

import os
import time
from datetime import datetime, timedelta

import fleet.clock

OFF_S = float(os.environ["CLOCK_OFF_S"])
right_time, right_now = time.time, fleet.clock.now


def wrong_now() -> datetime:
    """The present, as the process believes."""
    return right_now() + timedelta(seconds=OFF_S)


time.time = lambda: right_time() + OFF_S
fleet.clock.now = wrong_now
print(f"the clock is {OFF_S:.0f} s off", flush=True)
