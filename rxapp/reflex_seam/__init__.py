"""Everything that depends on Reflex's internals: one file per dependency, with a contract test.

Nothing else in the project names a private member of Reflex or imports its internals; elsewhere
``import reflex as rx`` is enough. docs/upgrading-reflex.md lists the dependencies and why.
"""
