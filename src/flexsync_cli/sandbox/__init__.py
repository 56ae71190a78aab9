"""The Flexmail of this machine: its REST and SOAP interfaces on loopback, with faults to order, for the demo and the tests.

Written from the vendor's public material, never from the client: where that is sure it is followed, where it is silent
the sandbox takes the nasty reading, and `Quirks` has a switch for the other one.
"""
