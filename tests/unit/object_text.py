"""Constants as text for test cases: tests/unit/object_text.h says how."""
import struct


def text_of(value):
    if value is None or value is True or value is False or value is ...:
        return {None: "N", True: "T", False: "F", ...: "E"}[value]
    if isinstance(value, int):
        return f"i{value:x}"
    if isinstance(value, float):
        return "f" + struct.pack(">d", value).hex()
    if isinstance(value, complex):
        return "c" + struct.pack(">d", value.real).hex() + "," + struct.pack(">d", value.imag).hex()
    if isinstance(value, str):
        return "s" + value.encode("utf-8", "surrogatepass").hex()
    if isinstance(value, bytes):
        return "b" + value.hex()
    items = [text_of(item) for item in value]
    return "(" + ";".join(items) + ")" if isinstance(value, tuple) else "{" + ";".join(sorted(items)) + "}"


def c_string(text):
    """A C++ string literal of any text."""
    pieces = []
    for byte in text.encode("utf-8", "surrogatepass"):
        if byte in b'"\\':
            pieces.append("\\" + chr(byte))
        elif byte == 10:
            pieces.append("\\n")
        elif 32 <= byte < 127 and byte != 63:  # no trigraphs
            pieces.append(chr(byte))
        else:
            pieces.append(f"\\{byte:03o}")
    return '"' + "".join(pieces) + '"'
