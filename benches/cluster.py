"""What a cluster does to `examples/spark_plan.py`: a standalone master and two workers on loopback, one
of which is killed in the middle. All must come to the same bytes as one machine.

    pip install ./python pyspark "pandas<3" pyarrow      # and Java 17
    cargo build --release && python benches/cluster.py
"""

import argparse
import hashlib
import os
import pathlib
import signal
import subprocess
import sys
import tempfile
import time

ROOT = pathlib.Path(__file__).resolve().parent.parent
PORT = 17077
URL = f"spark://127.0.0.1:{PORT}"
#: Units of the cities, largest to smallest as cities are.
SIZES = [40_000, 30_000, 24_000, 20_000, 16_000, 12_000, 10_000, 8_000, 6_000, 5_000, 4_000, 3_000]


class Cluster:
    """A master and workers of one core each, in process groups of their own."""

    def __init__(self, place, workers):
        self.place, self.groups = place, []
        self.start("master", "Master", "--host", "127.0.0.1", "--port", str(PORT), "--webui-port", "0")
        self.workers = [self.start(f"worker{i}", "Worker", *self.worker(i)) for i in range(workers)]
        log = place / "master.log"
        wait(lambda: log.read_text().count("Registering worker") >= workers, "workers")

    def worker(self, number):
        of = ["--host", "127.0.0.1", "--cores", "1", "--memory", "2g", "--webui-port", "0"]
        return [*of, "--work-dir", str(self.place / f"work{number}"), URL]

    def start(self, name, kind, *arguments):
        import pyspark

        program = pathlib.Path(pyspark.__file__).parent / "bin" / "spark-class"
        command = [program, f"org.apache.spark.deploy.{kind.lower()}.{kind}", *arguments]
        log = open(self.place / f"{name}.log", "w")
        process = subprocess.Popen(command, stdout=log, stderr=log, start_new_session=True)
        self.groups.append(process)
        return process

    def kill(self, process):
        """Kills a worker with its executor, at once."""
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()
        self.groups.remove(process)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        for process in list(self.groups):
            self.kill(process)


def wait(until, what, seconds=300):
    end = time.monotonic() + seconds
    while not until():
        if time.monotonic() > end:
            raise SystemExit(f"no {what} after {seconds} s")
        time.sleep(0.1)


def submit(country, plans, master, effort="balanced"):
    """Starts the example on a cluster."""
    confs = ["spark.driver.host=127.0.0.1", "spark.ui.enabled=false", "spark.executor.memory=1g"]
    given = " ".join(f"--conf {conf}" for conf in confs)
    environment = {**os.environ, "SPARK_LOCAL_IP": "127.0.0.1", "PYSPARK_PYTHON": sys.executable}
    environment["PYSPARK_SUBMIT_ARGS"] = f"{given} pyspark-shell"
    example = ROOT / "examples" / "spark_plan.py"
    command = [sys.executable, example, "plan", country, "-o", plans, "--master", master]
    return subprocess.Popen(
        [*map(str, command), "--set", "target-population=1000", "--set", f"effort={effort}"],
        env=environment, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True,
    )


def finish(process):
    """Waits for the example, and gives what it told."""
    told = process.communicate()[0]
    assert process.returncode == 0, f"exit code {process.returncode}\n{told}"
    return told


def bytes_of(plans):
    """A hash of every file, by its path."""
    files = sorted(path for path in plans.rglob("*") if path.is_file())
    return {str(f.relative_to(plans)): hashlib.sha256(f.read_bytes()).hexdigest() for f in files}


def cities(place, scale):
    """Modelled cities as tables; seeds differ, so that no two are alike."""
    folders = []
    for number, size in enumerate(SIZES):
        folder = place / f"city{number + 1:02}"
        units = ["--units", str(int(size * scale)), "--seed", str(number + 1)]
        program = ROOT / "target" / "release" / "evengrid"
        subprocess.run([program, "generate", *units, "-o", folder, "--quiet"], check=True)
        folders.append(str(folder))
    example = ROOT / "examples" / "spark_plan.py"
    subprocess.run([sys.executable, example, "pack", *folders, "-o", place / "country"], check=True)
    return place / "country"


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--scale", type=float, default=1.0, help="size of the cities")
    parser.add_argument("--rounds", type=int, default=2, help="times that one and two workers are timed")
    parser.add_argument("--effort", default="balanced", help="how long to look: with more, less of the time is Spark's own")
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        place = pathlib.Path(folder)
        country = cities(place, given.scale)
        finish(submit(country, place / "one", "local[1]", given.effort))
        expected = bytes_of(place / "one")
        print(f"one machine: {len(SIZES)} cities, {len(expected)} files", flush=True)
        seconds = {1: [], 2: []}
        for round_ in range(given.rounds):
            for workers in (1, 2):
                plans = place / f"workers{workers}round{round_}"
                with Cluster(place, workers):
                    start = time.monotonic()
                    finish(submit(country, plans, URL, given.effort))
                    seconds[workers].append(time.monotonic() - start)
                assert bytes_of(plans) == expected
        one, two = min(seconds[1]), min(seconds[2])
        print(f"1 worker {one:.1f} s, 2 workers {two:.1f} s: {one / two:.2f} x, same bytes", flush=True)
        plans = place / "killed"
        with Cluster(place, 2) as cluster:
            job = submit(country, plans, URL, given.effort)
            wait(lambda: len(list(plans.glob("city=*"))) >= 2, "cities")
            done = len(list(plans.glob("city=*")))
            cluster.kill(cluster.workers[0])
            finish(job)
        assert bytes_of(plans) == expected
        print(f"a worker killed after {done} of {len(SIZES)} cities: nothing lost, same bytes", flush=True)
        start = time.monotonic()
        finish(submit(country, plans, "local[1]", given.effort))
        assert bytes_of(plans) == expected
        print(f"once more: {time.monotonic() - start:.1f} s, same bytes", flush=True)


if __name__ == "__main__":
    main()
