"""What time a device has, read without a login."""

import http.client
import socket
import ssl
import time
from email.utils import parsedate_to_datetime

from linewright.devices.target import Target
from linewright.errors import DeviceError


def https_ahead(target: Target) -> float | None:
    """Seconds that the clock of an HTTPS server is ahead of ours, to about a second; None when it names no time.

    One HEAD request without a credential; the answer's Date header counts, whatever its status (RFC 9110, 6.6.1).

    Raises:
        DeviceError: it was not reached, or answers what is not HTTP.
    """
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname = False
    context.verify_mode = (
        ssl.CERT_NONE
    )  # nothing is told, and a wrong clock is all a liar could make us report
    connection = http.client.HTTPSConnection(
        target.host, target.port, timeout=target.timeout, context=context
    )
    try:
        before = time.time()
        connection.request("HEAD", "/", headers={"Connection": "close"})
        date = connection.getresponse().headers.get("Date", "")
        moment = (before + time.time()) / 2
    except (OSError, http.client.HTTPException, socket.gaierror) as error:
        raise DeviceError(
            f"{target.device}: its clock was not read: {str(error) or type(error).__name__}"
        ) from None
    finally:
        connection.close()
    try:
        return parsedate_to_datetime(date).timestamp() + 0.5 - moment
    except (TypeError, ValueError, OverflowError):
        return None
