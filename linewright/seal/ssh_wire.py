"""The binary structures of SSH (RFC 4251 section 5), read strictly: each value has one spelling, or it is refused."""

import base64
import binascii

from linewright.errors import DataError


class Fields:
    """The fields of a structure, taken one after the other; `what` names it where it is damaged."""

    def __init__(self, data: bytes, what: str) -> None:
        self._data = data
        self._at = 0
        self._what = what

    def raw(self, size: int) -> bytes:
        """So many bytes.

        Raises:
            DataError: there are fewer.
        """
        found = self._data[self._at : self._at + size]
        if len(found) != size:
            raise DataError(f"{self._what} is cut off")
        self._at += size
        return found

    def text(self) -> bytes:
        """A string: its length in four bytes, then itself.

        Raises:
            DataError: it is cut off.
        """
        return self.raw(int.from_bytes(self.raw(4), "big"))

    def number(self) -> int:
        """A positive integer (mpint) in its one spelling: no byte more than it needs.

        Raises:
            DataError: it is cut off, zero, negative, or written longer than it is.
        """
        data = self.text()
        value = int.from_bytes(data, "big")
        if value == 0 or data != value.to_bytes(value.bit_length() // 8 + 1, "big"):
            raise DataError(f"{self._what} holds a number that is not in its one form")
        return value

    def end(self) -> None:
        """That nothing follows.

        Raises:
            DataError: something does.
        """
        if self._at != len(self._data):
            raise DataError(f"something stands behind {self._what}")


def text(data: bytes) -> bytes:
    """A string as it is written: its length in four bytes, then itself."""
    return len(data).to_bytes(4, "big") + data


def from_base64(letters: str, what: str) -> bytes:
    """The bytes of a text in base64 (RFC 4648 section 4), in its one form: padded, and no bit left over.

    Raises:
        DataError: it is another.
    """
    try:
        data = binascii.a2b_base64(letters.encode("ascii"), strict_mode=True)
    except (ValueError, UnicodeEncodeError):
        raise DataError(f"{what} is not base64") from None
    if base64.b64encode(data).decode("ascii") != letters:
        raise DataError(f"{what} is not base64 in its one form")
    return data
