"""stub"""
PLOTS: dict = {}
