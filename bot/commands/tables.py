"""Tables as JSON, as CSV for spreadsheets, and as Excel files."""

import csv
import io
from collections.abc import Callable
from datetime import date, datetime
from typing import Any

import orjson
from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE

from models.export import Cell, Table

# A spreadsheet runs cells that begin with these as formulas: https://owasp.org/www-community/attacks/CSV_Injection
FORMULA_SIGNS = ("=", "+", "-", "@", "\t", "\r")


def as_json(table: Table) -> bytes:
    """A list of objects; no cell is changed."""
    rows = [dict(zip(table.columns, row, strict=True)) for row in table.rows]
    return orjson.dumps(rows, option=orjson.OPT_INDENT_2 | orjson.OPT_APPEND_NEWLINE)


def as_csv(table: Table) -> bytes:
    """CSV (RFC 4180) in UTF-8 with the mark by which Excel knows it."""
    lines = io.StringIO(newline="")
    writer = csv.writer(lines)
    writer.writerow(table.columns)
    writer.writerows([_csv_cell(cell) for cell in row] for row in table.rows)
    return lines.getvalue().encode("utf-8-sig")


def as_xlsx(table: Table) -> bytes:
    """An Excel file of one sheet: days are days, text is text and never a formula."""
    book = Workbook(write_only=True)
    sheet = book.create_sheet("saan")
    sheet.freeze_panes = "A2"
    sheet.append(list(table.columns))
    for row in table.rows:
        sheet.append([_excel_cell(sheet, cell) for cell in row])
    content = io.BytesIO()
    book.save(content)
    return content.getvalue()


FORMATS: dict[str, Callable[[Table], bytes]] = {"json": as_json, "csv": as_csv, "xlsx": as_xlsx}


def _csv_cell(cell: Cell) -> str | int | float | None:
    if isinstance(cell, date):
        return cell.isoformat()
    return _harmless(cell) if isinstance(cell, str) else cell


def _harmless(text: str) -> str:
    return f"'{text}" if text.startswith(FORMULA_SIGNS) else text


def _excel_cell(sheet: Any, cell: Cell) -> Any:
    if isinstance(cell, datetime):
        cell = cell.isoformat()  # Excel knows no time zones
    if not isinstance(cell, str):
        return cell
    written = WriteOnlyCell(sheet, _harmless(ILLEGAL_CHARACTERS_RE.sub("", cell)))
    written.data_type = "s"  # openpyxl takes text after = for a formula
    return written
