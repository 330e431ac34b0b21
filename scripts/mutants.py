"""Every small change of a module that could be a mistake, one at a time: what good tests notice (mutation testing).

Constants, comparisons, operators, conditions, entries of tables and whole statements are changed. A mutant's name says
where and what, without line numbers, so that it stays the same while the rest of the file moves.
"""

import ast
import copy
from collections import Counter
from collections.abc import Callable, Iterator
from typing import Final, NamedTuple

COMPARISONS: Final[dict[type[ast.cmpop], tuple[type[ast.cmpop], ...]]] = {
    ast.Lt: (ast.LtE, ast.Gt, ast.Eq),
    ast.LtE: (ast.Lt, ast.GtE, ast.Eq),
    ast.Gt: (ast.GtE, ast.Lt, ast.Eq),
    ast.GtE: (ast.Gt, ast.LtE, ast.Eq),
    ast.Eq: (ast.NotEq, ast.LtE, ast.GtE),
    ast.NotEq: (ast.Eq, ast.Lt, ast.Gt),
    ast.Is: (ast.IsNot,),
    ast.IsNot: (ast.Is,),
    ast.In: (ast.NotIn,),
    ast.NotIn: (ast.In,),
}
OPERATORS: Final[dict[type[ast.operator], tuple[type[ast.operator], ...]]] = {
    ast.Add: (ast.Sub,),
    ast.Sub: (ast.Add,),
    ast.Mult: (ast.Add,),
    ast.Div: (ast.Mult,),
    ast.BitOr: (ast.BitAnd, ast.BitXor),
    ast.BitAnd: (ast.BitOr, ast.BitXor),
    ast.RShift: (ast.LShift,),
    ast.LShift: (ast.RShift,),
}
SWAPPED: Final = {"min": "max", "max": "min", "any": "all", "all": "any"}
Change = Callable[[ast.AST], ast.AST]


class Mutant(NamedTuple):
    """A changed module, and the name of its change."""

    name: str
    tree: ast.Module


def mutants(source: str) -> Iterator[Mutant]:
    """Yield every mutant of the module `source`, in the order of its lines."""
    original = ast.parse(source)
    names: Counter[str] = Counter()
    for at, (place, node) in enumerate(_walk(original, "module")):
        for after in _changes(node):
            name = f"{place}: {_said(node)} -> {_said(after)}"
            names[name] += 1
            # The node of the same number in a copy: the walk is the same, whatever is changed there.
            tree = copy.deepcopy(original)
            _, there = list(_walk(tree, "module"))[at]
            _Put(there, after).visit(tree)
            yield Mutant(name if names[name] == 1 else f"{name} #{names[name]}", ast.fix_missing_locations(tree))


class _Put(ast.NodeTransformer):
    """Puts `after` in the place of `node`."""

    def __init__(self, node: ast.AST, after: ast.AST) -> None:
        self._node = node
        self._after = after

    def visit(self, node: ast.AST) -> ast.AST:
        return self._after if node is self._node else self.generic_visit(node)


def _walk(node: ast.AST, place: str) -> Iterator[tuple[str, ast.AST]]:
    """Yield every node that runs, with the name of the function or table it is in; no annotation, no docstring."""
    match node:
        case ast.FunctionDef(name=name) | ast.ClassDef(name=name):
            place = name if place == "module" else f"{place}.{name}"
        case ast.Assign(targets=[ast.Name(id=name)]) | ast.AnnAssign(target=ast.Name(id=name)) if place == "module":
            place = name
    yield place, node
    for field, value in ast.iter_fields(node):
        if field in ("annotation", "returns", "bases"):
            continue
        for child in value if isinstance(value, list) else [value]:
            if isinstance(child, ast.AST) and not _is_docstring(child):
                yield from _walk(child, place)


def _is_docstring(node: ast.AST) -> bool:
    return isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant) and isinstance(node.value.value, str)


def _said(node: ast.AST) -> str:
    if isinstance(node, ast.If):
        return f"if {ast.unparse(node.test)}"
    return " ".join(ast.unparse(node).split())


def _changes(node: ast.AST) -> Iterator[ast.AST]:
    match node:
        case ast.Constant(value=value):
            yield from (ast.Constant(changed) for changed in _constants(value))
        case ast.Compare(left=left, ops=[op], comparators=comparators):
            yield from (ast.Compare(left, [other()], comparators) for other in COMPARISONS[type(op)])
        case ast.BinOp(left=left, op=op, right=right):
            yield from (ast.BinOp(left, other(), right) for other in OPERATORS.get(type(op), ()))
        case ast.BoolOp(op=op, values=values):
            yield ast.BoolOp(ast.Or() if isinstance(op, ast.And) else ast.And(), values)
            yield from values
        case ast.UnaryOp(operand=operand):
            yield operand
        case ast.IfExp(body=body, orelse=orelse):
            yield from (body, orelse)
        case ast.Call(func=ast.Name(id=name), args=args, keywords=keywords) if name in SWAPPED:
            yield ast.Call(ast.Name(SWAPPED[name], ast.Load()), args, keywords)
        case ast.If(test=test, body=body, orelse=orelse):
            yield ast.If(ast.UnaryOp(ast.Not(), test), body, orelse)
        case ast.Return(value=ast.expr()):
            yield ast.Return(ast.Constant(None))
        case ast.Expr() | ast.Assign() | ast.AugAssign() | ast.Delete():
            yield ast.Pass()
        case ast.Set() | ast.Tuple() | ast.List() | ast.Dict():
            yield from _without_one(node)


def _constants(value: object) -> Iterator[bool | int | float | bytes | str]:
    match value:
        case bool():
            yield not value
        case int():
            yield from (value + 1, value - 1)
        case float():
            yield from (value * 2.0, value / 2.0)
        case bytes() if value:
            yield from (bytes((value[0] ^ 1,)) + value[1:], value[:-1] + bytes((value[-1] ^ 0x10,)), value[:-1])
        case str() if value:
            yield from (_next_digit(value[0]) + value[1:], value[:-1] + _next_digit(value[-1]), value + "00")


def _next_digit(digit: str) -> str:
    """Return another character of the same kind: tables hold hexadecimal digits."""
    return f"{(int(digit, 16) + 1) % 16:X}" if digit in "0123456789ABCDEF" else f"{digit}_"


def _without_one(node: ast.Set | ast.Tuple | ast.List | ast.Dict) -> Iterator[ast.AST]:
    if isinstance(node, ast.Dict):
        for n in range(len(node.keys)):
            yield ast.Dict(node.keys[:n] + node.keys[n + 1 :], node.values[:n] + node.values[n + 1 :])
        return
    if isinstance(node, ast.Tuple) and not isinstance(node.ctx, ast.Load):
        return
    for n in range(len(node.elts)):
        rest = node.elts[:n] + node.elts[n + 1 :]
        if isinstance(node, ast.Set):
            yield ast.Set(rest) if rest else ast.Call(ast.Name("set", ast.Load()), [], [])
        else:
            yield type(node)(rest, ast.Load())
