"""The topology sheets: one A3 sheet per site as SVG, more where one does not hold it."""

from linewright.documents import Basis, Document
from linewright.documents.sheet import sheets
from linewright.documents.svg import MEDIA_TYPE
from linewright.model.objects import Site
from linewright.render.filenames import file_name


def build(basis: Basis) -> tuple[Document, ...]:
    """`topology-SITE.svg` for every site with devices; further sheets are `topology-SITE-2.svg` and so on.

    Raises:
        DataError: an object carries a marking that the site does not know.
    """
    inhabited = {device.site for device in basis.snapshot.devices.values()}
    return tuple(
        document
        for site in basis.snapshot.tables.sites
        if site.slug in inhabited
        for document in _site(basis, site)
    )


def _site(basis: Basis, site: Site) -> tuple[Document, ...]:
    snapshot = basis.snapshot
    here = {name: device for name, device in snapshot.devices.items() if device.site == site.slug}
    shown = [path for path in basis.paths if path.carries_data and site.slug in {path.a.site, path.z.site}]
    contents = [
        (f"site {site.slug}", site.custom),
        *((f"device {name}", device.custom) for name, device in here.items()),
        *((f"cable {key}", snapshot.cables[key].custom) for path in shown for key in path.cables),
        *((f"circuit {key}", snapshot.circuits[key].custom) for path in shown for key in path.circuits),
    ]
    marking = basis.markings.of(contents)
    pages = sheets(basis, site, marking)
    return tuple(
        Document(
            name=file_name(f"topology-{site.slug}" + (f"-{number}" if number > 1 else ""), ".svg"),
            media_type=MEDIA_TYPE,
            content=page,
            title=f"Topology of {site.name}, sheet {number} of {len(pages)}",
            marking=marking,
        )
        for number, page in enumerate(pages, 1)
    )
