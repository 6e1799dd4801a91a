"""Everything that leans on the inside of Reflex: one file per thing, each with a contract test.

Nothing else in the project names a private member of Reflex or imports from within it; elsewhere
``import reflex as rx`` is enough. docs/upgrading-reflex.md lists what is leaned on and why.
"""
