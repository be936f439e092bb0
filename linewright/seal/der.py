"""DER (ITU-T X.690), read strictly: each value has one spelling, or it is refused. As much as CMS signatures need."""

from collections.abc import Iterator
from itertools import pairwise

from linewright.errors import DataError

SEQUENCE, SET = 0x30, 0x31
INTEGER, OCTETS, NULL, OBJECT = 0x02, 0x04, 0x05, 0x06


class Values:
    """The values that stand one after the other in some bytes."""

    def __init__(self, data: bytes) -> None:
        self._data = data
        self._at = 0

    def whole(self, tag: int) -> bytes:
        """The next value with its tag and length.

        Raises:
            DataError: there is none, or one of another tag, or not in its one form.
        """
        start, _, end = self._next(tag)
        return self._data[start:end]

    def take(self, tag: int) -> bytes:
        """What is in the next value.

        Raises:
            DataError: as whole.
        """
        _, begin, end = self._next(tag)
        return self._data[begin:end]

    def inside(self, tag: int) -> "Values":
        """The values in the next value.

        Raises:
            DataError: as whole.
        """
        return Values(self.take(tag))

    def number(self) -> int:
        """The next value, an integer that is not negative.

        Raises:
            DataError: as whole; it is negative, or longer than it needs to be.
        """
        data = self.take(INTEGER)
        value = int.from_bytes(data, "big")
        if data != value.to_bytes(value.bit_length() // 8 + 1, "big"):
            raise DataError("the signature holds a number that is not in its one form")
        return value

    def identifier(self) -> str:
        """The next value, an object identifier, in dots.

        Raises:
            DataError: as whole; it is not in its one form.
        """
        data = self.take(OBJECT)
        numbers, value, fresh = [], 0, True
        for byte in data[:64]:
            if fresh and byte == 0x80:
                break
            value = value << 7 | byte & 0x7F
            fresh = not byte & 0x80
            if fresh:
                numbers.append(value)
                value = 0
        if not numbers or not fresh or len(data) > 64:
            raise DataError("the signature holds an identifier that is not in its one form")
        first = min(numbers[0] // 40, 2)
        return ".".join(map(str, (first, numbers[0] - first * 40, *numbers[1:])))

    def next(self) -> int:
        """The tag of the next value, -1 where there is none."""
        return self._data[self._at] if self._at < len(self._data) else -1

    def rest(self, tag: int) -> Iterator[bytes]:
        """All that follows, each with tag and length.

        Raises:
            DataError: one is of another tag, or not in its one form.
        """
        while self.next() != -1:
            yield self.whole(tag)

    def end(self) -> None:
        """That nothing follows.

        Raises:
            DataError: something does.
        """
        if self.next() != -1:
            raise DataError("the signature holds more than is taken")

    def _next(self, tag: int) -> tuple[int, int, int]:
        """Where the next value starts, where what is in it begins, and where both end."""
        start = self._at
        if self.next() != tag:
            raise DataError("the signature is not built as CMS says")
        size, begin = self._length(start + 1)
        self._at = begin + size
        if self._at > len(self._data):
            raise DataError("the signature is cut off")
        return start, begin, self._at

    def _length(self, at: int) -> tuple[int, int]:
        """The length that is written here, and where its value begins."""
        first = self._data[at] if at < len(self._data) else 0xFF
        if first < 0x80:
            return first, at + 1
        count = first & 0x7F
        digits = self._data[at + 1 : at + 1 + count]
        size = int.from_bytes(digits, "big")
        if first == 0x80:
            raise DataError(
                "the signature is in BER, of indefinite length",
                hint="openssl cms -sign without -stream writes DER",
            )
        if count > 3 or len(digits) != count or size < 0x80 or digits[0] == 0:
            raise DataError("the signature holds a length that is not in its one form")
        return size, at + 1 + count


def ordered(values: list[bytes]) -> bool:
    """Whether the members of a SET OF stand in their one order, each once (X.690 section 11.6)."""
    return all(one < other for one, other in pairwise(values))
