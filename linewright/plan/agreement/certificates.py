"""X.509 certificates of persons, and the authorities that they are checked against. Pure.

The folder certificates/ holds PERSON.pem for each person, with the certificate they sign with (and the one that will
replace it), and authorities.pem with the roots, and the certificates between.
"""

from collections.abc import Mapping
from datetime import datetime

from linewright.errors import DataError, Refused
from linewright.model.record import Record
from linewright.plan.agreement.statements import is_person

AUTHORITIES = "authorities.pem"
_SUFFIX = ".pem"


class PersonsCertificate(Record, frozen=True):
    """A certificate of a person: `key` is its key's fingerprint as OpenSSH writes one, `pem` the certificate alone."""

    person: str
    key: str
    pem: bytes


class Certificates(Record, frozen=True):
    """Who may sign with which certificate; `authorities` is the PEM of those that are believed."""

    people: tuple[PersonsCertificate, ...] = ()
    authorities: bytes = b""

    @staticmethod
    def parse(files: Mapping[str, bytes]) -> "Certificates":
        """The certificates of a folder's files, by name.

        Raises:
            Refused: a file is not named for a person, or holds no certificate fit for signatures; there are persons and no
                authorities. The file is named.
        """
        if not files:
            return Certificates()
        from linewright.seal import cms_signature  # noqa: PLC0415 - slow to import, and most sites use none

        authorities = files.get(AUTHORITIES, b"")
        people = []
        try:
            for name in sorted(set(files) - {AUTHORITIES}):
                person = name.removesuffix(_SUFFIX)
                if not name.endswith(_SUFFIX) or not is_person(person):
                    raise Refused(
                        f"certificates/{ascii(name)[1:-1]}: not named PERSON.pem",
                        hint="one file for each person",
                    )
                people += [
                    PersonsCertificate(person=person, key=cms_signature.key_fingerprint(one), pem=one)
                    for one in cms_signature.certificates(files[name], f"certificates/{name}")
                ]
            cms_signature.authorities(authorities, f"certificates/{AUTHORITIES}")
        except DataError as error:
            raise Refused(error.message, hint=error.hint) from None
        return Certificates(people=tuple(people), authorities=authorities)

    def identify(self, message: bytes, signature: bytes, at: datetime) -> PersonsCertificate:
        """Whose certificate made a detached CMS signature of a message.

        Raises:
            DataError: the signature is malformed, does not fit, is nobody's, or its certificate is not valid at that time
                under the authorities; the reason is named.
        """
        from linewright.seal import cms_signature  # noqa: PLC0415 - as above

        if not self.people:
            raise DataError("a signature by X.509 certificate, and nobody here has one")
        known = [one.pem for one in self.people]
        by = cms_signature.verify(message, signature, known, self.authorities, at)
        return next(one for one in self.people if one.pem == by)
