"""The marking of a document: the highest of what is in it, and never below what the site demands."""

from collections.abc import Iterable

from linewright.errors import DataError
from linewright.model.objects import FreeData, Record

#: The custom field that carries the marking of an object.
FIELD = "classification"


class Markings(Record, frozen=True):
    """The markings a site knows, lowest first, and the one that no document of the site is below.

    A whole can be worth more than its parts (classification by compilation): that is what `floor` is for. The order
    named here is only the usual one; a site with other words gives its own.
    """

    order: tuple[str, ...] = ("UNCLASSIFIED", "RESTRICTED", "CONFIDENTIAL", "SECRET", "TOP SECRET")
    floor: str = "UNCLASSIFIED"

    def of(self, objects: Iterable[tuple[str, FreeData]]) -> str:
        """The marking of a document about these objects, each given as (what people call it, its custom fields).

        Raises:
            DataError: a marking is not among those the site knows, so that nobody can say which is higher.
        """
        marks = [(self.floor, "the site's setting")]
        marks += [(str(custom[FIELD]), name) for name, custom in objects if custom.get(FIELD)]
        return max((self._rank(mark, name), mark) for mark, name in marks)[1]

    def _rank(self, mark: str, name: str) -> int:
        try:
            return self.order.index(mark)
        except ValueError:
            raise DataError(
                f"{name} is marked {mark!r}, which is none of {', '.join(self.order)}",
                hint="correct the object, or name the marking and its rank in the site's settings",
            ) from None
