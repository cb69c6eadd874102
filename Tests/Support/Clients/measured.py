"""What a process has, as the kernel tells it, and how many files it may have open."""

import os
import resource
import sys


def resident(pid):
    """Bytes of memory."""
    with open(f"/proc/{pid}/statm") as file:
        return int(file.read().split()[1]) * resource.getpagesize()


def open_files(pid):
    return len(os.listdir(f"/proc/{pid}/fd"))


def permit_files(needed, *pids):
    """Lets processes have as many files open as they may; ends the program where that is too little."""
    for pid in pids:
        hard = resource.prlimit(pid, resource.RLIMIT_NOFILE)[1]
        if hard != resource.RLIM_INFINITY and hard < needed:
            sys.exit(f"ulimit -n is at most {hard}, and {needed} are needed")
        resource.prlimit(pid, resource.RLIMIT_NOFILE, (hard, hard))
