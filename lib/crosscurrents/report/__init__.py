"""Runs the notebooks of a report headless and publishes their pages, all of them or none."""
