"""Writes js/src/protocol.ts from python/labelatlas/widget/protocol.py, the one source of the wire.

Run `python js/scripts/make_protocol.py` after each change of protocol.py; with `--check` nothing is written, and the exit
status is 1 when the committed file is stale. Only the standard library is used, so that it runs anywhere.

protocol.py is loaded by its path, without its package, to prove that it stands alone; its syntax tree then gives what the
loaded module no longer holds: the names of the aliases, the docstrings and the comments beside the fields.
"""

from __future__ import annotations

import argparse
import ast
import importlib.util
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
SOURCE = ROOT / "python" / "labelatlas" / "widget" / "protocol.py"
TARGET = ROOT / "js" / "src" / "protocol.ts"
HEADER = """\
// Generated from python/labelatlas/widget/protocol.py by js/scripts/make_protocol.py. Never edit by hand.
"""
SIMPLE = {"int": "number", "float": "number", "str": "string", "bool": "boolean", "None": "null"}


def _type(node: ast.expr) -> str:
    """Gives the TypeScript of one annotation."""
    if isinstance(node, ast.Constant):
        if node.value is None:
            return "null"
        if isinstance(node.value, str):
            return '"' + node.value + '"'
        return str(node.value)
    if isinstance(node, ast.Name):
        return SIMPLE.get(node.id, node.id)
    if isinstance(node, ast.BinOp) and isinstance(node.op, ast.BitOr):
        return f"{_type(node.left)} | {_type(node.right)}"
    if isinstance(node, ast.Subscript) and isinstance(node.value, ast.Name):
        return _generic(node, node.value.id)
    message = f"expected an annotation that has a TypeScript twin. Got {ast.unparse(node)} instead."
    raise TypeError(message)


def _generic(node: ast.Subscript, name: str) -> str:
    """Gives the TypeScript of Literal, list, dict or NotRequired."""
    inner = [_type(item) for item in (node.slice.elts if isinstance(node.slice, ast.Tuple) else [node.slice])]
    if name == "Literal":
        return " | ".join(inner)
    if name == "list":
        return f"({inner[0]})[]" if " | " in inner[0] else f"{inner[0]}[]"
    if name == "dict":
        return f"Record<{inner[0]}, {inner[1]}>"
    if name == "NotRequired":
        return inner[0]
    message = f"expected Literal, list, dict or NotRequired. Got {ast.unparse(node)} instead."
    raise TypeError(message)


def _is_optional(node: ast.expr) -> bool:
    return isinstance(node, ast.Subscript) and isinstance(node.value, ast.Name) and node.value.id == "NotRequired"


def _comment(lines: list[str], node: ast.stmt) -> str:
    """Gives the comment that stands behind a statement on its last line, with a space before it, or nothing."""
    tail = lines[(node.end_lineno or node.lineno) - 1].encode()[node.end_col_offset or 0 :].decode().strip()
    return f" // {tail.lstrip('# ')}" if tail.startswith("#") else ""


def _doc(text: str | None, indent: str = "") -> list[str]:
    if not text:
        return []
    body = text.strip().splitlines()
    if len(body) == 1:
        return [f"{indent}/** {body[0]} */"]
    return [f"{indent}/**", *(f"{indent} * {line}".rstrip() for line in body), f"{indent} */"]


def _interface(node: ast.ClassDef, lines: list[str]) -> list[str]:
    out = _doc(ast.get_docstring(node))
    out.append(f"export interface {node.name} {{")
    for item in node.body:
        if isinstance(item, ast.AnnAssign) and isinstance(item.target, ast.Name):
            mark = "?" if _is_optional(item.annotation) else ""
            out.append(f"  {item.target.id}{mark}: {_type(item.annotation)};{_comment(lines, item)}")
    out.append("}")
    return out


def render(source: str) -> str:
    """Gives the text of protocol.ts for the text of protocol.py."""
    tree = ast.parse(source)
    lines = source.splitlines()
    out = [HEADER.rstrip(), *_doc(ast.get_docstring(tree)), ""]
    for node in tree.body:
        if isinstance(node, ast.ClassDef):
            out += [*_interface(node, lines), ""]
        elif isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Name):
            name, value, comment = node.targets[0].id, node.value, _comment(lines, node)
            if isinstance(value, ast.Constant):
                out += [f"export const {name} = {_number(lines, value)};{comment}"]
            else:
                out += [f"export type {name} = {_type(value)};{comment}"]
    return "\n".join(_spaced(out)) + "\n"


def _number(lines: list[str], node: ast.Constant) -> str:
    """Gives a constant as it is written, so that 0xFFFF stays readable."""
    text = lines[node.lineno - 1][node.col_offset : node.end_col_offset]
    return f'"{node.value}"' if isinstance(node.value, str) else text


def _spaced(lines: list[str]) -> list[str]:
    """Puts an empty line between constants, aliases and interfaces, and none at the end."""
    out: list[str] = []
    for line in lines:
        block = next((word for word in ("export const", "export type") if out and out[-1].startswith(word)), None)
        if block is not None and line and not line.startswith(block):
            out.append("")
        out.append(line)
    while out and not out[-1]:
        out.pop()
    return out


def _load(path: Path) -> None:
    spec = importlib.util.spec_from_file_location("labelatlas_protocol", path)
    if spec is None or spec.loader is None:
        message = f"expected a Python file at {path}."
        raise ImportError(message)
    spec.loader.exec_module(importlib.util.module_from_spec(spec))


def main(argv: list[str] | None = None) -> int:
    """Writes the file, or with `--check` says whether it is stale."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--check", action="store_true", help="write nothing; exit 1 when the file is stale")
    options = parser.parse_args(argv)
    _load(SOURCE)
    text = render(SOURCE.read_text(encoding="utf-8"))
    fresh = TARGET.is_file() and TARGET.read_text(encoding="utf-8") == text
    if options.check:
        if not fresh:
            sys.stderr.write(f"{TARGET} is stale. Run: python js/scripts/make_protocol.py\n")
        return 0 if fresh else 1
    if not fresh:
        TARGET.write_text(text, encoding="utf-8")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
