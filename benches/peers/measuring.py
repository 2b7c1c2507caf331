"""Times of work and of whole processes, tables of them, and what does not agree."""

import argparse
import os
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import numpy as np

HERE = Path(__file__).resolve().parents[2]


def processors():
    """Seconds of the processors so far: this process and those it has waited for."""
    return sum(sum(resource.getrusage(who)[:2]) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))


class Times:
    """The least of several runs."""

    def __init__(self):
        self.wall = self.cpu = float("inf")

    def measure(self, work):
        wall, cpu = time.perf_counter(), processors()
        result = work()
        self.add(time.perf_counter() - wall, processors() - cpu)
        return result

    def add(self, wall, cpu):
        self.wall, self.cpu = min(self.wall, wall), min(self.cpu, cpu)

    def __str__(self):
        wall = f"{self.wall:.2f} s" if self.wall > 0.1 else f"{self.wall:.3f} s"
        return f"{wall} ({self.cpu:.2f} s)" if np.isfinite(self.cpu) else wall


def run(*command):
    """Runs a command to its end; 1 is an answer too. Gives its output and most memory in bytes."""
    process = subprocess.Popen([str(part) for part in command], stdout=subprocess.PIPE)
    output = process.stdout.read()
    _, status, usage = os.wait4(process.pid, 0)
    code = os.waitstatus_to_exitcode(status)
    if code not in (0, 1):
        sys.exit(f"{' '.join(map(str, command))}: exit code {code}")
    return output.decode(), usage.ru_maxrss * 1024


def disagree(what):
    print(f"DISAGREE: {what}", file=sys.stderr)
    disagree.count += 1


disagree.count = 0


def table(about, rows, build, versions, prepare=lambda work, rows: None):
    """Measures rows as the command line asks and prints them as a table in Markdown.

    A row is a function of a folder and a number of repeats, and gives what was done, beside whom,
    their times (or None), ours, and a note. Ends the process; exit code 1 where two sides disagree.
    """
    names = [row.__name__ for row in rows]
    parser = argparse.ArgumentParser(description=about.split("\n")[0])
    parser.add_argument("--repeats", type=int, default=3)
    parser.add_argument("--only", default=",".join(names), help="rows to measure, set apart by commas")
    parser.add_argument("--work", type=Path, help="folder for inputs and results [default: a temporary one]")
    parser.add_argument("--no-build", action="store_true", help="measure the binaries that are there")
    arguments = parser.parse_args()
    asked = arguments.only.split(",")
    if unknown := set(asked) - set(names):
        parser.error(f"no such rows: {', '.join(unknown)}")
    if not arguments.no_build:
        command = ["cargo", "build", "--release", "--locked", "--bin", "evengrid", *build]
        subprocess.run(command, cwd=HERE, check=True)
    with tempfile.TemporaryDirectory() as temporary:
        work = arguments.work or Path(temporary)
        prepare(work, asked)
        print(f"{os.cpu_count()} processors; {versions}; "
              f"least of {arguments.repeats} runs, on the clock and (of the processors)\n")
        print("| work | peer | peer's time | evengrid | ratio | |\n|---|---|---|---|---|---|", flush=True)
        for row in (row for row in rows if row.__name__ in asked):
            title, against, peer, ours, note = row(work, arguments.repeats)
            theirs = str(peer) if peer else ""
            ratio = f"{peer.wall / ours.wall:.1f} ×" if peer and np.isfinite(ours.wall) else ""
            print(f"| {title} | {against} | {theirs} | {ours} | {ratio} | {note} |", flush=True)
    sys.exit(bool(disagree.count))
