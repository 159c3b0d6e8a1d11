"""Where a unit of a recall is."""

import unittest

from serial_inventory.constants import Place
from serial_inventory.rules.recall import Traits, place


class TestPlaces(unittest.TestCase):
	def test_every_kind_of_unit_has_its_place(self):
		for traits, expected in (
			(Traits("Active", True), Place.IN_STOCK),
			(Traits("Expired", True), Place.IN_STOCK),
			(Traits(None, True), Place.IN_STOCK),
			(Traits("Delivered", False, "Delivery Note"), Place.WITH_CUSTOMER),
			(Traits("Delivered", False), Place.WITH_CUSTOMER),
			(Traits("Consumed", False, "Stock Entry", "Manufacture"), Place.BUILT_IN),
			(Traits("Consumed", False, "Stock Entry", "Repack"), Place.BUILT_IN),
			(Traits("Consumed", False, "Subcontracting Receipt"), Place.BUILT_IN),
			(Traits("Consumed", False, "Asset Capitalization"), Place.BUILT_IN),
			(Traits("Consumed", False, "Stock Entry", "Material Issue"), Place.CONSUMED),
			(Traits("Consumed", False), Place.CONSUMED),
			(Traits("Inactive", False, "Purchase Receipt"), Place.AT_SUPPLIER),
			(Traits("Inactive", False, "Purchase Invoice"), Place.AT_SUPPLIER),
			(Traits("Inactive", False, "Stock Entry", "Disassemble"), Place.TAKEN_APART),
			(Traits("Inactive", False), Place.NOWHERE),
			(Traits("Active", False), Place.NOWHERE),
			(Traits("Delivered", False, "Delivery Note", asset_status="Scrapped"), Place.SCRAPPED),
		):
			with self.subTest(traits):
				self.assertEqual(place(traits), expected)
