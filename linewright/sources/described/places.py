"""What stands in the sites of a description, except devices."""

from collections.abc import Iterator
from typing import Any

from linewright.model import objects
from linewright.sources.described.making import made
from linewright.sources.described.parsing import Description, SiteEntries


def of_site(description: Description) -> dict[str, Any]:
    """Sites, locations, racks, power, VLANs and wireless LANs, as tables."""
    sites = description.sites.items()
    return {
        "sites": tuple(made(objects.Site, entries.site, slug=slug) for slug, entries in sites),
        "locations": tuple(
            made(objects.Location, place, slug=name, site=slug)
            for slug, entries in sites
            for name, place in entries.locations.items()
        ),
        "racks": tuple(
            made(objects.Rack, rack, name=name, site=slug, u_height=rack.units)
            for slug, entries in sites
            for name, rack in entries.racks.items()
        ),
        "power_panels": tuple(
            made(objects.PowerPanel, panel, name=name, site=slug)
            for slug, entries in sites
            for name, panel in entries.power_panels.items()
        ),
        "power_feeds": tuple(feed for slug, entries in sites for feed in _feeds(slug, entries)),
        "vlans": tuple(
            made(objects.Vlan, vlan, vid=vid, site=slug)
            for slug, entries in sites
            for vid, vlan in entries.vlans.items()
        ),
        "wireless_lans": tuple(
            made(objects.WirelessLan, lan, ssid=ssid, site=slug)
            for slug, entries in sites
            for ssid, lan in entries.wireless_lans.items()
        ),
    }


def _feeds(slug: str, entries: SiteEntries) -> Iterator[objects.PowerFeed]:
    for (panel, name), feed in entries.feeds.items():
        yield made(objects.PowerFeed, feed, name=name, site=slug, panel=panel)
