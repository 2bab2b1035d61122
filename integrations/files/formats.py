"""What a file is that is no CSV file and no .xlsx, by its first bytes: a refusal calls it by its name."""

import io
import re
import zipfile

WORKBOOK = b"PK\x03\x04"  # a zip file, which an .xlsx is
COMPOUND = b"\xd0\xcf\x11\xe0"  # what Office wrote before .xlsx, and what it wraps an encrypted .xlsx into
SAVE_AS_WORKBOOK = "Excel で開き、「Excel ブック（.xlsx）」として保存し直してください。"
SAVE_AS_CSV = "「CSV UTF-8（コンマ区切り）」として保存し直してください。"
BY_FIRST_BYTES = {
    b"%PDF": "PDF です。",
    b"{\\rtf": "リッチテキスト（.rtf）です。",
    b"\x1f\x8b": "圧縮ファイル（.gz）です。",
    b"Rar!": "圧縮ファイル（.rar）です。",
    b"7z\xbc\xaf": "圧縮ファイル（.7z）です。",
    b"\x89PNG": "画像です。",
    b"\xff\xd8\xff": "画像です。",
    b"\xff\xfe\x00\x00": f"文字コードが UTF-32 です。{SAVE_AS_CSV}",
    b"\x00\x00\xfe\xff": f"文字コードが UTF-32 です。{SAVE_AS_CSV}",
    b"SQLite format 3": "データベースのファイルです。",
}
PAGE = re.compile(
    rb"\s*(?:<!--(?:(?!-->).)*-->\s*)*<(?:!doctype html|html|head|meta|body|table|div|style|title)\b",
    re.IGNORECASE | re.DOTALL,
)
XML = re.compile(rb"\s*<\?xml\b", re.IGNORECASE)
MAIL = re.compile(rb"(?:mime-version|content-type):", re.IGNORECASE)
JSON = re.compile(rb'\s*(?:\[\s*)?\{\s*"')
MANY_NULS = re.compile(rb"(?:\x00[^\x00]){3}|(?:[^\x00]\x00){3}")
PARTS = {  # of a zip file, by which it is recognised
    "xl/workbook.bin": f"Excel バイナリブック（.xlsb）です。{SAVE_AS_WORKBOOK}",
    "word/document.xml": "Word 文書（.docx）です。",
    "ppt/presentation.xml": "PowerPoint（.pptx）です。",
    "content.xml": f"OpenDocument（.ods など）です。{SAVE_AS_WORKBOOK}",
    "Index/Document.iwa": "Numbers の書類です。Numbers で、ファイル > 書き出す > CSV を行ってください。",
}


def other_format(content: bytes) -> str:
    """What the file is and what to do with it; "" where it may be a text file."""
    start = content[:4096].removeprefix(b"\xef\xbb\xbf")
    if content.startswith(COMPOUND):
        return compound(content)
    for mark, told in BY_FIRST_BYTES.items():
        if start.startswith(mark):
            return told
    if PAGE.match(start):
        return f"Web ページ（HTML）です。名前が .xls でも中身は表計算のファイルではありません。{SAVE_AS_WORKBOOK}"
    if XML.match(start):
        spreadsheet = b"urn:schemas-microsoft-com:office:spreadsheet" in start
        name = "XML スプレッドシート 2003" if spreadsheet else "XML"
        return f"{name} です。{SAVE_AS_WORKBOOK}"
    if MAIL.match(start):
        return f"Web アーカイブ（MHTML）です。{SAVE_AS_WORKBOOK}"
    if start.startswith(b"ID;P"):
        return f"SYLK です。{SAVE_AS_WORKBOOK}"
    if JSON.match(start):
        return "JSON です。"
    if not start.startswith((b"\xff\xfe", b"\xfe\xff")) and MANY_NULS.search(start[:200]):
        return f"文字コードが UTF-16（BOM なし）のようです。{SAVE_AS_CSV}"
    return ""


def compound(content: bytes) -> str:
    """An encrypted workbook or one of the old kind; both lie in the same container, whose parts are named in UTF-16."""
    if "EncryptedPackage".encode("utf-16-le") in content:
        return (
            "パスワードで暗号化された Excel ブックです。Excel で開き、ファイル > 情報 > ブックの保護 > "
            "パスワードを使用して暗号化 でパスワードを消してから保存し直してください。"
        )
    if "WordDocument".encode("utf-16-le") in content:
        return "Word 文書（.doc）です。"
    return f"Excel ブック（.xls）です。この古い形式は読み取れません。{SAVE_AS_WORKBOOK}"


def head(package: zipfile.ZipFile) -> bytes:
    """How the workbook's own part begins; all of it may be far larger than it looks."""
    with package.open("xl/workbook.xml") as part:
        return part.read(4096)


def other_package(content: bytes) -> str:
    """What a zip file is that is no .xlsx; "" where it is one, or cannot be opened at all."""
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as package:
            names = package.namelist()
            if any(part.flag_bits & 1 for part in package.infolist()):
                return "パスワード付きの ZIP ファイルです。"
            if "xl/workbook.xml" in names and b"purl.oclc.org/ooxml" in head(package):
                return f"Strict Open XML スプレッドシートです。{SAVE_AS_WORKBOOK}"
    except Exception:  # noqa: BLE001 - whatever zipfile stumbles over is told by whoever reads the workbook
        return ""
    for part, told in PARTS.items():
        if part in names:
            return told
    if "[Content_Types].xml" not in names:
        return "ZIP ファイルです。中のファイルを取り出して、1つずつ取り込んでください。"
    return ""
