"""How fast the gateway is beside its peers, in one run: `python -m tests.bench.speed --help`.

One core has the server that is measured, another the client and the systems behind it. All peers answer the same
documents from the same systems; `report.py` says what is told of each.
"""
