"""A カオナビ of our own: the public API v2 and its administration pages, without an account.

It is a program beside the product: no Django, no client code, its own state in one file. What is known about カオナビ
is followed to the letter; what is unknown is a knob (`knobs.py`); what goes wrong at a customer's can be scripted
(`faults.py`). Every error text that it makes up begins with `[SIM]`, so that nobody comes to rely on one.
"""
