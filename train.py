"""The front door: `python train.py model=mixture model.kl_weight=1.0`. `python train.py --help` says what there is."""

from pathlib import Path

from ssvae.composition.app import main

if __name__ == "__main__":
    main(config_directory=Path(__file__).resolve().parent / "conf")
