"""Pictograms of our own, as simple outlines on a grid of 24 by 24: channels, who starts, pains, opportunities, flags.

Strokes only, one weight, so that they read alike at 4 millimetres and at 20. A channel that the catalogue does not know
takes the pictogram of its family.
"""

from __future__ import annotations

from typing import Final

GRID: Final = 24.0

FAMILIES: Final = {
    # two people
    "face_to_face": "M8 4.5a3 3 0 1 0 .01 0M16 4.5a3 3 0 1 0 .01 0M2.5 20v-3a5.5 5.5 0 0 1 9-4.2a5.5 5.5 0 0 1 9.5 4.2v3",
    # a headset
    "remote": (
        "M4 15v-3a8 8 0 0 1 16 0v3M4 13h3v6H5.5A1.5 1.5 0 0 1 4 17.5zM20 13h-3v6h1.500a1.500 1.500 0 0 0 1.50"
        "0-1.500zM18 19.500c-1 1.500-2.500 2-5 2"
    ),
    # a screen
    "automated": "M3 4.5h18v12H3zM9 20.5h6M12 16.5v4",
    # two bubbles
    "live_assistance": "M3 4h12v8H8l-3 3v-3H3zM18 9h3v8h-2v3l-3-3H9.500v-2",
}
CHANNELS: Final = {
    # a shop front
    "store": "M4 10v10.500h16V10M2.500 9.500L5 3.500h14l2.500 6zM9.500 20.500v-6h5v6",
    # a parcel
    "pickup_point": (
        "M3.500 7.500L12 3l8.500 4.500v9L12 21l-8.500-4.500zM3.500 7.500L12 12l8.500-4.500M12 12v9M7.700 5.30"
        "0l8.600 4.500"
    ),
    # a van
    "field_visit": "M2 6h12v11H2zM14 10h4.500l3.500 3.500V17h-8M6.500 15.200a2 2 0 1 0 .01 0M17.500 15.200a2 2 0 1 0 .01 0",
    # a calendar
    "event": (
        "M3.500 5.500h17v15h-17zM3.500 10h17M8 3v4M16 3v4M12 12.500l.9 2 2.100.2-1.600 1.400.5 2.100-1.900-1."
        "100-1.900 1.100.5-2.100-1.600-1.400 2.100-.2z"
    ),
    # a handset
    "phone": (
        "M5 3.500h3.500l1.800 4.800-2.300 1.700a12 12 0 0 0 6 6l1.700-2.300 4.800 1.800V19a1.800 1.800 0 0 1-"
        "2 1.800C10.500 20 4 13.500 3.200 5.500A1.800 1.800 0 0 1 5 3.500z"
    ),
    # an envelope
    "email": "M2.500 5.500h19v13.500h-19zM2.500 6.500l9.500 7 9.500-7",
    # a stamped letter
    "letter": "M2.500 5h19v14.500h-19zM15 8h3.500v4H15zM5.500 12.500h6M5.500 15.500h8",
    # a heart in a bubble
    "social_media": "M3 3.500h18v13h-9l-4.500 4v-4H3zM12 13.500l-3.400-3.300a2 2 0 0 1 3.400-2.200a2 2 0 0 1 3.400 2.200z",
    # a browser window
    "website": "M2.500 4h19v16h-19zM2.500 8.500h19M5.500 6.250h.01M8 6.250h.01M6 12h6M6 15.500h9",
    # a mobile
    "mobile_app": "M6.500 2.500h11v19h-11zM6.500 5.500h11M6.500 17.500h11M11.500 19.500h1",
    # a bell
    "notification": "M12 3a6 6 0 0 0-6 6v5l-2 3.500h16L18 14V9a6 6 0 0 0-6-6zM9.800 20a2.300 2.300 0 0 0 4.400 0",
    # a robot's head
    "bot": "M4 8.500h16v11H4zM12 8.500V4.500M12 4.500h.01M9 13h.01M15 13h.01M9 16.500h6M2 12v4M22 12v4",
    # a terminal on its foot
    "kiosk": "M5.500 2.500h13v11h-13zM10 13.500v7.500M14 13.500v7.500M7 21h10M9 6.500h6M9 9.500h4",
    # two bubbles
    "chat": "M3 4h12v8H8l-3 3v-3H3zM18 9h3v8h-2v3l-3-3H9.500v-2",
    # a screen and a pointer
    "co_browsing": "M3 4h18v12.500H3zM9 20.500h6M9.500 7.500l6 2.500-2.600 1-1 2.600z",
    # a camera
    "video": "M2.500 6h12.500v12H2.500zM15 10.500l6.500-3.500v10L15 13.500",
}
INITIATORS: Final = {
    "customer": "M12 1.500a10.500 10.500 0 1 0 .01 0z",
    "brand": "M2.500 2.500h19v19h-19z",
    "partner": "M12 .5L23.500 12 12 23.500.5 12z",
}
"""A disc, a square and a diamond: the shape tells who starts where the colour cannot."""

FLAG: Final = "M5 23V2M5 3h14l-4 5.500 4 5.500H5"
WARNING: Final = "M12 3L22.500 21h-21zM12 9.500v6M12 18.300h.01"
MINUS: Final = "M5 12h14"
PLUS: Final = "M5 12h14M12 5v14"
CHECK: Final = "M4 13l5.500 5.500L20 6"
CROSS: Final = "M5 5l14 14M19 5L5 19"
RING: Final = "M12 5a7 7 0 1 0 .01 0z"
LOCK: Final = "M5 10.500h14v10H5zM8 10.500V7.500a4 4 0 0 1 8 0v3"
EYE_OFF: Final = "M2 12c4-6.500 16-6.500 20 0c-4 6.500-16 6.500-20 0zM12 9a3 3 0 1 0 .01 0M4 20L20 4"
CARE: Final = "M12 20L4 12a5 5 0 0 1 8-6a5 5 0 0 1 8 6z"


def channel_symbol(channel: str, family: str) -> str:
    """Return the outline of a channel, or of its family when the channel has none."""
    return CHANNELS.get(channel) or FAMILIES.get(family) or FAMILIES["automated"]
