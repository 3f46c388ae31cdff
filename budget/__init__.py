"""Starts Budget the way Tekton starts its components: `python -m budget` in this directory."""
