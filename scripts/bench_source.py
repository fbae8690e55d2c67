"""How long the capture of a run's source takes, in a repository of 10,000 small files.

    python scripts/bench_source.py

One line per state of the repository: with objects loose and packed, clean and with a few changes. Cases are interleaved
and medians shown, so that a busy machine slows all of them alike.
"""

import random
import statistics
import subprocess
import tempfile
import time
from pathlib import Path

from ssvae.runs.source import Source, capture_source

FILES, LINES, ROUNDS = 10_000, 40, 9


def git(folder: Path, *words: str) -> None:
    """Call git."""
    settings = ("-c", "user.name=bench", "-c", "user.email=bench@localhost", "-c", "gc.auto=0")
    subprocess.run(["git", *settings, *words], cwd=folder, check=True, capture_output=True)


def make_repository(folder: Path) -> None:
    """10,000 files of about a kilobyte in 200 folders, committed."""
    draw = random.Random(0)
    for number in range(FILES):
        file = folder / f"room_{number % 20}" / f"part_{number // 20 % 10}" / f"file_{number}.py"
        file.parent.mkdir(parents=True, exist_ok=True)
        lines = (f"value_{draw.randrange(10**6)} = {draw.random()}  # line {line}\n" for line in range(LINES))
        file.write_text("".join(lines))
    git(folder, "init", "--quiet")
    git(folder, "add", ".")
    git(folder, "commit", "--quiet", "-m", "files")


def change(folder: Path) -> None:
    """Twenty changed files, twenty new ones."""
    for number in range(20):
        (folder / f"room_{number}" / "part_0" / f"file_{number}.py").write_text("changed = True\n")
        (folder / f"new_{number}.py").write_text(f"new = {number}\n")


def timed(folder: Path) -> tuple[float, Source]:
    """Seconds of one capture."""
    capture_source.cache_clear()
    started = time.perf_counter()
    source = capture_source(folder, folder)
    return time.perf_counter() - started, source


def main() -> None:
    """Make the repositories, capture each in turn; the first round warms the disk's cache and does not count."""
    with tempfile.TemporaryDirectory() as name:
        cases = {
            f"{objects}, {state}": Path(name, objects, state)
            for objects in ("loose", "packed")
            for state in ("clean", "dirty")
        }
        for case, folder in cases.items():
            folder.mkdir(parents=True)
            make_repository(folder)
            if "packed" in case:
                git(folder, "gc", "--quiet")
            if "dirty" in case:
                change(folder)
        seconds: dict[str, list[float]] = {case: [] for case in cases}
        sizes = {}
        for _ in range(ROUNDS + 1):
            for case, folder in cases.items():
                taken, source = timed(folder)
                seconds[case].append(taken)
                sizes[case] = sum(map(len, source.files.values()))
        for case, found in seconds.items():
            median, worst = statistics.median(found[1:]), max(found[1:])
            print(
                f"{case:<16}{median:7.3f} s (worst {worst:.3f} s, first {found[0]:.3f} s) {sizes[case] / 1e6:6.1f} MB"
            )


if __name__ == "__main__":
    main()
