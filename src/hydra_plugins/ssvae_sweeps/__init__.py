"""What Hydra finds of ours by itself: `hydra/launcher=batched` and `hydra/sweeper=grid`.

Hydra imports this at the start of every program that uses it, so there is next to nothing here: what they do is in
ssvae/composition/, imported when they do it.
"""
