"""The only rooms that know Hydra and OmegaConf: from the words a person types to a checked `Experiment`.

In: command lines and YAML. Out: experiments handed to pipeline.py, each with its folder and its record.
"""
