"""stub"""
METRICS: dict = {}
