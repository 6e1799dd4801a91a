"""A mypy plugin: a table's column, read from the class, is an expression and not a value.

SQLModel declares ``name: str`` for both. That is right for a row; on the class, ``User.name`` is
part of a statement, so ``User.name == x`` is a condition and not a bool.
"""

from collections.abc import Callable

from mypy.nodes import MypyFile, TypeInfo, Var
from mypy.plugin import AttributeContext, Plugin
from mypy.types import Instance, Type

PRI_MED = 10
TABLE_BASE = "sqlmodel.main.SQLModel"
COLUMN = "sqlalchemy.orm.attributes.InstrumentedAttribute"


class SqlModelColumns(Plugin):
    """Gives columns that are read from a table's class their type."""

    def get_class_attribute_hook(self, fullname: str) -> Callable[[AttributeContext], Type] | None:
        """Return the hook that types the attribute, if it is a column."""
        owner, _, name = fullname.rpartition(".")
        found = self.lookup_fully_qualified(owner)
        if found is None or not isinstance(found.node, TypeInfo):
            return None
        attribute = found.node.names.get(name)
        is_table = any(each.fullname == TABLE_BASE for each in found.node.mro[1:])
        if not is_table or attribute is None or not isinstance(attribute.node, Var):
            return None
        return None if name.startswith("_") or attribute.node.is_classvar else self._as_column

    def _as_column(self, context: AttributeContext) -> Type:
        column = self.lookup_fully_qualified(COLUMN)
        assert column is not None and isinstance(column.node, TypeInfo)
        return Instance(column.node, [context.default_attr_type])

    def get_additional_deps(self, _file: MypyFile) -> list[tuple[int, str, int]]:
        """Load the type of columns with every file."""
        return [(PRI_MED, COLUMN.rpartition(".")[0], -1)]


def plugin(_version: str) -> type[Plugin]:
    """Return the plugin, for mypy."""
    return SqlModelColumns
