"""An Excel file without all that is not a value: other programs write styles and words that the library trips over.

What is left out is never looked at here: styles, properties, themes. Strict OOXML is the same under other names.
"""

from __future__ import annotations

from io import BytesIO
from zipfile import ZIP_DEFLATED, ZipFile

MAX_BYTES = 64 * 1024 * 1024
"""Of all parts together, unpacked."""

_STRICT = {
    b"http://purl.oclc.org/ooxml/spreadsheetml/main": b"http://schemas.openxmlformats.org/spreadsheetml/2006/main",
    b"http://purl.oclc.org/ooxml/officeDocument/relationships": b"http://schemas.openxmlformats.org/officeDocument/"
    b"2006/relationships",
}
_UNUSED = ("docProps/", "xl/theme/", "xl/media/", "xl/drawings/", "xl/charts/")
_STYLES = b'<styleSheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><cellXfs><xf/></cellXfs></styleSheet>'


class TooLarge(ValueError):
    """Its parts are larger than a list can be."""


def without_styles(content: bytes) -> BytesIO:
    """The file, for the library. Raises `BadZipFile` for what is none, `TooLarge`."""
    made = BytesIO()
    with ZipFile(BytesIO(content)) as given, ZipFile(made, "w", ZIP_DEFLATED) as plain:
        if sum(part.file_size for part in given.infolist()) > MAX_BYTES:
            raise TooLarge
        for part in given.infolist():
            if not part.filename.startswith(_UNUSED) and not part.is_dir():
                plain.writestr(part.filename, _plain(part.filename, given.read(part)))
    made.seek(0)
    return made


def _plain(name: str, content: bytes) -> bytes:
    if name == "xl/styles.xml":
        return _STYLES
    for strict, usual in _STRICT.items():
        content = content.replace(strict, usual)
    return content
