"""What runs without a click: the schedule and whatever else asks for runs. Off until an administrator turns it on.

`tasks.look` is the only thing that happens by itself. Any number of clocks and workers may call it at any time:
what has been started stands in rows (`AutomaticRun`), and their constraints decide.
"""
