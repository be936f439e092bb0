"""Documents made from a snapshot and from what was seen: pure functions to bytes, and one that writes them.

The documents themselves are chosen in the site's `docs_gen/`: one module per document, each with
`build(basis: Basis) -> tuple[Document, ...]`.
"""

from linewright.documents.document import Basis, Document
from linewright.documents.marking import Markings
from linewright.documents.write import Written, write

__all__ = ["Basis", "Document", "Markings", "Written", "write"]
