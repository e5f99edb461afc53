"""Minutes as a document that offices open: A4, TH Sarabun at 16 points, Thai figures, the same six parts."""

import io
from typing import Any

from docx import Document
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Cm, Pt
from docx.text.paragraph import Paragraph

from bot.visit import Visit
from handlers.minutes_content import Line, Part, Report

MEDIA_TYPE = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
FONT = "TH Sarabun New"
# Where that is not installed: its older name, Google's copy of it, and what LibreOffice has for Thai.
ALSO = "TH SarabunPSK, TH Sarabun PSK, Sarabun, Noto Sans Thai, Garuda, Cordia New"
FONT_TABLE = "/word/fontTable.xml"
THAI_FIGURES = str.maketrans("0123456789", "๐๑๒๓๔๕๖๗๘๙")
SIZE, SMALL = 16, 14  # points
MOST_PHOTOS = 8
INDENT = Cm(1.25)
HALF = Cm(7.7)  # of what is between the margins


def minutes_document(visit: Visit, shown: Report) -> bytes:
    """The document's bytes. Figures are Thai ones where the reader's language is Thai."""
    writer = _Writer(visit, shown)
    writer.head()
    writer.people()
    for part in shown.parts:
        writer.part(part)
    writer.end()
    writer.photos()
    made = io.BytesIO()
    writer.document.save(made)
    return made.getvalue()


class _Writer:
    """One document being written."""

    def __init__(self, visit: Visit, shown: Report) -> None:
        self._visit, self._shown = visit, shown
        self.document = Document()
        _set_page(self.document)
        _set_font(self.document, visit.language.code)
        self.document.core_properties.title = f"{shown.heading} {shown.which}"
        self.document.core_properties.author = visit.network.name
        self.document.core_properties.language = visit.language.code

    def head(self) -> None:
        """Whose minutes, which, when and where."""
        shown = self._shown
        for words in (
            shown.heading,
            shown.which,
            self._visit.network.name,
            self._say("minutes.on", day=shown.when),
        ):
            self._centred(words)
        if shown.place:
            self._centred(self._say("minutes.at", place=shown.place))

    def people(self) -> None:
        """Who came, as far as it may be told; and that the signed list is the official one."""
        shown = self._shown
        if shown.present:
            self._labelled(
                "minutes.present", " ".join(part for part in (shown.present, shown.quorum) if part)
            )
        for number, name in enumerate(shown.names, 1):
            self._text(f"{number}. {name}", indent=True)
        if shown.names and shown.nameless:
            self._text(self._say("meeting_answers.nameless", count=shown.nameless), indent=True)
        if shown.absent:
            self._labelled("minutes.absent", ", ".join(shown.absent))
        self._text(self._say("attendance.paper"), small=True)
        self._labelled("minutes.began", shown.began)

    def part(self, part: Part) -> None:
        """A part's title and lines."""
        paragraph = self._text(part.title, bold=True)
        paragraph.paragraph_format.keep_with_next = True
        paragraph.paragraph_format.space_before = Pt(8)
        if not part.lines:
            self._text(self._say("minutes.nothing"), indent=True)
        for line in part.lines:
            self._line(line)

    def end(self) -> None:
        """When it ended, who wrote it down, whether it was approved, and what was added afterwards."""
        shown = self._shown
        if shown.ended:
            self._labelled("minutes.ended", shown.ended)
        self._text(shown.state)
        for line in shown.addenda:
            self._text(self._say("minutes.addendum", day=line.about), bold=True)
            self._text(line.words, indent=True)
        signed = self._text(self._say("minutes.signed"), align=WD_ALIGN_PARAGRAPH.RIGHT)
        signed.paragraph_format.space_before = Pt(24)
        self._text(self._say("minutes.recorder", name=shown.recorder), align=WD_ALIGN_PARAGRAPH.RIGHT)

    def photos(self) -> None:
        """The pictures, two beside each other."""
        if not self._shown.photos:
            return
        self._text(self._say("minutes.photos"), bold=True).paragraph_format.page_break_before = True
        row = self.document.add_paragraph()
        for photo in self._shown.photos[:MOST_PHOTOS]:
            content = self._visit.tools.attachments.get(self._visit.session, photo.name)
            if content is not None:
                row.add_run().add_picture(io.BytesIO(content), width=HALF)
                row.add_run(" ")

    def _line(self, line: Line) -> None:
        words = self._say(f"minutes.line.{line.kind}", words=line.words)
        self._text(words, indent=True, bold=line.kind == "resolution")
        if line.about:
            self._text(f"({line.about})", indent=True)

    def _centred(self, words: str) -> None:
        self._text(words, bold=True, align=WD_ALIGN_PARAGRAPH.CENTER)

    def _labelled(self, label: str, words: str) -> None:
        self._text(f"{self._say(label)} {words}")

    def _say(self, msgid: str, **values: object) -> str:
        return self._visit.say(msgid, **values)

    def _text(
        self,
        words: str,
        *,
        bold: bool = False,
        small: bool = False,
        indent: bool = False,
        align: WD_ALIGN_PARAGRAPH | None = None,
    ) -> Paragraph:
        """A paragraph; Thai is set by the attributes for complex scripts, so they are given beside the plain ones."""
        thai = self._visit.language.code == "th"
        paragraph = self.document.add_paragraph()
        run = paragraph.add_run(words.translate(THAI_FIGURES) if thai else words)
        properties = run._r.get_or_add_rPr()
        if bold:
            run.bold = True
            properties.append(OxmlElement("w:bCs"))
        if small:
            run.font.size = Pt(SMALL)
            properties.append(_valued("w:szCs", str(SMALL * 2)))
        if indent:
            paragraph.paragraph_format.left_indent = INDENT
        if align is not None:
            paragraph.alignment = align
        return paragraph


def _set_page(document: Any) -> None:
    """A4, with the margins of Thai offices (สารบรรณ): 3 cm on the left, 2 cm on the right."""
    section = document.sections[0]
    section.page_width, section.page_height = Cm(21), Cm(29.7)
    section.left_margin, section.right_margin = Cm(3), Cm(2)
    section.top_margin, section.bottom_margin = Cm(2.5), Cm(2)


def _set_font(document: Any, language: str) -> None:
    """One font for both scripts, what to take where it is lacking, and the language for breaking Thai lines."""
    style = document.styles["Normal"]
    style.font.name, style.font.size = FONT, Pt(SIZE)
    style.paragraph_format.space_after = Pt(0)
    properties = style.element.get_or_add_rPr()
    fonts = properties.find(qn("w:rFonts"))
    for script in ("ascii", "hAnsi", "cs", "eastAsia"):
        fonts.set(qn(f"w:{script}"), FONT)
    properties.append(_valued("w:szCs", str(SIZE * 2)))
    spoken = OxmlElement("w:lang")
    spoken.set(qn("w:val"), "en-US")
    spoken.set(qn("w:bidi"), "th-TH" if language == "th" else language)
    properties.append(spoken)
    _name_other_fonts(document)


def _name_other_fonts(document: Any) -> None:
    """The font's entry in the document's table of fonts, with the names to look for where it is not installed."""
    entry = (
        f'<w:font w:name="{FONT}"><w:altName w:val="{ALSO}"/><w:charset w:val="DE"/>'
        '<w:family w:val="swiss"/><w:pitch w:val="variable"/></w:font></w:fonts>'
    )
    for part in document.part.package.iter_parts():
        if part.partname == FONT_TABLE:
            part._blob = part.blob.replace(b"</w:fonts>", entry.encode())


def _valued(name: str, value: str) -> Any:
    element = OxmlElement(name)
    element.set(qn("w:val"), value)
    return element
