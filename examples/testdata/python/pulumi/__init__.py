"""A stand-in for the part of Pulumi's Python SDK that ../../../consume-python uses, with the SDK's behaviour as
sdk/python/lib/pulumi/stack_reference.py has it. Numbers are floats, and details of an output are awaited."""

import json
import os

# What the program made and exported, as run.py prints it.
registered: list[dict] = []
exports: dict = {}

_given = json.loads(os.environ["GIVEN"])


class Output:
    """A value that a program may only look at in apply: there is no iterating, indexing or comparing with it."""

    def __init__(self, value):
        self._value = plain(value)

    def apply(self, func):
        return Output(func(self._value))

    def __bool__(self):
        raise TypeError("an Output has no truth")

    def __str__(self):
        raise TypeError("an Output has no text")

    __eq__ = __getattr__ = __getitem__ = __iter__ = None


def plain(value):
    return value._value if isinstance(value, Output) else value


class Config:
    def require(self, key):
        return _given["config"][key]


class StackReference:
    def __init__(self, name):
        # Pulumi hands numbers over as floats.
        self._outputs = json.loads(json.dumps(_given["stacks"][name]), parse_int=float)

    def get_output(self, name):
        return Output(self._outputs.get(name))

    def require_output(self, name):
        return Output(self._outputs[name])

    async def get_output_details(self, name):
        raise NotImplementedError


def export(name, value):
    exports[name] = plain(value)


def camel(name):
    first, *rest = name.split("_")
    return first + "".join(part.capitalize() for part in rest)


def register(token, name, inputs):
    """Records a resource with its inputs under the names that the engine gets."""
    resource = {"type": token, "name": name, "inputs": {camel(k): plain(v) for k, v in inputs.items()}}
    registered.append(resource)
