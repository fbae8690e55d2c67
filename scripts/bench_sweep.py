"""How long a sweep in one process takes, against a process for each of its jobs, and what of it is not training.

Command: python scripts/bench_sweep.py [ROUNDS] [JOBS]     (minutes; from a clone, for it runs train.py)
The jobs are those that need one program: a small network on the digits, 30 epochs, a seed each. Four ways take turns,
so that a busy minute slows all of them: one sweep or single commands, each with the compile cache empty or off (cold)
and filled (warm). Of the single commands a round runs only one of each way; the table multiplies it by the jobs.
"""

import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections import defaultdict
from pathlib import Path

from ssvae.runs.summary import read_summary
from ssvae.training.compilation import SWITCH

TRAIN = Path(__file__).parents[1] / "train.py"

SETTINGS = (
    "model=standard",
    "encoder.hidden_sizes=[128,64]",
    "decoder.hidden_sizes=[64,128]",
    "model.latent_dim=2",
    "training.epochs=30",
)


def seconds(folder: Path, cache: str, *words: str) -> float:
    """How long a command takes that is run in `folder`."""
    started = time.perf_counter()
    subprocess.run(
        [sys.executable, str(TRAIN), *words, *SETTINGS],
        cwd=folder,
        env=os.environ | {SWITCH: cache},
        stdout=subprocess.DEVNULL,
        check=True,
    )
    return time.perf_counter() - started


def training_seconds(folder: Path) -> float:
    """How long the training of the latest run in `folder` took."""
    latest = max(folder.glob("**/summary.json"), key=lambda path: path.stat().st_mtime)
    return read_summary(latest.parent)["training"]["seconds"]


def main(rounds: int = 5, jobs: int = 16) -> None:
    """Print a line for each way, then what each further job of a sweep takes."""
    sweep, two = ("-m", f"seed=range({jobs})"), ("-m", "seed=range(2)")
    alone = "evaluation.plots=[none]"  # as in a sweep
    took: dict[str, list[float]] = defaultdict(list)
    further, trained = [], []
    with tempfile.TemporaryDirectory() as folder:
        place, warm = Path(folder), f"{folder}/warm"
        seconds(place, warm, *sweep)
        seconds(place, warm, alone)
        for number in range(rounds):
            took["one sweep, cold"].append(seconds(place, f"{folder}/cold{number}", *sweep))
            took["one sweep, warm"].append(seconds(place, warm, *sweep))
            further.append((took["one sweep, warm"][-1] - seconds(place, warm, *two)) / (jobs - 2))
            took["a process per job, cold"].append(jobs * seconds(place, "off", alone, f"seed={number}"))
            took["a process per job, warm"].append(jobs * seconds(place, warm, alone, f"seed={number}"))
            trained.append(training_seconds(place))
    print(f"{jobs} jobs, medians of {rounds} rounds")
    for name, samples in took.items():
        print(f"{name:26}{statistics.median(samples):8.1f} s")
    for state in ("cold", "warm"):
        pairs = zip(took[f"a process per job, {state}"], took[f"one sweep, {state}"], strict=True)
        print(
            f"{state}: the sweep is {statistics.median(many / one for many, one in pairs):.1f} times as fast"
        )
    each, training = statistics.median(further), statistics.median(trained)
    print(f"each further job takes {each:.2f} s; its training alone {training:.2f} s")


if __name__ == "__main__":
    main(*map(int, sys.argv[1:]))
