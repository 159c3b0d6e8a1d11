"""For tools that look for setup.py; what the package is stands in pyproject.toml."""

from setuptools import setup

setup()
