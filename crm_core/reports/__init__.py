"""Reports by interval: what agents did, and how contacts were served.

`agent_states` keeps agents' states as the journal tells them, `measures` are the formulas, and
both add up: over intervals, queues, agents. See docs/reports.md.
"""
