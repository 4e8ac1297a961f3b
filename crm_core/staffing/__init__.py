"""How many agents an interval needs: by formula for any load, and by forecast for a queue's day.

`erlang` computes, `requirement` finds the smallest number that meets a target, `forecast` says
what load is to be expected. Nothing here knows who works when. See docs/staffing.md.
"""
