"""Published districting instances: read, solved through the engine, judged."""

import importlib.util
import json

import numpy as np

from gridpart.partition.districts import divide_graph


def load_judge(path):
    """Return the function that judges a plan, from a script that is not ours."""
    spec = importlib.util.spec_from_file_location("evaluate_districting", path)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module.evaluate


def read_instance(path):
    return json.loads(path.read_text(encoding="utf-8"))


def solve(instance, **options):
    edges = np.array(instance["edges"])
    return divide_graph(
        instance["weight"],
        edges[:, :2].astype(int),
        edges[:, 2],
        np.column_stack([instance["lon"], instance["lat"]]),
        parts=instance["parts"],
        lower=instance["lower"],
        upper=instance["upper"],
        objective=instance["objective"],
        geographic=True,
        **options,
    )
