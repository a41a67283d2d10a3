"""Names of channels, as people and other tools write them, and the channels of the catalogue that they mean."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

import attrs

from cxmaturity.catalog import Catalog
from cxmaturity.core.text import Language
from cxmaturity.files.answer_words import plain
from cxmaturity.files.exchange.names import Names
from cxmaturity.journey.values import Channel, Words

# The channel list of the published CJML tools, in the words they use, and what people write for the same things.
_SYNONYMS: Final = {
    "website": "web|web/app|web page|site|site internet|internet|online|en ligne|portal|portail",
    "mobile_app": "app|application|mobile|appli",
    "email": "e-mail|mail|courriel|mel",
    "notification": "sms|text message|texto|push|text",
    "phone": "phone|telephone|call|appel|tel|phone call",
    "letter": "mail letter|post|postal mail|courrier|poste",
    "store": "shop|shop counter|store|branch|boutique|magasin|agence|service desk|guichet|counter|office",
    "kiosk": "self-service machine|terminal|borne|automate",
    "social_media": "social media|reseaux sociaux|social network",
    "chat": "chat|live chat|messagerie",
    "bot": "chatbot|robot|callbot",
    "video": "video|visio|visioconference",
}
_FAMILIES: Final = {
    "face to face": "face_to_face",
    "face-to-face": "face_to_face",
    "face a face": "face_to_face",
    "parcel": "face_to_face",
    "colis": "face_to_face",
    "payment": "automated",
    "paiement": "automated",
    "fax": "remote",
}
UNKNOWN: Final = {"", "unknown", "inconnu", "-", "?"}


def channel_name(channel: str, own: Iterable[Channel], catalog: Catalog, language: Language) -> str:
    """Return the name of a channel in a language; an id that nothing bears stays as it is."""
    for it in own:
        if it.id == channel:
            return it.name.of(language) or channel
    for family in catalog.channel_families:
        for named in family.channels:
            if named.id == channel:
                return named.name.in_(language)
    return channel


@attrs.define
class ChannelReader:
    """Turns the names of a file into ids; a channel that the catalogue lacks becomes one of the atlas's own.

    `own` are those made so far; `assumed` the names of those whose family nothing told.
    """

    catalog: Catalog
    language: Language
    known: dict[str, str] = attrs.field(init=False)
    own: dict[str, Channel] = attrs.field(factory=dict)
    assumed: list[str] = attrs.field(factory=list)
    names: Names = attrs.field(factory=Names)

    def __attrs_post_init__(self) -> None:
        self.known = {}
        for channel, words in _SYNONYMS.items():
            self.known |= dict.fromkeys(map(plain, words.split("|")), channel)
        for family in self.catalog.channel_families:
            for named in family.channels:
                self.names.taken.add(named.id)
                self.known |= dict.fromkeys(map(plain, (named.id, named.name.en, named.name.fr)), named.id)

    def read(self, name: str) -> str:
        """Return the id of the channel that `name` means; empty for one that is said to be unknown."""
        said = plain(name)
        if said in UNKNOWN:
            return ""
        if said in self.known:
            return self.known[said]
        if said not in self.own:
            family = _FAMILIES.get(said)
            if family is None:
                self.assumed.append(name)
            self.own[said] = Channel(
                id=self.names.fresh(name),
                name=Words(**{self.language: name}),
                family=family or "automated",
            )
        return self.own[said].id
