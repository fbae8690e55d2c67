"""The YAML groups a person reads and edits; a package so that Hydra finds them in an installed wheel."""
