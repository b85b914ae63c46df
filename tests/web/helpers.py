"""What the tests of the console share."""

import pytest

SIZES = ["phone", "desktop"]
LANGS = ["ko", "en"]
each_size = pytest.mark.parametrize("size", SIZES)
each_lang = pytest.mark.parametrize("lang", LANGS)
CLIMATE = "/devices/living_room%2Fclimate"


def tile(page, device):
    return page.locator(f'cd-tile a[title="{device}"]')


def wait_live(page):
    page.locator(".live.on").wait_for()


def series(*keys):
    """The history page's address for series such as "kitchen/climate zigbee temperature"."""
    return "&".join("s=" + "~".join(part.replace("/", "%252F") for part in key.split()) for key in keys)
