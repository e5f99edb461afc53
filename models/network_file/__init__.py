"""A network's file: the people, enterprises, rooms and knowledge that a network starts with, as JSON.

docs/network-file.md describes the file for those who write it.
"""

from models.network_file.desk import Progress, Tally
from models.network_file.kinds import Places
from models.network_file.loading import Loaded, load_network
from models.network_file.problems import NetworkFileProblem

__all__ = ["Loaded", "NetworkFileProblem", "Places", "Progress", "Tally", "load_network"]
