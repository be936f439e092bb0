"""Templates compiled so that a Reading notes what they read (reading.py).

Attributes and items go through the Reading. What hooks cannot see is marked by a pass over the template's tree before
its code is made: wherever Python itself looks into a value (comparison, joining, formatting, hashing, most filters and
tests), the value is handed to the Reading first. Lengths, emptiness, order and membership of a list or mapping are not
marked: whoever has a list has read it as a field, and that stands for which members there are.
"""

from typing import Any, TypeVar, cast

from jinja2 import nodes
from jinja2.compiler import CodeGenerator, Frame
from jinja2.visitor import NodeTransformer

_Expr = TypeVar("_Expr", bound=nodes.Expr)

#: Filters that hand on items or look only at which there are; and our own that refuse what is no text or number.
_STRUCTURAL = frozenset({
    "batch", "count", "d", "default", "first", "last", "length", "list", "map", "reject", "rejectattr", "reverse", "select",
    "selectattr", "slice", "sum",
    "banner", "communities", "natural", "one_line", "text", "vlan_list",
})  # fmt: skip
#: Of Jinja's filters those that look at one attribute of each item, through the environment, when given its name.
#: The number is the place of that name among the arguments.
_BY_ATTRIBUTE = {"sort": 2, "unique": 1, "min": 1, "max": 1, "join": 1, "groupby": 0, "sum": 0}
#: Our own filters and tests about addresses: of an Address they ask its `address`, of anything else they refuse all but a
#: text. That an Address is asked is noted once, where a template with one of these begins.
_ADDRESSING = frozenset({
    "address", "addresses", "network", "network_of", "interface_address", "prefix_length", "netmask", "wildcard", "ipv4", "ipv6",
})  # fmt: skip
#: Others of which a method of Reading knows what they ask.
_OWN = {"items": "each", **dict.fromkeys(_ADDRESSING, "")}
#: Filters that print what they are given.
_PRINTING = frozenset({
    "capitalize", "center", "e", "escape", "filesizeformat", "forceescape", "format", "indent", "lower", "pprint", "replace",
    "safe", "string", "striptags", "title", "tojson", "trim", "truncate", "upper", "urlencode", "urlize", "wordcount",
    "wordwrap", "xmlattr",
})  # fmt: skip
#: Our own that ask every item for an attribute, and the name of it when none is given.
_BY_PART = {"by_name": "name", "by_address": "", "by_length": ""}
#: Tests that look at the kind of a value only, or at which members it has.
_SHALLOW = frozenset({
    "defined", "undefined", "none", "mapping", "sequence", "iterable", "string", "number", "boolean", "integer", "float",
    "odd", "even", "true", "false", "callable",
})  # fmt: skip


#: What these expressions and filters give is a text, a number or a truth value, with nothing in it to look into.
_WORDS = (nodes.Const, nodes.TemplateData, nodes.Concat, nodes.Compare, nodes.Test, nodes.Not)
_TEXTS = frozenset({
    "int", "float", "length", "count", "string", "replace", "join", "upper", "lower", "trim", "title", "capitalize", "format",
    "tojson", "pprint", "indent", "truncate", "wordcount", "abs", "round",
    "address", "network", "network_of", "interface_address", "prefix_length", "netmask", "wildcard", "vlan_list",
    "communities", "text", "one_line", "banner",
})  # fmt: skip


#: Tests that compare: of what is compared with a text or number only its kind counts.
COMPARISONS = frozenset(
    {
        "==",
        "eq",
        "equalto",
        "!=",
        "ne",
        "<",
        "lt",
        "lessthan",
        "<=",
        "le",
        ">",
        "gt",
        "greaterthan",
        ">=",
        "ge",
    }
)


def filter_mark(name: str) -> str:
    """The method of Reading that notes what a filter, called by its name, reads of the value it is given; "" for none."""
    if name in _STRUCTURAL:
        return ""
    return "shown" if name in _PRINTING else _OWN.get(name, "deep")


def asks_addresses(name: str) -> bool:
    """Whether a filter or test of that name asks for addresses: Reading.addresses is to be called once."""
    return name in _ADDRESSING


def test_mark(name: str) -> str:
    """The same for a test."""
    return "" if name in _SHALLOW else _OWN.get(name, "deep")


class Generator(CodeGenerator):
    """Code that reads through the Reading of its context.

    Imports always see the context of the device: without it Jinja keeps the first device's answer for all.
    """

    _names: tuple[str, ...] = ()
    _addressing = False

    def visit_Template(self, node: nodes.Template, frame: Frame | None = None) -> None:  # noqa: N802 - Jinja finds it by this name
        """Mark the tree, then as Jinja."""
        _Marks().visit(node)
        self._names = tuple(sorted({found.attr for found in node.find_all(nodes.Getattr)}))
        self._addressing = any(
            found.name in _ADDRESSING for found in node.find_all((nodes.Filter, nodes.Test))
        )
        super().visit_Template(node, frame)

    def write_commons(self) -> None:
        """The functions of the Reading as local names: the shortest way to them."""
        super().write_commons()
        self.writeline("str = context.write")  # what Jinja puts around every value that is written
        self.writeline("reading = context.reading")
        self.writeline("read_item = reading.item")
        self.writeline("read_deep = reading.deep")
        if self._addressing:
            self.writeline("reading.addresses()")
        for name in self._names:
            self.writeline(f"read__{name} = reading[{name!r}]")

    def _make_finalize(self) -> CodeGenerator._FinalizeInfo:
        return self._FinalizeInfo(None, None)  # nothing is written unseen, no constant either

    def visit_Import(self, node: nodes.Import, frame: Frame) -> None:  # noqa: N802 - as above
        """With the context, always."""
        node.with_context = True
        super().visit_Import(node, frame)

    def visit_FromImport(self, node: nodes.FromImport, frame: Frame) -> None:  # noqa: N802 - as above
        """With the context, always."""
        node.with_context = True
        super().visit_FromImport(node, frame)

    def visit_Include(self, node: nodes.Include, frame: Frame) -> None:  # noqa: N802 - as above
        """As Jinja's; what is included hands its text straight through where nothing collects it."""
        if frame.buffer is not None or node.ignore_missing or not node.with_context:
            super().visit_Include(node, frame)
            return
        one = isinstance(node.template, nodes.Const) and isinstance(node.template.value, str)
        self.writeline(f"template = environment.{'get_template' if one else 'get_or_select_template'}(", node)
        self.visit(node.template, frame)
        self.write(f", {self.name!r})")
        self.writeline(
            "yield from template.root_render_func(template.new_context(context.get_all(), True,"
            f" {self.dump_local_context(frame)}))"
        )

    def visit_Getattr(self, node: nodes.Getattr, frame: Frame) -> None:  # noqa: N802 - as above
        """An attribute, noted."""
        self.write(f"read__{node.attr}(")
        self.visit(node.node, frame)
        self.write(")")

    def visit_Getitem(self, node: nodes.Getitem, frame: Frame) -> None:  # noqa: N802 - as above
        """An item, noted; a slice only hands on."""
        if isinstance(node.arg, nodes.Slice):
            super().visit_Getitem(node, frame)
            return
        self.write("read_item(")
        self.visit(node.node, frame)
        self.write(", ")
        self.visit(node.arg, frame)
        self.write(")")

    def visit_Call(self, node: nodes.Call, frame: Frame, forward_caller: bool = False) -> None:  # noqa: N802 - as above
        """A call; or a mark, which is the call of a method of the Reading."""
        if not isinstance(node.node, nodes.EnvironmentAttribute):
            super().visit_Call(node, frame, forward_caller=forward_caller)
            return
        mark = node.node.name
        self.write("read_deep(" if mark == "deep" else f"reading.{mark}(")
        for argument in node.args:
            self.visit(argument, frame)
            self.write(", ")
        self.write(")")


class _Marks(NodeTransformer):
    """Hands values to the Reading wherever Python looks into them."""

    def visit_Filter(self, node: nodes.Filter) -> nodes.Node:  # noqa: N802 - as above
        self.generic_visit(node)
        if node.name in _BY_PART:
            name = _part_name(node)
            if node.node is not None:
                node.node = _marked(node.node, "deep") if name is None else _marked(node.node, "parts", name)
            return node
        if node.name in _BY_ATTRIBUTE and _names_attribute(node):
            return node
        mark = filter_mark(node.name)
        if mark and node.node is not None:
            node.node = _marked(node.node, mark)
        if mark:
            inner = "shown" if mark == "shown" else "deep"
            node.args = [_marked(argument, inner) for argument in node.args]
            for keyword in node.kwargs:
                keyword.value = _marked(keyword.value, inner)
        return node

    def visit_Test(self, node: nodes.Test) -> nodes.Node:  # noqa: N802 - as above
        self.generic_visit(node)
        if mark := test_mark(node.name):
            node.node = _marked(node.node, mark)
            node.args = [_marked(argument) for argument in node.args]
        return node

    def visit_Compare(self, node: nodes.Compare) -> nodes.Node:  # noqa: N802 - as above
        self.generic_visit(node)
        operands = [node.expr, *(operand.expr for operand in node.ops)]
        fixed = [False, *map(_fixed, operands), False]
        # Of what is compared with a constant only its kind counts.
        beside = [
            all(fixed[place] for place in (number - 1, number + 1) if 0 < place <= len(operands))
            for number in range(1, len(operands) + 1)
        ]
        marked = [
            operand if safe or _fixed(operand) else _marked(operand)
            for operand, safe in zip(operands, beside, strict=True)
        ]
        node.expr = marked[0]
        for operand, expression in zip(node.ops, marked[1:], strict=True):
            operand.expr = expression
        return node

    def visit_Concat(self, node: nodes.Concat) -> nodes.Node:  # noqa: N802 - as above
        self.generic_visit(node)
        node.nodes = [_marked(part, "shown") for part in node.nodes]
        return node

    def visit_Mod(self, node: nodes.Mod) -> nodes.Node:  # noqa: N802 - as above
        self.generic_visit(node)
        node.right = _marked(node.right, "shown")
        return node

    def visit_Pair(self, node: nodes.Pair) -> nodes.Node:  # noqa: N802 - as above
        self.generic_visit(node)
        node.key = _marked(node.key)
        return node


def _marked(expression: _Expr, mark: str = "deep", *more: str) -> _Expr:
    if isinstance(expression, _WORDS) or (isinstance(expression, nodes.Filter) and expression.name in _TEXTS):
        return expression
    arguments: list[nodes.Expr] = [expression, *(nodes.Const(text) for text in more)]
    call = nodes.Call(nodes.EnvironmentAttribute(mark), arguments, [], None, None)
    return cast("_Expr", call)


def _fixed(expression: nodes.Node) -> bool:
    if isinstance(expression, nodes.List | nodes.Tuple):
        return all(isinstance(item, nodes.Const) for item in expression.items)
    return isinstance(expression, nodes.Const)


def _part_name(node: nodes.Filter) -> str | None:
    """The attribute that one of our sorting filters is told; None when that is not written down."""
    told: list[Any] = [*node.args, *(keyword.value for keyword in node.kwargs)]
    if not told:
        return _BY_PART[node.name]
    if len(told) == 1 and isinstance(told[0], nodes.Const) and isinstance(told[0].value, str):
        return told[0].value
    return None


def _names_attribute(node: nodes.Filter) -> bool:
    """Whether one of Jinja's filters is certain to look at a named attribute only."""
    named = [keyword.value for keyword in node.kwargs if keyword.key == "attribute"]
    place = _BY_ATTRIBUTE[node.name]
    named += node.args[place : place + 1]
    return bool(named) and all(isinstance(found, nodes.Const) and found.value is not None for found in named)
