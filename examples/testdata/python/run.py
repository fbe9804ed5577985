"""Runs the program that is named, with the stand-ins beside this file, and prints what it made and exported."""

import json
import runpy
import sys

import pulumi

runpy.run_path(sys.argv[1], run_name="__main__")
print(json.dumps({"resources": pulumi.registered, "outputs": pulumi.exports}))
